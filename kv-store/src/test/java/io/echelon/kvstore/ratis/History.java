package io.echelon.kvstore.ratis;

import io.echelon.kvstore.Versionstamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What clients did and saw, and whether a store that does one thing after the other can have
 * answered so.
 *
 * <p>Versionstamps give the order of all commits, so nothing has to be searched for. A history is
 * linearizable when (1) a commit that began after another was acknowledged has a greater stamp, and
 * no two share one; (2) a read returns what the commit of its stamp wrote, and not before that
 * commit began; (3) a read returns no lesser stamp than any commit to its key that was
 * acknowledged, or any read of its key that had returned, before it began. A list that is only
 * appended to must grow without ever losing or doubling an element, and hold at the end every
 * acknowledged append once, those of unknown outcome at most once, and nothing else. Money is
 * neither made nor lost.
 */
final class History {
    private final List<Operation> operations = new ArrayList<>();

    /** How a commit ended, as its client knows. */
    enum Outcome {
        DONE,
        NOT_DONE,
        UNKNOWN
    }

    /** Something that a client did, between two moments of one clock. */
    sealed interface Operation {
        long began();

        long ended();
    }

    /** A value, unique in the whole history, written to a key or appended to the list under it. */
    record Write(
            String key,
            String value,
            Outcome outcome,
            @Nullable Versionstamp stamp,
            long began,
            long ended)
            implements Operation {}

    /** A strong read; no stamp and no value when there was nothing. */
    record Read(
            String key,
            @Nullable String value,
            @Nullable Versionstamp stamp,
            long began,
            long ended)
            implements Operation {}

    /** A snapshot of all accounts; all of them are 0 before they are filled, by one commit. */
    record Accounts(List<Long> balances, long began, long ended) implements Operation {}

    synchronized void add(Operation operation) {
        operations.add(operation);
    }

    synchronized int size() {
        return operations.size();
    }

    /**
     * Every way in which this history is not one of a sound store; none when it is.
     *
     * @param lists keys that are appended to; all others are written to
     * @param total sum of all accounts
     */
    synchronized List<String> violations(Set<String> lists, long total) {
        List<String> found = new ArrayList<>();
        checkStamps(found);
        checkBounds(found);
        checkValues(found, lists);
        for (String list : lists) {
            checkList(found, list);
        }
        all(Accounts.class)
                .filter(read -> read.balances().stream().anyMatch(balance -> balance != 0))
                .filter(read -> read.balances().stream().mapToLong(Long::longValue).sum() != total)
                .forEach(read -> found.add("The accounts do not sum up to " + total + ": " + read));
        return found;
    }

    private <T extends Operation> Stream<T> all(Class<T> kind) {
        return operations.stream().filter(kind::isInstance).map(kind::cast);
    }

    private void checkStamps(List<String> found) {
        Map<Versionstamp, Write> byStamp = new HashMap<>();
        List<Write> done = all(Write.class).filter(write -> write.stamp() != null).toList();
        for (Write write : done) {
            Write other = byStamp.put(write.stamp(), write);
            if (other != null) {
                found.add("Two commits share a stamp: %s and %s".formatted(other, write));
            }
        }
        // The greatest stamp that was acknowledged before each moment.
        List<Write> byEnd = done.stream().sorted(Comparator.comparingLong(Write::ended)).toList();
        List<Write> byBegin = done.stream().sorted(Comparator.comparingLong(Write::began)).toList();
        Write greatest = null;
        int next = 0;
        for (Write write : byBegin) {
            while (next < byEnd.size() && byEnd.get(next).ended() < write.began()) {
                Write ended = byEnd.get(next++);
                if (greatest == null || ended.stamp().compareTo(greatest.stamp()) > 0) {
                    greatest = ended;
                }
            }
            if (greatest != null && greatest.stamp().compareTo(write.stamp()) >= 0) {
                found.add("A stamp went back: %s and later %s".formatted(greatest, write));
            }
        }
    }

    private void checkBounds(List<String> found) {
        Map<String, List<Read>> reads = new HashMap<>();
        all(Read.class)
                .forEach(
                        read ->
                                reads.computeIfAbsent(read.key(), _ -> new ArrayList<>())
                                        .add(read));
        reads.forEach(
                (key, ofKey) -> {
                    TreeMap<Long, Versionstamp> known = new TreeMap<>();
                    Stream.concat(
                                    all(Write.class).filter(write -> write.key().equals(key)),
                                    ofKey.stream())
                            .sorted(Comparator.comparingLong(Operation::ended))
                            .forEach(
                                    operation -> {
                                        Versionstamp stamp = stamp(operation);
                                        Versionstamp last =
                                                known.isEmpty()
                                                        ? null
                                                        : known.lastEntry().getValue();
                                        if (stamp != null
                                                && (last == null || stamp.compareTo(last) > 0)) {
                                            known.put(operation.ended(), stamp);
                                        }
                                    });
                    for (Read read : ofKey) {
                        Map.Entry<Long, Versionstamp> bound = known.lowerEntry(read.began());
                        if (bound != null
                                && (read.stamp() == null
                                        || read.stamp().compareTo(bound.getValue()) < 0)) {
                            found.add(
                                    "A read was stale: %s, when %s was known already"
                                            .formatted(read, bound.getValue()));
                        }
                    }
                });
    }

    private static @Nullable Versionstamp stamp(Operation operation) {
        return switch (operation) {
            case Write write -> write.stamp();
            case Read read -> read.stamp();
            case Accounts _ -> null;
        };
    }

    private void checkValues(List<String> found, Set<String> lists) {
        Map<String, Write> byValue = new HashMap<>();
        all(Write.class).forEach(write -> byValue.put(write.value(), write));
        all(Read.class)
                .filter(read -> read.value() != null)
                .forEach(
                        read -> {
                            String last =
                                    lists.contains(read.key())
                                            ? elements(read).getLast()
                                            : read.value();
                            Write write = byValue.get(last);
                            if (write == null
                                    || !write.key().equals(read.key())
                                    || write.outcome() == Outcome.NOT_DONE
                                    || write.began() > read.ended()
                                    || (write.stamp() != null
                                            && !write.stamp().equals(read.stamp()))) {
                                found.add(
                                        "A read returned what was not written: %s, written by %s"
                                                .formatted(read, write));
                            }
                        });
    }

    private void checkList(List<String> found, String list) {
        List<Read> reads =
                all(Read.class)
                        .filter(read -> read.key().equals(list) && read.value() != null)
                        .sorted(Comparator.comparing(Read::stamp))
                        .toList();
        List<String> before = List.of();
        for (Read read : reads) {
            List<String> now = elements(read);
            if (now.size() < before.size() || !now.subList(0, before.size()).equals(before)) {
                found.add("The list %s lost what it had: %s".formatted(list, read));
            }
            if (new HashSet<>(now).size() != now.size()) {
                found.add("The list %s has an element twice: %s".formatted(list, read));
            }
            before = now;
        }
        Set<String> last = new HashSet<>(before);
        all(Write.class)
                .filter(write -> write.key().equals(list))
                .filter(write -> write.outcome() == Outcome.DONE && !last.contains(write.value()))
                .forEach(write -> found.add("An acknowledged append is lost: " + write));
        Set<String> possible = new HashSet<>();
        all(Write.class)
                .filter(write -> write.key().equals(list) && write.outcome() != Outcome.NOT_DONE)
                .forEach(write -> possible.add(write.value()));
        before.stream()
                .filter(element -> !possible.contains(element))
                .forEach(element -> found.add("Nobody appended " + element + " to " + list));
    }

    private static List<String> elements(Read read) {
        String value = read.value();
        return value == null ? List.of() : Arrays.asList(value.split(",", -1));
    }
}

package io.echelon.tenants;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Reads a process' settings again while it runs. What is read is checked as a whole first: when
 * anything in it is wrong, nothing changes.
 *
 * <p><b>Thread safety.</b> Any thread; one reading at a time.
 *
 * @param <T> what the process makes of its settings
 */
public final class SettingsReload<T> {
    /** What became of a reading. */
    public sealed interface Outcome {
        /** How metrics call them. */
        List<String> NAMES = List.of("taken", "refused");

        /** How metrics call it. */
        default String name() {
            return NAMES.get(this instanceof Taken ? 0 : 1);
        }

        /**
         * The settings are right.
         *
         * @param applied what holds from now on
         * @param later what holds when the process starts again
         */
        record Taken(
                List<ProcessSettings.Change> applied,
                List<ProcessSettings.Change> later,
                Set<String> shadowed)
                implements Outcome {}

        /**
         * Something is wrong, and all stays as it was.
         *
         * @param reason the first thing that is wrong, and the way out
         */
        record Refused(String reason) implements Outcome {}
    }

    private final Supplier<Map<String, String>> environment;
    private final Function<Map<String, String>, T> check;
    private final Set<String> live;
    private final Consumer<T> apply;
    private ProcessSettings current;

    /**
     * @param current what the process was started with
     * @param environment what it is told besides the file
     * @param check throws an {@link EchelonException} that says what is wrong
     * @param live names of those that need no new start
     * @param apply puts what is live in force
     */
    public SettingsReload(
            ProcessSettings current,
            Supplier<Map<String, String>> environment,
            Function<Map<String, String>, T> check,
            Set<String> live,
            Consumer<T> apply) {
        this.current = current;
        this.environment = environment;
        this.check = check;
        this.live = Set.copyOf(live);
        this.apply = apply;
    }

    /** Reads and checks the settings, and puts in force what can be. */
    public synchronized Outcome reload() {
        ProcessSettings read;
        T checked;
        try {
            read = ProcessSettings.read(environment.get());
            checked = check.apply(read.values());
        } catch (EchelonException e) {
            return new Outcome.Refused(e.reason());
        }
        List<ProcessSettings.Change> changes = read.since(current);
        apply.accept(checked);
        current = read;
        return new Outcome.Taken(
                changes.stream().filter(change -> live.contains(change.name())).toList(),
                changes.stream().filter(change -> !live.contains(change.name())).toList(),
                read.shadowed());
    }

    /** What was read last and was right. */
    public synchronized ProcessSettings current() {
        return current;
    }

    /** What is to be logged of an outcome, one line each. */
    public static List<String> lines(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Refused refused ->
                    List.of(
                            "Configuration refused, all of it; what was in force stays: "
                                    + refused.reason());
            case Outcome.Taken taken -> {
                List<String> lines = new ArrayList<>();
                taken.applied().forEach(change -> lines.add("Configuration: " + change));
                taken.later()
                        .forEach(
                                change ->
                                        lines.add(
                                                "Configuration: %s, from the next start on"
                                                        .formatted(change)));
                taken.shadowed()
                        .forEach(
                                name ->
                                        lines.add(
                                                "Configuration: %s of the file is not used, the environment has it"
                                                        .formatted(name)));
                lines.add(
                        "Configuration reloaded, %d changed, %d from the next start on"
                                .formatted(taken.applied().size(), taken.later().size()));
                yield List.copyOf(lines);
            }
        };
    }
}

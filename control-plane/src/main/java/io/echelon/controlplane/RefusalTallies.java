package io.echelon.controlplane;

import io.echelon.tenants.AuditRecord;
import io.echelon.tenants.Json;
import io.echelon.tenants.TenantName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How often who was refused, as rows of audits: one for each address that an action was refused to,
 * from its first refusal on for an hour ({@link #WINDOW}). Beyond a number of addresses in an audit
 * ({@link #ADDRESSES_MAX}) all others share one row, so that no flood writes more than that an
 * hour, whatever it comes from.
 *
 * <p>Thread safety: safe for use by several threads.
 */
final class RefusalTallies {
    static final int ADDRESSES_MAX = 100;
    static final int ACCOUNTS_MAX = 5;
    static final Duration WINDOW = Duration.ofHours(1);

    /** The address of the row that many share. */
    static final String OTHERS = "other addresses";

    /** While the store is away for long, more rows than this are lost. */
    private static final int OVER_MAX = 1_000;

    /** Whether a refusal began a row. */
    enum Counted {
        BEGUN,
        ADDED
    }

    private record Place(TenantName tenant, String action) {}

    private static final class Tally {
        private final AuditTrail.Entry first;
        private final Map<Refused, Long> reasons = new EnumMap<>(Refused.class);
        private final Set<String> accounts = new LinkedHashSet<>();
        private long count;
        private Instant last;
        private boolean isChanged;

        Tally(AuditTrail.Entry first) {
            this.first = first;
            this.last = first.row().time();
        }

        boolean isOver(Instant now) {
            return !now.isBefore(first.row().time().plus(WINDOW));
        }

        void count(AuditRecord row, Refused reason) {
            count++;
            reasons.merge(reason, 1L, Long::sum);
            if (accounts.size() < ACCOUNTS_MAX && !row.actor().equals(Refused.NOBODY)) {
                accounts.add(row.actor());
            }
            last = row.time();
            isChanged = true;
        }

        /** The row as it is now, which has not changed from now on. */
        AuditTrail.Entry told() {
            isChanged = false;
            Map<String, Object> after = new LinkedHashMap<>();
            after.put("count", count);
            Map<String, Long> words = new LinkedHashMap<>();
            reasons.forEach((reason, times) -> words.put(reason.words(), times));
            after.put("reasons", words);
            after.put("accounts", List.copyOf(accounts));
            after.put("lastAt", last);
            return new AuditTrail.Entry(
                    first.tenant(),
                    first.row()
                            .ended(
                                    AuditRecord.State.REFUSED,
                                    null,
                                    Json.mapper().valueToTree(after)));
        }
    }

    private final Map<Place, Map<String, Tally>> tallies = new HashMap<>();

    /** Those whose hour is over and that may have to be told again. */
    private final List<Tally> over = new ArrayList<>();

    private final int addressesMax;

    /**
     * @param addressesMax how many in an audit have a row of their own, 1 or more
     */
    RefusalTallies(int addressesMax) {
        this.addressesMax = addressesMax;
    }

    /**
     * Counts a refusal.
     *
     * @param entry whose audit it concerns, and its row if it is the first
     * @param source as {@link WrongTokens#source} has it
     */
    synchronized Counted count(AuditTrail.Entry entry, String source, Refused reason) {
        AuditRecord row = entry.row();
        Map<String, Tally> ofPlace =
                tallies.computeIfAbsent(
                        new Place(entry.tenant(), row.action()), _ -> new LinkedHashMap<>());
        boolean isOther = !ofPlace.containsKey(source) && ofPlace.size() >= addressesMax;
        String key = isOther ? OTHERS : source;
        Tally tally = ofPlace.get(key);
        Counted counted = Counted.ADDED;
        if (tally == null) {
            tally = new Tally(isOther ? ofOthers(entry) : entry);
            ofPlace.put(key, tally);
            counted = Counted.BEGUN;
        }
        tally.count(row, reason);
        return counted;
    }

    /** The rows that have changed since they were asked for; forgets those whose hour is over. */
    synchronized List<AuditTrail.Entry> changed(Instant now) {
        List<AuditTrail.Entry> changed = new ArrayList<>();
        over.removeIf(tally -> !tally.isChanged);
        for (Map<String, Tally> ofPlace : tallies.values()) {
            for (Tally tally : ofPlace.values()) {
                if (tally.isOver(now) && over.size() < OVER_MAX) {
                    over.add(tally);
                } else if (tally.isChanged) {
                    changed.add(tally.told());
                }
            }
            ofPlace.values().removeIf(tally -> tally.isOver(now));
        }
        over.stream().filter(tally -> tally.isChanged).map(Tally::told).forEach(changed::add);
        tallies.values().removeIf(Map::isEmpty);
        return changed;
    }

    /** Has all rows be told as changed again, since they may not have been written. */
    synchronized void again() {
        tallies.values()
                .forEach(ofPlace -> ofPlace.values().forEach(tally -> tally.isChanged = true));
        over.forEach(tally -> tally.isChanged = true);
    }

    private static AuditTrail.Entry ofOthers(AuditTrail.Entry entry) {
        AuditRecord row = entry.row();
        return new AuditTrail.Entry(
                entry.tenant(),
                new AuditRecord(
                        row.time(),
                        Refused.NOBODY,
                        OTHERS,
                        row.action(),
                        row.target(),
                        row.requestId(),
                        row.outcome(),
                        null,
                        null));
    }
}

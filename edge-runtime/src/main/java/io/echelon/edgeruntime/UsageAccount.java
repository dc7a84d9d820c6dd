package io.echelon.edgeruntime;

import io.echelon.tenants.UsageCounts;
import io.echelon.tenants.UsageRecord;
import io.echelon.tenants.UsageStep;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What has been written of one meter, and so what its rows are to say next.
 *
 * <p>A row holds what was counted since its step began, which is the sum of now without that of the
 * last write before the step. While it is not known whether a write came through, the rows stay
 * those of the step that it was for: written again with more in them, they are right in both cases,
 * and nothing can be in two rows.
 *
 * <p><b>Thread safety.</b> For one thread at a time.
 */
final class UsageAccount {
    /** A row as it is to be. */
    record Row(UsageStep step, Instant begin, UsageRecord counted) {}

    /** A step, and the sum with which it began. */
    private record Span(Instant begin, Sum before) {}

    private final Map<UsageStep, Span> spans = new EnumMap<>(UsageStep.class);
    private Sum written = Sum.NOTHING;
    private Sum sent = Sum.NOTHING;
    private boolean inDoubt;

    /**
     * The rows that hold all that was counted.
     *
     * @param now all that was counted
     * @param at in which steps that falls which was not written yet
     */
    List<Row> rows(UsageCounts now, Instant at) {
        List<Row> rows = new ArrayList<>();
        for (UsageStep step : UsageStep.values()) {
            Instant begin = step.begin(at);
            Span span = spans.get(step);
            if (span == null || (!inDoubt && span.begin().isBefore(begin))) {
                span = new Span(begin, written);
                spans.put(step, span);
            }
            rows.add(new Row(step, span.begin(), span.before().until(now)));
        }
        sent = Sum.of(now);
        inDoubt = true;
        return rows;
    }

    /** Says that the rows given last are in the store. */
    void written() {
        written = sent;
        inDoubt = false;
    }

    /** Whether all is written, and nothing of it on the day of a moment. */
    boolean isIdle(Instant at) {
        Span day = spans.get(UsageStep.DAY);
        return !inDoubt && (day == null || day.begin().isBefore(UsageStep.DAY.begin(at)));
    }

    /** A sum that is kept for long: the slots that are not zero, and what is in them. */
    private static final class Sum {
        static final Sum NOTHING = new Sum(new short[0], new long[0]);

        private final short[] slots;
        private final long[] counts;

        private Sum(short[] slots, long[] counts) {
            this.slots = slots;
            this.counts = counts;
        }

        static Sum of(UsageCounts all) {
            int used = 0;
            for (int slot = 0; slot < UsageCounts.SLOTS; slot++) {
                used += all.get(slot) == 0 ? 0 : 1;
            }
            short[] slots = new short[used];
            long[] counts = new long[used];
            int next = 0;
            for (int slot = 0; slot < UsageCounts.SLOTS; slot++) {
                if (all.get(slot) != 0) {
                    slots[next] = (short) slot;
                    counts[next++] = all.get(slot);
                }
            }
            return new Sum(slots, counts);
        }

        /** What was counted from this sum to a later one. */
        UsageRecord until(UsageCounts later) {
            UsageCounts rest = new UsageCounts();
            rest.add(later);
            for (int i = 0; i < slots.length; i++) {
                rest.add(slots[i], -counts[i]);
            }
            return rest.toRecord();
        }
    }
}

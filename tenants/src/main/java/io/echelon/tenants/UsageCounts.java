package io.echelon.tenants;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A sum of usage: how many calls had each {@link Outcome}, every {@link UsageCounter}, and how long
 * calls took by {@link LatencyBuckets}, each in a slot of its own.
 *
 * <p><b>Thread safety.</b> For one thread.
 */
public final class UsageCounts {
    private static final Outcome[] OUTCOMES = Outcome.values();
    private static final UsageCounter[] COUNTERS = UsageCounter.values();
    private static final int FIRST_BUCKET = OUTCOMES.length + COUNTERS.length;

    /** How many slots there are. */
    public static final int SLOTS = FIRST_BUCKET + LatencyBuckets.COUNT;

    private static final List<String> NAMES = names();
    private static final Map<String, Integer> SLOT_OF =
            NAMES.stream().collect(Collectors.toMap(name -> name, NAMES::indexOf));

    private final long[] slots = new long[SLOTS];

    /** The slot that counts an outcome. */
    @SuppressWarnings("EnumOrdinal") // slots are of this process; rows go by names
    public static int slot(Outcome outcome) {
        return outcome.ordinal();
    }

    /** The slot of a counter. */
    @SuppressWarnings("EnumOrdinal") // as above
    public static int slot(UsageCounter counter) {
        return OUTCOMES.length + counter.ordinal();
    }

    /** The slot that counts calls which took as long. */
    public static int latencySlot(long micros) {
        return FIRST_BUCKET + LatencyBuckets.of(micros);
    }

    public long get(int slot) {
        return slots[slot];
    }

    public long get(Outcome outcome) {
        return slots[slot(outcome)];
    }

    public long get(UsageCounter counter) {
        return slots[slot(counter)];
    }

    public void add(int slot, long amount) {
        slots[slot] += amount;
    }

    public void add(UsageCounts others) {
        for (int i = 0; i < SLOTS; i++) {
            slots[i] += others.slots[i];
        }
    }

    /** Adds what a row holds; counts that this version does not know are passed over. */
    public void add(UsageRecord row) {
        row.counts()
                .forEach(
                        (name, count) -> {
                            Integer slot = SLOT_OF.get(name);
                            if (slot != null) {
                                slots[slot] += count;
                            }
                        });
        List<Long> latency = row.latency();
        for (int i = 0; i + 1 < latency.size(); i += 2) {
            int bucket = Math.clamp(latency.get(i), 0, LatencyBuckets.COUNT - 1);
            slots[FIRST_BUCKET + bucket] += latency.get(i + 1);
        }
    }

    /** Calls of all outcomes. */
    public long requests() {
        long sum = 0;
        for (int i = 0; i < OUTCOMES.length; i++) {
            sum += slots[i];
        }
        return sum;
    }

    /**
     * The duration that so many of the calls did not exceed, in milliseconds; 0 when none was
     * measured.
     *
     * @param share above 0, at most 1
     */
    public double percentileMs(double share) {
        long calls = 0;
        for (int i = FIRST_BUCKET; i < SLOTS; i++) {
            calls += slots[i];
        }
        long rank = (long) Math.ceil(share * calls);
        for (int i = FIRST_BUCKET; i < SLOTS; i++) {
            rank -= slots[i];
            if (rank <= 0 && slots[i] > 0) {
                return LatencyBuckets.middleMs(i - FIRST_BUCKET);
            }
        }
        return 0;
    }

    /** The row that holds the same. */
    public UsageRecord toRecord() {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (int i = 0; i < FIRST_BUCKET; i++) {
            if (slots[i] != 0) {
                counts.put(NAMES.get(i), slots[i]);
            }
        }
        List<Long> latency = new ArrayList<>();
        for (int i = FIRST_BUCKET; i < SLOTS; i++) {
            if (slots[i] != 0) {
                latency.add((long) (i - FIRST_BUCKET));
                latency.add(slots[i]);
            }
        }
        return new UsageRecord(counts, latency);
    }

    private static List<String> names() {
        List<String> names = new ArrayList<>();
        for (Outcome outcome : OUTCOMES) {
            names.add(outcome.wireName());
        }
        for (UsageCounter counter : COUNTERS) {
            names.add(counter.wireName());
        }
        return List.copyOf(names);
    }
}

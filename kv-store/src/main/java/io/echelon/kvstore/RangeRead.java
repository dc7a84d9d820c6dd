package io.echelon.kvstore;

import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A range of encoded keys to read.
 *
 * @param start first encoded key, inclusive
 * @param end encoded key after the last one, exclusive
 * @param limit most entries, 1 to {@link KvLimits#READ_ENTRIES_MAX}
 */
public record RangeRead(byte[] start, byte[] end, int limit, Order order) {
    public RangeRead {
        Refusals.size("The start of a range", start.length, KvLimits.READ_KEY_MAX_BYTES);
        Refusals.size("The end of a range", end.length, KvLimits.READ_KEY_MAX_BYTES);
        if (limit < 1 || limit > KvLimits.READ_ENTRIES_MAX) {
            throw Refusals.invalid(
                    "The limit of a range is %,d; it must be from 1 to %,d"
                            .formatted(limit, KvLimits.READ_ENTRIES_MAX));
        }
        start = start.clone();
        end = end.clone();
    }

    /** A read of one key. */
    public static RangeRead of(KvKey key) {
        byte[] start = key.encoded();
        Refusals.size("A key", start.length, KvLimits.KEY_MAX_BYTES);
        return new RangeRead(start, Arrays.copyOf(start, start.length + 1), 1, Order.FORWARD);
    }

    /**
     * A read of what follows a key, of everything when it is null.
     *
     * @param limit most entries, 1 to {@link KvLimits#READ_ENTRIES_MAX}
     */
    public static RangeRead after(@Nullable KvKey last, int limit) {
        byte[] start = {};
        if (last != null) {
            byte[] encoded = last.encoded();
            start = Arrays.copyOf(encoded, encoded.length + 1);
        }
        return new RangeRead(start, new byte[] {(byte) 0xff}, limit, Order.FORWARD);
    }

    @Override
    public byte[] start() {
        return start.clone();
    }

    @Override
    public byte[] end() {
        return end.clone();
    }

    /** Whether at most one key can lie in the range, its start. */
    public boolean isPoint() {
        return end.length == start.length + 1
                && end[start.length] == 0
                && Arrays.equals(start, 0, start.length, end, 0, start.length);
    }

    /** Whether no key can lie in the range. */
    public boolean isEmpty() {
        return Arrays.compareUnsigned(start, end) >= 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RangeRead that
                && Arrays.equals(start, that.start)
                && Arrays.equals(end, that.end)
                && limit == that.limit
                && order == that.order;
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(start) + Arrays.hashCode(end);
    }

    @Override
    public String toString() {
        HexFormat hex = HexFormat.of();
        return "[%s, %s) limit %d %s"
                .formatted(hex.formatHex(start), hex.formatHex(end), limit, order);
    }
}

package io.echelon.kvstore;

import java.util.Arrays;

/** Which keys a list covers. */
public sealed interface KvSelector {

    /** Keys that begin with all parts of a prefix and have more parts. */
    record Prefix(KvKey prefix) implements KvSelector {}

    /** Keys below a prefix, from a start on. */
    record PrefixFrom(KvKey prefix, KvKey start) implements KvSelector {
        public PrefixFrom {
            below(prefix, start, "start");
        }
    }

    /** Keys below a prefix, before an end. */
    record PrefixUntil(KvKey prefix, KvKey end) implements KvSelector {
        public PrefixUntil {
            below(prefix, end, "end");
        }
    }

    /** Keys from a start, inclusive, to an end, exclusive. */
    record Range(KvKey start, KvKey end) implements KvSelector {
        public Range {
            if (start.compareTo(end) > 0) {
                throw Refusals.invalid(
                        "The start of a range, %s, is greater than its end, %s"
                                .formatted(start, end));
            }
        }
    }

    static KvSelector prefix(KvKey prefix) {
        return new Prefix(prefix);
    }

    static KvSelector range(KvKey start, KvKey end) {
        return new Range(start, end);
    }

    /** First encoded key, inclusive. */
    default byte[] first() {
        return switch (this) {
            case Prefix(KvKey prefix) -> append(prefix, 0x00);
            case PrefixFrom(KvKey _, KvKey start) -> start.encoded();
            case PrefixUntil(KvKey prefix, KvKey _) -> append(prefix, 0x00);
            case Range(KvKey start, KvKey _) -> start.encoded();
        };
    }

    /** Encoded key after the last one, exclusive. */
    default byte[] afterLast() {
        return switch (this) {
            case Prefix(KvKey prefix) -> append(prefix, 0xff);
            case PrefixFrom(KvKey prefix, KvKey _) -> append(prefix, 0xff);
            case PrefixUntil(KvKey _, KvKey end) -> end.encoded();
            case Range(KvKey _, KvKey end) -> end.encoded();
        };
    }

    /** The bytes with which every key of this selector begins; cursors leave them out. */
    default byte[] common() {
        return switch (this) {
            case Prefix(KvKey prefix) -> prefix.encoded();
            case PrefixFrom(KvKey prefix, KvKey _) -> prefix.encoded();
            case PrefixUntil(KvKey prefix, KvKey _) -> prefix.encoded();
            case Range(KvKey start, KvKey end) -> {
                byte[] first = start.encoded();
                byte[] last = end.encoded();
                int same = Arrays.mismatch(first, last);
                yield Arrays.copyOf(first, same < 0 ? first.length : same);
            }
        };
    }

    private static byte[] append(KvKey prefix, int suffix) {
        byte[] encoded = prefix.encoded();
        byte[] bytes = Arrays.copyOf(encoded, encoded.length + 1);
        bytes[encoded.length] = (byte) suffix;
        return bytes;
    }

    private static void below(KvKey prefix, KvKey key, String what) {
        int length = prefix.parts().size();
        if (key.parts().size() <= length
                || !key.parts().subList(0, length).equals(prefix.parts())) {
            throw Refusals.invalid(
                    "The %s of a list, %s, does not lie below its prefix, %s"
                            .formatted(what, key, prefix));
        }
    }
}

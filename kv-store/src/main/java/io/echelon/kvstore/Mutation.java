package io.echelon.kvstore;

import org.jspecify.annotations.Nullable;

/** One change of an atomic write. Changes apply in order, each to what the earlier ones left. */
public sealed interface Mutation {

    /** Writes a value. */
    record Set(KvKey key, KvValue value, Expiry expiry) implements Mutation {
        public Set {
            check(key);
        }
    }

    /** Removes a value if there is one. */
    record Delete(KvKey key) implements Mutation {
        public Delete {
            check(key);
        }
    }

    /**
     * Adds to a value, or writes the operand if there is none. 64-bit integers wrap around; numbers
     * and bigints in V8's format add to their own kind.
     *
     * @param min least result, in V8's format and of the operand's kind, or null
     * @param max greatest result, likewise
     */
    record Sum(
            KvKey key,
            KvValue operand,
            KvValue.@Nullable V8 min,
            KvValue.@Nullable V8 max,
            OutOfRange outOfRange)
            implements Mutation {
        public Sum {
            check(key);
        }
    }

    /** Writes the lesser of two 64-bit integers, or the operand if there is no value. */
    record Min(KvKey key, KvValue.U64 operand) implements Mutation {
        public Min {
            check(key);
        }
    }

    /** Writes the greater of two 64-bit integers, or the operand if there is no value. */
    record Max(KvKey key, KvValue.U64 operand) implements Mutation {
        public Max {
            check(key);
        }
    }

    /** Writes a value under a prefix and the commit's versionstamp: 20 hexadecimal digits. */
    record SetVersionstamped(KvKey prefix, KvValue value, Expiry expiry) implements Mutation {
        /** Encoded size of the part that the versionstamp becomes. */
        public static final int SUFFIX_BYTES = 2 * Versionstamp.BYTES + 2;

        public SetVersionstamped {
            Refusals.size(
                    "A key with its versionstamp",
                    prefix.sizeBytes() + SUFFIX_BYTES,
                    KvLimits.KEY_MAX_BYTES);
        }

        @Override
        public KvKey key() {
            return prefix;
        }
    }

    /** What becomes of a sum outside its bounds. */
    enum OutOfRange {
        /** The commit is refused. */
        REFUSE,
        /** The bound is written. */
        CLAMP
    }

    /** The key, or its prefix. */
    KvKey key();

    private static void check(KvKey key) {
        if (key.parts().isEmpty()) {
            throw Refusals.invalid("A key to write has no parts; it needs at least one");
        }
        Refusals.size("A key", key.sizeBytes(), KvLimits.KEY_MAX_BYTES);
    }
}

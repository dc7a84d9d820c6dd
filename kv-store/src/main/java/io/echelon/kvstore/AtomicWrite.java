package io.echelon.kvstore;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A commit to be: when all checks hold, all mutations and messages become durable together, else
 * nothing does.
 */
public record AtomicWrite(List<Check> checks, List<Mutation> mutations, List<Enqueue> enqueues) {
    public AtomicWrite {
        checks = List.copyOf(checks);
        mutations = List.copyOf(mutations);
        enqueues = List.copyOf(enqueues);
        Refusals.atMost("The number of checks", checks.size(), KvLimits.CHECKS_MAX);
        Refusals.atMost(
                "The number of mutations and messages",
                mutations.size() + enqueues.size(),
                KvLimits.MUTATIONS_MAX);
        Refusals.size("A commit", bytes(checks, mutations, enqueues), KvLimits.COMMIT_MAX_BYTES);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Size of all keys and values together, in bytes. */
    public long sizeBytes() {
        return bytes(checks, mutations, enqueues);
    }

    private static long bytes(
            List<Check> checks, List<Mutation> mutations, List<Enqueue> enqueues) {
        long bytes = 0;
        for (Check check : checks) {
            bytes += check.key().sizeBytes();
        }
        for (Mutation mutation : mutations) {
            bytes += mutation.key().sizeBytes();
            bytes +=
                    switch (mutation) {
                        case Mutation.Set set -> set.value().sizeBytes();
                        case Mutation.SetVersionstamped set -> set.value().sizeBytes();
                        case Mutation.Sum sum ->
                                sum.operand().sizeBytes() + bytes(sum.min()) + bytes(sum.max());
                        case Mutation.Min _, Mutation.Max _ -> Long.BYTES;
                        case Mutation.Delete _ -> 0;
                    };
        }
        for (Enqueue enqueue : enqueues) {
            bytes += enqueue.payload().sizeBytes();
            for (KvKey key : enqueue.undeliveredKeys()) {
                bytes += key.sizeBytes();
            }
        }
        return bytes;
    }

    private static long bytes(KvValue.@Nullable V8 bound) {
        return bound == null ? 0 : bound.sizeBytes();
    }

    /** Gathers the parts of an atomic write; for one thread. */
    public static final class Builder {
        private final List<Check> checks = new ArrayList<>();
        private final List<Mutation> mutations = new ArrayList<>();
        private final List<Enqueue> enqueues = new ArrayList<>();

        private Builder() {}

        /** The key must still be what was read; null when it was absent. */
        public Builder check(KvKey key, @Nullable Versionstamp versionstamp) {
            checks.add(new Check(key, versionstamp));
            return this;
        }

        /** The key must not exist. */
        public Builder checkAbsent(KvKey key) {
            return check(key, null);
        }

        public Builder set(KvKey key, KvValue value) {
            return set(key, value, Expiry.NEVER);
        }

        public Builder set(KvKey key, KvValue value, Expiry expiry) {
            return mutate(new Mutation.Set(key, value, expiry));
        }

        public Builder delete(KvKey key) {
            return mutate(new Mutation.Delete(key));
        }

        public Builder sum(KvKey key, long operand) {
            return sum(key, new KvValue.U64(operand));
        }

        public Builder sum(KvKey key, KvValue operand) {
            return mutate(new Mutation.Sum(key, operand, null, null, Mutation.OutOfRange.REFUSE));
        }

        public Builder min(KvKey key, long operand) {
            return mutate(new Mutation.Min(key, new KvValue.U64(operand)));
        }

        public Builder max(KvKey key, long operand) {
            return mutate(new Mutation.Max(key, new KvValue.U64(operand)));
        }

        /** Writes under the prefix followed by the commit's versionstamp in hexadecimal. */
        public Builder setVersionstampedKey(KvKey prefix, KvValue value) {
            return mutate(new Mutation.SetVersionstamped(prefix, value, Expiry.NEVER));
        }

        public Builder mutate(Mutation mutation) {
            mutations.add(mutation);
            return this;
        }

        public Builder enqueue(Enqueue enqueue) {
            enqueues.add(enqueue);
            return this;
        }

        public AtomicWrite build() {
            return new AtomicWrite(checks, mutations, enqueues);
        }
    }
}

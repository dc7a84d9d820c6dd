package io.echelon.kvstore.connect;

import static io.echelon.kvstore.connect.ReadMessages.atMost;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.Check;
import io.echelon.kvstore.CommitResult;
import io.echelon.kvstore.Enqueue;
import io.echelon.kvstore.Expiry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvLimits;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.Mutation;
import io.echelon.kvstore.Versionstamp;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Atomic writes on the wire.
 *
 * <p>AtomicWrite: checks 1, mutations 2, enqueues 3. Check: key 1, versionstamp 2 (empty: absent).
 * Mutation: key 1, value 2, type 3, expiry in milliseconds 4 (0 or -1: never), least sum 5,
 * greatest sum 6, clamp 7; a type is 1 set, 2 delete, 3 sum, 4 max, 5 min, 9 set under a
 * versionstamp. Enqueue: payload 1, due in milliseconds 2, keys if undelivered 3, backoff 4.
 * AtomicWriteOutput: status 1 (1 success, 2 conflict, 5 no writes here), versionstamp 2, failed
 * checks 4.
 */
final class WriteMessages {
    static final int UNSPECIFIED = 0;
    static final int SUCCESS = 1;
    static final int CHECK_FAILURE = 2;
    static final int WRITE_DISABLED = 5;

    private static final int SET = 1;
    private static final int DELETE = 2;
    private static final int SUM = 3;
    private static final int MAX = 4;
    private static final int MIN = 5;
    private static final int SET_VERSIONSTAMPED = 9;

    private WriteMessages() {}

    /**
     * An answer to an atomic write.
     *
     * @param result empty when the status is neither success nor conflict
     */
    record WriteOutput(int status, Optional<CommitResult> result) {}

    static byte[] write(AtomicWrite write, Clock clock) {
        ProtoWriter out = new ProtoWriter();
        for (Check check : write.checks()) {
            Versionstamp versionstamp = check.versionstamp();
            out.message(
                    1,
                    new ProtoWriter()
                            .bytes(1, check.key().encoded())
                            .bytes(2, versionstamp == null ? new byte[0] : versionstamp.bytes())
                            .toBytes());
        }
        write.mutations().forEach(mutation -> out.message(2, write(mutation, clock)));
        write.enqueues().forEach(enqueue -> out.message(3, write(enqueue)));
        return out.toBytes();
    }

    static AtomicWrite read(byte[] message) {
        List<Check> checks = new ArrayList<>();
        List<Mutation> mutations = new ArrayList<>();
        List<Enqueue> enqueues = new ArrayList<>();
        ProtoReader in = new ProtoReader(message);
        while (in.next()) {
            switch (in.field()) {
                case 1 -> checks.add(readCheck(in.bytes()));
                case 2 -> mutations.add(readMutation(in.bytes()));
                case 3 -> enqueues.add(readEnqueue(in.bytes()));
                default -> in.skip();
            }
            atMost("checks", checks.size(), KvLimits.CHECKS_MAX);
            atMost("mutations", mutations.size() + enqueues.size(), KvLimits.MUTATIONS_MAX);
        }
        return new AtomicWrite(checks, mutations, enqueues);
    }

    static byte[] writeOutput(CommitResult result) {
        return switch (result) {
            case CommitResult.Committed(Versionstamp versionstamp) ->
                    new ProtoWriter().int64(1, SUCCESS).bytes(2, versionstamp.bytes()).toBytes();
            case CommitResult.Conflict(List<Integer> failedChecks) -> {
                ProtoWriter packed = new ProtoWriter().int64(1, CHECK_FAILURE);
                failedChecks.forEach(check -> packed.element(4, check));
                yield packed.toBytes();
            }
        };
    }

    static byte[] writeUnspecified() {
        return new byte[0];
    }

    static byte[] writeDisabled() {
        return new ProtoWriter().int64(1, WRITE_DISABLED).toBytes();
    }

    static WriteOutput readOutput(byte[] message) {
        int status = UNSPECIFIED;
        byte[] versionstamp = {};
        List<Integer> failedChecks = new ArrayList<>();
        ProtoReader in = new ProtoReader(message);
        while (in.next()) {
            switch (in.field()) {
                case 1 -> status = in.int32();
                case 2 -> versionstamp = in.bytes();
                case 4 -> in.eachInt32(failedChecks::add);
                default -> in.skip();
            }
        }
        return new WriteOutput(
                status,
                switch (status) {
                    case SUCCESS ->
                            Optional.of(new CommitResult.Committed(Versionstamp.of(versionstamp)));
                    case CHECK_FAILURE -> Optional.of(new CommitResult.Conflict(failedChecks));
                    default -> Optional.empty();
                });
    }

    private static Check readCheck(byte[] message) {
        byte[] key = {};
        byte[] versionstamp = {};
        ProtoReader in = new ProtoReader(message);
        while (in.next()) {
            switch (in.field()) {
                case 1 -> key = in.bytes();
                case 2 -> versionstamp = in.bytes();
                default -> in.skip();
            }
        }
        return new Check(
                KvKey.decode(key), versionstamp.length == 0 ? null : Versionstamp.of(versionstamp));
    }

    private static byte[] write(Mutation mutation, Clock clock) {
        ProtoWriter out = new ProtoWriter().bytes(1, mutation.key().encoded());
        return switch (mutation) {
            case Mutation.Set set ->
                    out.message(2, Entries.write(set.value()))
                            .int64(3, SET)
                            .int64(4, expiryMs(set.expiry(), clock))
                            .toBytes();
            case Mutation.SetVersionstamped set ->
                    out.message(2, Entries.write(set.value()))
                            .int64(3, SET_VERSIONSTAMPED)
                            .int64(4, expiryMs(set.expiry(), clock))
                            .toBytes();
            case Mutation.Delete _ -> out.int64(3, DELETE).toBytes();
            case Mutation.Min min ->
                    out.message(2, Entries.write(min.operand())).int64(3, MIN).toBytes();
            case Mutation.Max max ->
                    out.message(2, Entries.write(max.operand())).int64(3, MAX).toBytes();
            case Mutation.Sum sum ->
                    out.message(2, Entries.write(sum.operand()))
                            .int64(3, SUM)
                            .bytes(5, bound(sum.min()))
                            .bytes(6, bound(sum.max()))
                            .bool(7, sum.outOfRange() == Mutation.OutOfRange.CLAMP)
                            .toBytes();
        };
    }

    private static byte[] bound(KvValue.@Nullable V8 bound) {
        return bound == null ? new byte[0] : bound.data();
    }

    private static KvValue.@Nullable V8 bound(byte[] bound) {
        return bound.length == 0 ? null : new KvValue.V8(bound);
    }

    private static Mutation readMutation(byte[] message) {
        byte[] encodedKey = {};
        KvValue value = null;
        int type = 0;
        long expiryMs = 0;
        byte[] min = {};
        byte[] max = {};
        Mutation.OutOfRange outOfRange = Mutation.OutOfRange.REFUSE;
        ProtoReader in = new ProtoReader(message);
        while (in.next()) {
            switch (in.field()) {
                case 1 -> encodedKey = in.bytes();
                case 2 -> value = Entries.readValue(in.bytes());
                case 3 -> type = in.int32();
                case 4 -> expiryMs = in.int64();
                case 5 -> min = in.bytes();
                case 6 -> max = in.bytes();
                case 7 ->
                        outOfRange =
                                in.bool() ? Mutation.OutOfRange.CLAMP : Mutation.OutOfRange.REFUSE;
                default -> in.skip();
            }
        }
        KvKey key = KvKey.decode(encodedKey);
        if (type == DELETE) {
            return new Mutation.Delete(key);
        }
        if (value == null) {
            throw invalid("A mutation of type %d has no value".formatted(type));
        }
        return switch (type) {
            case SET -> new Mutation.Set(key, value, expiry(expiryMs));
            case SET_VERSIONSTAMPED -> new Mutation.SetVersionstamped(key, value, expiry(expiryMs));
            case SUM -> new Mutation.Sum(key, value, bound(min), bound(max), outOfRange);
            case MIN -> new Mutation.Min(key, integer(value, "min"));
            case MAX -> new Mutation.Max(key, integer(value, "max"));
            default -> throw invalid("The mutation type %d is unknown".formatted(type));
        };
    }

    private static KvValue.U64 integer(KvValue operand, String name) {
        if (operand instanceof KvValue.U64 integer) {
            return integer;
        }
        throw invalid("Failed to perform '%s' mutation on a non-U64 operand".formatted(name));
    }

    private static long expiryMs(Expiry expiry, Clock clock) {
        try {
            return switch (expiry) {
                case Expiry.Never _ -> 0;
                case Expiry.At(Instant time) -> Math.max(1, time.toEpochMilli());
                case Expiry.In(Duration delay) ->
                        Math.max(1, Math.addExact(clock.millis(), delay.toMillis()));
            };
        } catch (ArithmeticException e) {
            return 0;
        }
    }

    private static Expiry expiry(long ms) {
        if (ms < -1) {
            throw invalid("The expiry time %,d ms lies before 1970".formatted(ms));
        }
        return ms <= 0 ? Expiry.NEVER : Expiry.at(Instant.ofEpochMilli(ms));
    }

    private static byte[] write(Enqueue enqueue) {
        ProtoWriter out =
                new ProtoWriter()
                        .bytes(1, enqueue.payload().data())
                        .int64(2, Math.max(0, enqueue.due().toEpochMilli()));
        enqueue.undeliveredKeys().forEach(key -> out.message(3, key.encoded()));
        enqueue.backoff().forEach(step -> out.element(4, (int) step.toMillis()));
        return out.toBytes();
    }

    private static Enqueue readEnqueue(byte[] message) {
        byte[] payload = {};
        long dueMs = 0;
        List<KvKey> undelivered = new ArrayList<>();
        List<Duration> backoff = new ArrayList<>();
        ProtoReader in = new ProtoReader(message);
        while (in.next()) {
            switch (in.field()) {
                case 1 -> payload = in.bytes();
                case 2 -> dueMs = in.int64();
                case 3 -> undelivered.add(KvKey.decode(in.bytes()));
                case 4 ->
                        in.eachInt32(
                                step -> {
                                    backoff.add(Duration.ofMillis(Integer.toUnsignedLong(step)));
                                    atMost(
                                            "backoff steps",
                                            backoff.size(),
                                            KvLimits.QUEUE_BACKOFF_STEPS_MAX);
                                });
                default -> in.skip();
            }
            atMost(
                    "keys for an undelivered message",
                    undelivered.size(),
                    KvLimits.QUEUE_UNDELIVERED_KEYS_MAX);
        }
        return new Enqueue(
                new KvValue.V8(payload), Instant.ofEpochMilli(dueMs), undelivered, backoff);
    }

    private static EchelonException invalid(String message) {
        return new EchelonException(ErrorCode.INVALID_ARGUMENT, message);
    }
}

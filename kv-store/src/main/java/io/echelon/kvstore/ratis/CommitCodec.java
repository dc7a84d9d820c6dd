package io.echelon.kvstore.ratis;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.Check;
import io.echelon.kvstore.Enqueue;
import io.echelon.kvstore.Expiry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.Mutation;
import io.echelon.kvstore.Versionstamp;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Atomic writes as they stand in the log. Numbers are big-endian; bytes follow their length. What
 * is once in a log must be readable for ever: a change of the format gets a new number in {@link
 * LogCodec}.
 */
final class CommitCodec {
    private static final byte SET = 1;
    private static final byte DELETE = 2;
    private static final byte SUM = 3;
    private static final byte MIN = 4;
    private static final byte MAX = 5;
    private static final byte SET_VERSIONSTAMPED = 6;

    private static final byte V8 = 1;
    private static final byte U64 = 2;
    private static final byte BYTES = 3;

    private static final byte NEVER = 1;
    private static final byte AT = 2;
    private static final byte IN = 3;

    private CommitCodec() {}

    static void write(DataOutput out, AtomicWrite write) throws IOException {
        out.writeShort(write.checks().size());
        for (Check check : write.checks()) {
            writeKey(out, check.key());
            Versionstamp versionstamp = check.versionstamp();
            out.writeBoolean(versionstamp != null);
            if (versionstamp != null) {
                out.write(versionstamp.bytes());
            }
        }
        out.writeShort(write.mutations().size());
        for (Mutation mutation : write.mutations()) {
            writeMutation(out, mutation);
        }
        out.writeShort(write.enqueues().size());
        for (Enqueue message : write.enqueues()) {
            writeBytes(out, message.payload().data());
            writeInstant(out, message.due());
            out.writeByte(message.undeliveredKeys().size());
            for (KvKey key : message.undeliveredKeys()) {
                writeKey(out, key);
            }
            out.writeByte(message.backoff().size());
            for (Duration step : message.backoff()) {
                writeDuration(out, step);
            }
        }
    }

    static AtomicWrite read(DataInput in) throws IOException {
        List<Check> checks = new ArrayList<>();
        for (int i = in.readUnsignedShort(); i > 0; i--) {
            KvKey key = readKey(in);
            checks.add(new Check(key, in.readBoolean() ? readVersionstamp(in) : null));
        }
        List<Mutation> mutations = new ArrayList<>();
        for (int i = in.readUnsignedShort(); i > 0; i--) {
            mutations.add(readMutation(in));
        }
        List<Enqueue> enqueues = new ArrayList<>();
        for (int i = in.readUnsignedShort(); i > 0; i--) {
            enqueues.add(readEnqueue(in));
        }
        return new AtomicWrite(checks, mutations, enqueues);
    }

    private static Enqueue readEnqueue(DataInput in) throws IOException {
        KvValue.V8 payload = new KvValue.V8(readBytes(in));
        Instant due = readInstant(in);
        List<KvKey> undelivered = new ArrayList<>();
        for (int i = in.readUnsignedByte(); i > 0; i--) {
            undelivered.add(readKey(in));
        }
        List<Duration> backoff = new ArrayList<>();
        for (int i = in.readUnsignedByte(); i > 0; i--) {
            backoff.add(readDuration(in));
        }
        return new Enqueue(payload, due, undelivered, backoff);
    }

    private static void writeMutation(DataOutput out, Mutation mutation) throws IOException {
        switch (mutation) {
            case Mutation.Set(KvKey key, KvValue value, Expiry expiry) -> {
                writeHead(out, SET, key);
                writeValue(out, value);
                writeExpiry(out, expiry);
            }
            case Mutation.Delete(KvKey key) -> writeHead(out, DELETE, key);
            case Mutation.Sum sum -> {
                writeHead(out, SUM, sum.key());
                writeValue(out, sum.operand());
                writeBound(out, sum.min());
                writeBound(out, sum.max());
                out.writeBoolean(sum.outOfRange() == Mutation.OutOfRange.CLAMP);
            }
            case Mutation.Min(KvKey key, KvValue.U64 operand) -> {
                writeHead(out, MIN, key);
                out.writeLong(operand.value());
            }
            case Mutation.Max(KvKey key, KvValue.U64 operand) -> {
                writeHead(out, MAX, key);
                out.writeLong(operand.value());
            }
            case Mutation.SetVersionstamped(KvKey prefix, KvValue value, Expiry expiry) -> {
                writeHead(out, SET_VERSIONSTAMPED, prefix);
                writeValue(out, value);
                writeExpiry(out, expiry);
            }
        }
    }

    private static Mutation readMutation(DataInput in) throws IOException {
        byte kind = in.readByte();
        KvKey key = readKey(in);
        return switch (kind) {
            case SET -> new Mutation.Set(key, readValue(in), readExpiry(in));
            case DELETE -> new Mutation.Delete(key);
            case SUM ->
                    new Mutation.Sum(
                            key,
                            readValue(in),
                            readBound(in),
                            readBound(in),
                            in.readBoolean()
                                    ? Mutation.OutOfRange.CLAMP
                                    : Mutation.OutOfRange.REFUSE);
            case MIN -> new Mutation.Min(key, new KvValue.U64(in.readLong()));
            case MAX -> new Mutation.Max(key, new KvValue.U64(in.readLong()));
            case SET_VERSIONSTAMPED ->
                    new Mutation.SetVersionstamped(key, readValue(in), readExpiry(in));
            default -> throw new IOException("A mutation has the unknown kind " + kind);
        };
    }

    private static void writeHead(DataOutput out, byte kind, KvKey key) throws IOException {
        out.writeByte(kind);
        writeKey(out, key);
    }

    private static void writeKey(DataOutput out, KvKey key) throws IOException {
        byte[] encoded = key.encoded();
        out.writeShort(encoded.length);
        out.write(encoded);
    }

    private static KvKey readKey(DataInput in) throws IOException {
        byte[] encoded = new byte[in.readUnsignedShort()];
        in.readFully(encoded);
        return KvKey.decode(encoded);
    }

    private static void writeBytes(DataOutput out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] readBytes(DataInput in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > LogCodec.REQUEST_MAX_BYTES) {
            throw new IOException("A value of the log has the impossible length " + length);
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }

    private static void writeValue(DataOutput out, KvValue value) throws IOException {
        out.writeByte(
                switch (value) {
                    case KvValue.V8 _ -> V8;
                    case KvValue.U64 _ -> U64;
                    case KvValue.Bytes _ -> BYTES;
                });
        writeBytes(out, value.data());
    }

    private static KvValue readValue(DataInput in) throws IOException {
        byte kind = in.readByte();
        byte[] data = readBytes(in);
        return switch (kind) {
            case V8 -> KvValue.v8(data);
            case U64 -> KvValue.u64(data);
            case BYTES -> KvValue.bytes(data);
            default -> throw new IOException("A value has the unknown kind " + kind);
        };
    }

    private static void writeBound(DataOutput out, KvValue.@Nullable V8 bound) throws IOException {
        out.writeBoolean(bound != null);
        if (bound != null) {
            writeBytes(out, bound.data());
        }
    }

    private static KvValue.@Nullable V8 readBound(DataInput in) throws IOException {
        return in.readBoolean() ? new KvValue.V8(readBytes(in)) : null;
    }

    private static void writeExpiry(DataOutput out, Expiry expiry) throws IOException {
        switch (expiry) {
            case Expiry.Never _ -> out.writeByte(NEVER);
            case Expiry.At(Instant time) -> {
                out.writeByte(AT);
                writeInstant(out, time);
            }
            case Expiry.In(Duration delay) -> {
                out.writeByte(IN);
                writeDuration(out, delay);
            }
        }
    }

    private static Expiry readExpiry(DataInput in) throws IOException {
        byte kind = in.readByte();
        return switch (kind) {
            case NEVER -> Expiry.NEVER;
            case AT -> Expiry.at(readInstant(in));
            case IN -> Expiry.in(readDuration(in));
            default -> throw new IOException("An expiry has the unknown kind " + kind);
        };
    }

    private static void writeInstant(DataOutput out, Instant instant) throws IOException {
        out.writeLong(instant.getEpochSecond());
        out.writeInt(instant.getNano());
    }

    private static Instant readInstant(DataInput in) throws IOException {
        return Instant.ofEpochSecond(in.readLong(), in.readInt());
    }

    private static void writeDuration(DataOutput out, Duration duration) throws IOException {
        out.writeLong(duration.getSeconds());
        out.writeInt(duration.getNano());
    }

    private static Duration readDuration(DataInput in) throws IOException {
        return Duration.ofSeconds(in.readLong(), in.readInt());
    }

    private static Versionstamp readVersionstamp(DataInput in) throws IOException {
        byte[] bytes = new byte[Versionstamp.BYTES];
        in.readFully(bytes);
        return Versionstamp.of(bytes);
    }
}

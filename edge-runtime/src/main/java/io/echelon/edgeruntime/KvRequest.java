package io.echelon.edgeruntime;

import io.echelon.isolatepool.GuestError;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.Enqueue;
import io.echelon.kvstore.Expiry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvLimits;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.Mutation;
import io.echelon.kvstore.Order;
import io.echelon.kvstore.RangeRead;
import io.echelon.kvstore.Versionstamp;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads what guests ask of a database, in the format that the platform's {@code HOST.md} describes.
 * The bytes are hostile: what is wrong or over a limit is refused where it is met.
 */
final class KvRequest {
    private static final int VERSIONSTAMP_CHARACTERS = 2 * Versionstamp.BYTES;
    private static final long EXPIRY_MAX_MS = 1L << 53;

    private final ByteBuffer in;

    private KvRequest(byte[] bytes) {
        this.in = ByteBuffer.wrap(bytes);
    }

    static List<RangeRead> ranges(byte[] bytes) {
        return new KvRequest(bytes).all(KvRequest::readRanges);
    }

    static List<KvKey> keys(byte[] bytes) {
        return new KvRequest(bytes).all(request -> request.readKeys(KvLimits.WATCHED_KEYS_MAX));
    }

    /**
     * @param clock by which messages are due
     */
    static AtomicWrite write(byte[] bytes, Clock clock) {
        return new KvRequest(bytes).all(request -> request.readWrite(clock));
    }

    private interface Reading<T> {
        T of(KvRequest request);
    }

    private <T> T all(Reading<T> reading) {
        try {
            T read = reading.of(this);
            if (in.hasRemaining()) {
                throw malformed();
            }
            return read;
        } catch (BufferUnderflowException e) {
            throw malformed();
        }
    }

    private List<RangeRead> readRanges() {
        int count = count(in.get() & 0xff, KvLimits.READ_RANGES_MAX);
        List<RangeRead> ranges = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ranges.add(
                    new RangeRead(
                            shortBytes(),
                            shortBytes(),
                            in.getShort() & 0xffff,
                            in.get() == 0 ? Order.FORWARD : Order.REVERSE));
        }
        return ranges;
    }

    private List<KvKey> readKeys(int max) {
        int count = count(in.get() & 0xff, max);
        List<KvKey> keys = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            keys.add(key());
        }
        return keys;
    }

    private AtomicWrite readWrite(Clock clock) {
        AtomicWrite.Builder write = AtomicWrite.builder();
        for (int left = count(in.getShort() & 0xffff, KvLimits.CHECKS_MAX); left > 0; left--) {
            KvKey key = key();
            if (in.get() == 0) {
                write.checkAbsent(key);
            } else {
                byte[] hex = take(VERSIONSTAMP_CHARACTERS);
                write.check(key, Versionstamp.of(new String(hex, StandardCharsets.ISO_8859_1)));
            }
        }
        for (int left = count(in.getShort() & 0xffff, KvLimits.MUTATIONS_MAX); left > 0; left--) {
            mutate(write);
        }
        for (int left = count(in.getShort() & 0xffff, KvLimits.MUTATIONS_MAX); left > 0; left--) {
            write.enqueue(message(clock));
        }
        return write.build();
    }

    private void mutate(AtomicWrite.Builder write) {
        int type = in.get();
        KvKey key = key();
        if (type == 1) {
            write.delete(key);
            return;
        }
        KvValue value = value();
        Expiry expiry = expiry(in.getDouble());
        var _ =
                switch (type) {
                    case 0 -> write.set(key, value, expiry);
                    case 2 -> write.sum(key, value);
                    case 3 -> write.mutate(new Mutation.Min(key, number(value)));
                    case 4 -> write.mutate(new Mutation.Max(key, number(value)));
                    case 5 -> write.mutate(new Mutation.SetVersionstamped(key, value, expiry));
                    default -> throw malformed();
                };
    }

    private KvValue value() {
        int kind = in.get();
        byte[] data = longBytes();
        return switch (kind) {
            case KvAnswer.V8 -> new KvValue.V8(data);
            case KvAnswer.U64 -> {
                if (data.length != Long.BYTES) {
                    throw malformed();
                }
                yield new KvValue.U64(
                        ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).getLong());
            }
            case KvAnswer.BYTES -> new KvValue.Bytes(data);
            default -> throw malformed();
        };
    }

    private static KvValue.U64 number(KvValue value) {
        if (value instanceof KvValue.U64 number) {
            return number;
        }
        throw malformed();
    }

    private static Expiry expiry(double millis) {
        if (millis == -1) {
            return Expiry.NEVER;
        }
        return Expiry.in(Duration.ofMillis(millis(millis, EXPIRY_MAX_MS)));
    }

    private Enqueue message(Clock clock) {
        KvValue.V8 payload = new KvValue.V8(longBytes());
        long delay =
                millis(in.getDouble(), Duration.ofDays(KvLimits.QUEUE_DELAY_MAX_DAYS).toMillis());
        List<KvKey> undelivered = readKeys(KvLimits.QUEUE_UNDELIVERED_KEYS_MAX);
        int steps = count(in.get() & 0xff, KvLimits.QUEUE_BACKOFF_STEPS_MAX);
        List<Duration> backoff = new ArrayList<>(steps);
        for (int i = 0; i < steps; i++) {
            backoff.add(Duration.ofMillis(millis(in.getDouble(), KvLimits.QUEUE_BACKOFF_MAX_MS)));
        }
        return new Enqueue(payload, clock.instant().plusMillis(delay), undelivered, backoff);
    }

    private static long millis(double value, long max) {
        if (!(value >= 0)) {
            throw malformed();
        }
        return (long) Math.min(value, (double) max);
    }

    private KvKey key() {
        return KvKey.decode(shortBytes());
    }

    private byte[] shortBytes() {
        return take(in.getShort() & 0xffff);
    }

    private byte[] longBytes() {
        return take(in.getInt());
    }

    private byte[] take(int length) {
        if (length < 0 || length > in.remaining()) {
            throw malformed();
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private static int count(int given, int max) {
        if (given > max) {
            throw malformed();
        }
        return given;
    }

    private static GuestError malformed() {
        return new GuestError("TypeError", "kv was called wrongly");
    }
}

package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.Enqueue;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.QueueEntry;
import io.echelon.kvstore.QueueMessage;
import io.echelon.kvstore.QueueReceipt;
import io.echelon.kvstore.Versionstamp;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A queue message as RocksDB has it. Its key, below that of its database, is its region and a time
 * (8 bytes together), the versionstamp of its commit (10) and its position there (2): messages lie
 * in the order in which they are due, and claimed ones in the order in which their leases end.
 *
 * <p>Its value is {@link #FORMAT}, number of claims (4), of failed deliveries (1) and of lapsed
 * leases (1), the time of its commit (8), number of backoff steps (1) and the steps in milliseconds
 * (4 each), number of keys for an undelivered message (1) and the keys behind their lengths (2
 * each), and the payload. What was written before messages were delivered begins with the number of
 * backoff steps, which is less than the format's.
 *
 * @param timeMs milliseconds since 1970: when it is due, its lease ends, or it died
 */
record QueueRow(
        Region region,
        long timeMs,
        Versionstamp versionstamp,
        int position,
        int claims,
        int failures,
        int lapses,
        long sentMs,
        int[] backoffMs,
        List<byte[]> undelivered,
        byte[] payload) {
    /** Where a message lies, by what it is at. */
    enum Region {
        WAITING(0),
        CLAIMED(1L << 61),
        DEAD(1L << 62);

        private final long base;

        Region(long base) {
            this.base = base;
        }

        private static Region of(long place) {
            return place >= DEAD.base ? DEAD : place >= CLAIMED.base ? CLAIMED : WAITING;
        }
    }

    /** After all times. */
    static final long END_MS = 1L << 60;

    private static final byte FORMAT = 16;

    /** As many as are counted. */
    private static final int FAILURES_MAX = 255;

    static final int KEY_BYTES = Long.BYTES + Versionstamp.BYTES + Short.BYTES;
    private static final int FIXED_BYTES = 1 + Integer.BYTES + 1 + 1 + Long.BYTES + 1 + 1;

    static QueueRow of(Versionstamp versionstamp, int position, long sentMs, Enqueue message) {
        return new QueueRow(
                Region.WAITING,
                Math.max(0, message.due().toEpochMilli()),
                versionstamp,
                position,
                0,
                0,
                0,
                sentMs,
                message.backoff().stream().mapToInt(step -> (int) step.toMillis()).toArray(),
                message.undeliveredKeys().stream().map(KvKey::encoded).toList(),
                message.payload().data());
    }

    static QueueRow decode(byte[] prefix, byte[] key, byte[] value) {
        ByteBuffer in = ByteBuffer.wrap(key, prefix.length, key.length - prefix.length);
        long place = in.getLong();
        byte[] stamp = new byte[Versionstamp.BYTES];
        in.get(stamp);
        int position = in.getShort() & 0xffff;
        Region region = Region.of(place);
        return decode(region, place - region.base, Versionstamp.of(stamp), position, value);
    }

    private static QueueRow decode(
            Region region, long timeMs, Versionstamp versionstamp, int position, byte[] value) {
        ByteBuffer in = ByteBuffer.wrap(value);
        boolean isOld = value[0] != FORMAT;
        if (!isOld) {
            in.get();
        }
        int claims = isOld ? 0 : in.getInt();
        int failures = isOld ? 0 : in.get() & 0xff;
        int lapses = isOld ? 0 : in.get();
        long sentMs = isOld ? timeMs : in.getLong();
        int[] backoffMs = new int[in.get()];
        Arrays.setAll(backoffMs, _ -> in.getInt());
        List<byte[]> undelivered = new ArrayList<>();
        for (int i = in.get(); i > 0; i--) {
            byte[] encoded = new byte[in.getShort()];
            in.get(encoded);
            undelivered.add(encoded);
        }
        byte[] payload = new byte[in.remaining()];
        in.get(payload);
        return new QueueRow(
                region,
                timeMs,
                versionstamp,
                position,
                claims,
                failures,
                lapses,
                sentMs,
                backoffMs,
                undelivered,
                payload);
    }

    static byte[] key(
            byte[] prefix, Region region, long timeMs, Versionstamp versionstamp, int position) {
        return ByteBuffer.allocate(prefix.length + KEY_BYTES)
                .put(prefix)
                .putLong(region.base + timeMs)
                .put(versionstamp.bytes())
                .putShort((short) position)
                .array();
    }

    /** The least key of a time. */
    static byte[] from(byte[] prefix, Region region, long timeMs) {
        return ByteBuffer.allocate(prefix.length + Long.BYTES)
                .put(prefix)
                .putLong(region.base + timeMs)
                .array();
    }

    byte[] key(byte[] prefix) {
        return key(prefix, region, timeMs, versionstamp, position);
    }

    byte[] value() {
        int size = valueBytes(backoffMs.length, undelivered, payload.length);
        ByteBuffer value =
                ByteBuffer.allocate(size)
                        .put(FORMAT)
                        .putInt(claims)
                        .put((byte) failures)
                        .put((byte) lapses)
                        .putLong(sentMs)
                        .put((byte) backoffMs.length);
        for (int step : backoffMs) {
            value.putInt(step);
        }
        value.put((byte) undelivered.size());
        undelivered.forEach(k -> value.putShort((short) k.length).put(k));
        return value.put(payload).array();
    }

    /** Size of a message's value. */
    static int valueBytes(int backoffSteps, List<byte[]> undelivered, int payloadBytes) {
        return FIXED_BYTES
                + backoffSteps * Integer.BYTES
                + undelivered.stream().mapToInt(k -> Short.BYTES + k.length).sum()
                + payloadBytes;
    }

    /** Claimed until a time. */
    QueueRow claimed(long untilMs) {
        boolean hasLapsed = region == Region.CLAIMED;
        return with(Region.CLAIMED, untilMs, claims + 1, failures, hasLapsed ? lapses + 1 : lapses);
    }

    /** Claimed until another time. */
    QueueRow extended(long untilMs) {
        return with(Region.CLAIMED, untilMs, claims, failures, lapses);
    }

    /** Due at a time, after a delivery that failed. */
    QueueRow failed(long dueMs) {
        return with(Region.WAITING, dueMs, claims, Math.min(failures + 1, FAILURES_MAX), lapses);
    }

    /** Due at a time, as if it had not been claimed. */
    QueueRow released(long dueMs) {
        return with(Region.WAITING, dueMs, claims, failures, lapses);
    }

    /** Given up. */
    QueueRow dead(long nowMs) {
        return with(Region.DEAD, nowMs, claims, failures, lapses);
    }

    /** Due at a time, as if it were new. */
    QueueRow revived(long dueMs) {
        return with(Region.WAITING, dueMs, claims, 0, 0);
    }

    private QueueRow with(
            Region newRegion, long newTimeMs, int newClaims, int newFailures, int newLapses) {
        return new QueueRow(
                newRegion,
                newTimeMs,
                versionstamp,
                position,
                newClaims,
                newFailures,
                newLapses,
                sentMs,
                backoffMs,
                undelivered,
                payload);
    }

    QueueReceipt receipt() {
        return new QueueReceipt(versionstamp, position, Instant.ofEpochMilli(timeMs), claims);
    }

    QueueMessage message() {
        return new QueueMessage(
                receipt(),
                new KvValue.V8(payload),
                Instant.ofEpochMilli(sentMs),
                failures + lapses + 1,
                Math.max(0, backoffMs.length - failures));
    }

    QueueEntry entry() {
        return new QueueEntry(
                QueueReceipt.messageId(versionstamp, position),
                switch (region) {
                    case WAITING -> QueueEntry.State.WAITING;
                    case CLAIMED -> QueueEntry.State.CLAIMED;
                    case DEAD -> QueueEntry.State.DEAD;
                },
                Instant.ofEpochMilli(timeMs),
                Instant.ofEpochMilli(sentMs),
                failures + lapses + (region == Region.CLAIMED ? 1 : 0),
                new KvValue.V8(payload));
    }
}

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
 * A queue message as RocksDB has it. Its key, below that of its database, is a time (8 bytes), the
 * versionstamp of its commit (10) and its position there (2): messages lie in the order in which
 * they are due. A claimed message lies where its lease ends, so that one whose lease ran out is due
 * like any other; a dead one lies behind all others, {@link #DEAD} after the time of its death.
 *
 * <p>Its value is {@link #FORMAT}, whether it is claimed (1), number of claims (4), of failed
 * deliveries (1) and of lapsed leases (1), the time of its commit (8), number of backoff steps (1)
 * and the steps in milliseconds (4 each), number of keys for an undelivered message (1) and the
 * keys behind their lengths (2 each), and the payload. What was written before messages were
 * delivered begins with the number of backoff steps, which is less than the format's.
 *
 * @param atMs milliseconds since 1970 (see above)
 */
record QueueRow(
        long atMs,
        Versionstamp versionstamp,
        int position,
        boolean isClaimed,
        int claims,
        int failures,
        int lapses,
        long sentMs,
        int[] backoffMs,
        List<byte[]> undelivered,
        byte[] payload) {
    /** What is added to the time of a message's death. */
    static final long DEAD = 1L << 62;

    private static final byte FORMAT = 16;
    private static final int KEY_BYTES = Long.BYTES + Versionstamp.BYTES + Short.BYTES;
    private static final int FIXED_BYTES = 1 + 1 + Integer.BYTES + 1 + 1 + Long.BYTES + 1 + 1;

    static QueueRow of(Versionstamp versionstamp, int position, long sentMs, Enqueue message) {
        return new QueueRow(
                Math.max(0, message.due().toEpochMilli()),
                versionstamp,
                position,
                false,
                0,
                0,
                0,
                sentMs,
                message.backoff().stream().mapToInt(step -> (int) step.toMillis()).toArray(),
                message.undeliveredKeys().stream().map(KvKey::encoded).toList(),
                message.payload().data());
    }

    static QueueRow decode(byte[] prefix, byte[] key, byte[] value) {
        ByteBuffer place = ByteBuffer.wrap(key, prefix.length, key.length - prefix.length);
        long atMs = place.getLong();
        byte[] stamp = new byte[Versionstamp.BYTES];
        place.get(stamp);
        int position = place.getShort() & 0xffff;
        ByteBuffer in = ByteBuffer.wrap(value);
        boolean isOld = value[0] != FORMAT;
        if (!isOld) {
            in.get();
        }
        boolean isClaimed = !isOld && in.get() == 1;
        int claims = isOld ? 0 : in.getInt();
        int failures = isOld ? 0 : in.get();
        int lapses = isOld ? 0 : in.get();
        long sentMs = isOld ? atMs : in.getLong();
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
                atMs,
                Versionstamp.of(stamp),
                position,
                isClaimed,
                claims,
                failures,
                lapses,
                sentMs,
                backoffMs,
                undelivered,
                payload);
    }

    static byte[] key(byte[] prefix, long atMs, Versionstamp versionstamp, int position) {
        return ByteBuffer.allocate(prefix.length + KEY_BYTES)
                .put(prefix)
                .putLong(atMs)
                .put(versionstamp.bytes())
                .putShort((short) position)
                .array();
    }

    /** The least key of a time. */
    static byte[] from(byte[] prefix, long atMs) {
        return ByteBuffer.allocate(prefix.length + Long.BYTES).put(prefix).putLong(atMs).array();
    }

    byte[] key(byte[] prefix) {
        return key(prefix, atMs, versionstamp, position);
    }

    byte[] value() {
        int size =
                FIXED_BYTES
                        + backoffMs.length * Integer.BYTES
                        + undelivered.stream().mapToInt(k -> Short.BYTES + k.length).sum()
                        + payload.length;
        ByteBuffer value =
                ByteBuffer.allocate(size)
                        .put(FORMAT)
                        .put((byte) (isClaimed ? 1 : 0))
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

    boolean isDead() {
        return atMs >= DEAD;
    }

    /** Claimed until a time. */
    QueueRow claimed(long untilMs) {
        return with(untilMs, true, claims + 1, failures, isClaimed ? lapses + 1 : lapses);
    }

    /** Claimed until another time. */
    QueueRow extended(long untilMs) {
        return with(untilMs, true, claims, failures, lapses);
    }

    /** Due at a time, after a delivery that failed. */
    QueueRow failed(long dueMs) {
        return with(dueMs, false, claims, failures + 1, lapses);
    }

    /** Due at a time, as if it had not been claimed. */
    QueueRow released(long dueMs) {
        return with(dueMs, false, claims, failures, lapses);
    }

    /** Given up. */
    QueueRow dead(long timeMs) {
        return with(DEAD + timeMs, false, claims, failures, lapses);
    }

    /** Due at a time, as if it were new. */
    QueueRow revived(long dueMs) {
        return with(dueMs, false, claims, 0, 0);
    }

    private QueueRow with(
            long newAtMs, boolean newClaimed, int newClaims, int newFailures, int newLapses) {
        return new QueueRow(
                newAtMs,
                versionstamp,
                position,
                newClaimed,
                newClaims,
                newFailures,
                newLapses,
                sentMs,
                backoffMs,
                undelivered,
                payload);
    }

    QueueReceipt receipt() {
        return new QueueReceipt(versionstamp, position, Instant.ofEpochMilli(atMs), claims);
    }

    QueueMessage message() {
        return new QueueMessage(
                receipt(),
                new KvValue.V8(payload),
                Instant.ofEpochMilli(sentMs),
                failures + lapses + 1,
                backoffMs.length - failures);
    }

    QueueEntry entry() {
        return new QueueEntry(
                QueueReceipt.messageId(versionstamp, position),
                isDead()
                        ? QueueEntry.State.DEAD
                        : isClaimed ? QueueEntry.State.CLAIMED : QueueEntry.State.WAITING,
                Instant.ofEpochMilli(isDead() ? atMs - DEAD : atMs),
                Instant.ofEpochMilli(sentMs),
                failures + lapses + (isClaimed ? 1 : 0),
                new KvValue.V8(payload));
    }
}

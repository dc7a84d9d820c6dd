package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.Enqueue;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.Versionstamp;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A queue message as RocksDB has it. Its key, below that of its database, is the due time (8
 * bytes), the versionstamp of its commit (10) and its position there (2): messages lie in the order
 * in which they are due. Its value is the number of backoff steps and the steps in milliseconds,
 * the number of keys for an undelivered message and the keys with their lengths, and the payload.
 */
record QueueRow(byte[] key, byte[] value) {
    static QueueRow of(byte[] prefix, Versionstamp versionstamp, int position, Enqueue message) {
        byte[] key =
                ByteBuffer.allocate(prefix.length + Long.BYTES + Versionstamp.BYTES + Short.BYTES)
                        .put(prefix)
                        .putLong(Math.max(0, message.due().toEpochMilli()))
                        .put(versionstamp.bytes())
                        .putShort((short) position)
                        .array();
        List<byte[]> undelivered = message.undeliveredKeys().stream().map(KvKey::encoded).toList();
        byte[] payload = message.payload().data();
        int size =
                2
                        + message.backoff().size() * Integer.BYTES
                        + undelivered.stream().mapToInt(k -> Short.BYTES + k.length).sum()
                        + payload.length;
        ByteBuffer value = ByteBuffer.allocate(size);
        value.put((byte) message.backoff().size());
        message.backoff().forEach(step -> value.putInt((int) step.toMillis()));
        value.put((byte) undelivered.size());
        undelivered.forEach(k -> value.putShort((short) k.length).put(k));
        value.put(payload);
        return new QueueRow(key, value.array());
    }

    /** The message, given the prefix of its database. */
    Enqueue message(byte[] prefix) {
        long dueMs = ByteBuffer.wrap(key).getLong(prefix.length);
        ByteBuffer in = ByteBuffer.wrap(value);
        List<Duration> backoff = new ArrayList<>();
        for (int i = in.get(); i > 0; i--) {
            backoff.add(Duration.ofMillis(in.getInt()));
        }
        List<KvKey> undelivered = new ArrayList<>();
        for (int i = in.get(); i > 0; i--) {
            byte[] encoded = new byte[in.getShort()];
            in.get(encoded);
            undelivered.add(KvKey.decode(encoded));
        }
        byte[] payload = new byte[in.remaining()];
        in.get(payload);
        return new Enqueue(
                new KvValue.V8(payload), Instant.ofEpochMilli(dueMs), undelivered, backoff);
    }
}

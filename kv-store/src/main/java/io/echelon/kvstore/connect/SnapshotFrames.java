package io.echelon.kvstore.connect;

import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvSnapshot;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.ExecutionException;

/**
 * A snapshot as frames: four bytes, little-endian, that say how long the message is, and a
 * SnapshotReadOutput of one range; one without entries is the last.
 */
final class SnapshotFrames implements ConnectAnswer.AutoCloseableSource {
    private static final System.Logger LOG = System.getLogger(SnapshotFrames.class.getName());

    private final KvSnapshot snapshot;
    private final Thread sender;

    private SnapshotFrames(KvSnapshot snapshot, ConnectAnswer.FrameSink sink) {
        this.snapshot = snapshot;
        this.sender = Thread.ofVirtual().name("kv-connect-snapshot").unstarted(() -> sendAll(sink));
    }

    static SnapshotFrames open(KvSnapshot snapshot, ConnectAnswer.FrameSink sink) {
        SnapshotFrames frames = new SnapshotFrames(snapshot, sink);
        frames.sender.start();
        return frames;
    }

    @Override
    public void close() {
        sender.interrupt();
    }

    private void sendAll(ConnectAnswer.FrameSink sink) {
        try (snapshot) {
            List<KvEntry> entries;
            do {
                entries = snapshot.next().get();
                sink.send(frame(ReadMessages.writePart(entries, snapshot.unity())))
                        .toCompletableFuture()
                        .get();
            } while (!entries.isEmpty());
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            // The reader sees that the last frame is missing.
            LOG.log(System.Logger.Level.WARNING, "A snapshot was broken off", e.getCause());
        }
        sink.end();
    }

    private static byte[] frame(byte[] message) {
        return ByteBuffer.allocate(Integer.BYTES + message.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(message.length)
                .put(message)
                .array();
    }
}

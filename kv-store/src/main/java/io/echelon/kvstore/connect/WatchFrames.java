package io.echelon.kvstore.connect;

import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvWatcher;
import io.echelon.tenants.EchelonException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * A watch as frames: four bytes, little-endian, that say how long the message is, and the message;
 * an empty frame every few seconds shows that the server is there.
 *
 * <p>Every frame has the state of all keys, though the protocol can say that a key is unchanged:
 * Deno 2.9 takes an unchanged key for one that was deleted.
 */
final class WatchFrames implements KvWatcher, ConnectAnswer.AutoCloseableSource {
    private static final System.Logger LOG = System.getLogger(WatchFrames.class.getName());

    static final int PING_SECONDS = 5;
    private static final int GRANT_SECONDS = 1;
    private static final int GRANT_TIMEOUT_SECONDS = 5;

    private final ConnectAnswer.FrameSink sink;
    private final ReentrantLock sending = new ReentrantLock();
    private final List<Resource> resources = new ArrayList<>();
    private boolean closed;

    private WatchFrames(ConnectAnswer.FrameSink sink) {
        this.sink = sink;
    }

    static WatchFrames open(
            KvDatabase database,
            List<KvKey> keys,
            ConnectAnswer.FrameSink sink,
            ScheduledExecutorService timer,
            Supplier<CompletableFuture<KvAccess.Grant>> grant) {
        WatchFrames frames = new WatchFrames(sink);
        frames.keep(database.watch(keys, frames)::close);
        Future<?> pings =
                timer.scheduleAtFixedRate(
                        () -> Thread.ofVirtual().name("kv-connect-ping").start(frames::ping),
                        PING_SECONDS,
                        PING_SECONDS,
                        TimeUnit.SECONDS);
        frames.keep(() -> pings.cancel(false));
        Future<?> grants =
                timer.scheduleWithFixedDelay(
                        () -> frames.endUnlessGranted(grant),
                        GRANT_SECONDS,
                        GRANT_SECONDS,
                        TimeUnit.SECONDS);
        frames.keep(() -> grants.cancel(false));
        return frames;
    }

    /** Ends the frames when the token opens the database no more, or nobody can tell. */
    private void endUnlessGranted(Supplier<CompletableFuture<KvAccess.Grant>> grant) {
        var _ =
                grant.get()
                        .copy()
                        .orTimeout(GRANT_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                        .whenComplete(
                                (present, failure) -> {
                                    if (failure != null || present == KvAccess.Grant.NONE) {
                                        close();
                                        sink.end();
                                    }
                                });
    }

    @Override
    public void changed(List<Optional<KvEntry>> entries) {
        List<ReadMessages.WatchedKey> keys = new ArrayList<>(entries.size());
        entries.forEach(entry -> keys.add(new ReadMessages.WatchedKey.Changed(entry)));
        sending.lock();
        try {
            send(ReadMessages.writeWatchOutput(keys));
        } finally {
            sending.unlock();
        }
    }

    @Override
    public void failed(EchelonException reason) {
        close();
        sink.end();
    }

    @Override
    public void close() {
        List<Resource> left;
        synchronized (resources) {
            closed = true;
            left = List.copyOf(resources);
            resources.clear();
        }
        left.forEach(Resource::close);
    }

    /** Keeps what is to be closed with the frames, or closes it if they are over already. */
    private void keep(Resource resource) {
        synchronized (resources) {
            if (!closed) {
                resources.add(resource);
                return;
            }
        }
        resource.close();
    }

    /** Something that ends with the frames. */
    private interface Resource {
        void close();
    }

    private void ping() {
        if (sending.tryLock()) {
            try {
                send(new byte[0]);
            } finally {
                sending.unlock();
            }
        }
    }

    private void send(byte[] message) {
        byte[] frame =
                ByteBuffer.allocate(Integer.BYTES + message.length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(message.length)
                        .put(message)
                        .array();
        try {
            sink.send(frame).toCompletableFuture().join();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "A watching client is gone", e);
            close();
        }
    }
}

package io.echelon.kvstore.connect;

import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvSubscription;
import io.echelon.kvstore.KvWatcher;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A watch of another node's keys: a thread of its own reads frames, tells the watcher, and opens
 * the stream anew when it breaks or is silent for too long. The first frame of a stream has the
 * state of all keys, so that nothing is missed between two streams.
 */
final class RemoteWatch implements KvSubscription {
    private static final System.Logger LOG = System.getLogger(RemoteWatch.class.getName());
    private static final int FRAME_MAX_BYTES = 1024 * 1024;
    private static final long FIRST_WAIT_MS = 50;
    private static final long LAST_WAIT_MS = 2_000;

    private final RemoteKvDatabase database;
    private final ConnectClient client;
    private final RemoteOptions options;
    private final ScheduledExecutorService timer;
    private final byte[] request;
    private final int keyCount;
    private final KvWatcher watcher;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean isStoreClosed;
    private volatile @Nullable InputStream stream;
    private volatile @Nullable URI host;
    private volatile long lastFrameNanos;
    private @Nullable List<Optional<KvEntry>> told;
    private long waitMs = FIRST_WAIT_MS;

    RemoteWatch(
            RemoteKvDatabase database,
            ConnectClient client,
            RemoteOptions options,
            ScheduledExecutorService timer,
            byte[] request,
            int keyCount,
            KvWatcher watcher) {
        this.database = database;
        this.client = client;
        this.options = options;
        this.timer = timer;
        this.request = request;
        this.keyCount = keyCount;
        this.watcher = watcher;
    }

    /**
     * @param atEnd run when the watch is over
     */
    void start(Runnable atEnd) {
        Thread.ofVirtual()
                .name("kv-remote-watch")
                .start(
                        () -> {
                            try {
                                run();
                            } finally {
                                atEnd.run();
                            }
                        });
    }

    @Override
    public void close() {
        closed.countDown();
        closeStream();
    }

    void storeClosed() {
        isStoreClosed = true;
        close();
    }

    private void run() {
        while (isOpen()) {
            try {
                readFrames();
            } catch (EchelonException e) {
                if (isFinal(e)) {
                    watcher.failed(e);
                    return;
                }
                LOG.log(System.Logger.Level.DEBUG, "A watch is opened anew", e);
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "A watch is opened anew", e);
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "A watcher failed; its watch ends", e);
                return;
            } finally {
                closeStream();
            }
            URI asked = host;
            if (isOpen() && asked != null) {
                client.hosts().leave(asked);
            }
            pause();
        }
        if (isStoreClosed) {
            watcher.failed(ConnectClient.storeClosed());
        }
    }

    private static boolean isFinal(EchelonException refusal) {
        return refusal.code().category() == ErrorCode.Category.CALLER;
    }

    private boolean isOpen() {
        return closed.getCount() > 0;
    }

    private void pause() {
        try {
            closed.await(
                    waitMs + ThreadLocalRandom.current().nextLong(waitMs), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            close();
        }
        waitMs = Math.min(2 * waitMs, LAST_WAIT_MS);
    }

    private void readFrames() throws IOException {
        InputStream opened = open();
        stream = opened;
        lastFrameNanos = System.nanoTime();
        long checkMs = Math.max(1, options.watchSilence().toMillis() / 4);
        Future<?> guard =
                timer.scheduleAtFixedRate(
                        this::endSilence, checkMs, checkMs, TimeUnit.MILLISECONDS);
        try (DataInputStream in = new DataInputStream(opened)) {
            while (isOpen()) {
                int length = Integer.reverseBytes(in.readInt());
                if (length < 0 || length > FRAME_MAX_BYTES) {
                    throw new IOException(
                            "A frame of a watch says that it is " + length + " bytes");
                }
                byte[] message = in.readNBytes(length);
                if (message.length < length) {
                    throw new IOException("A watch broke inside a frame");
                }
                lastFrameNanos = System.nanoTime();
                if (length > 0) {
                    tell(ReadMessages.readWatchOutput(message));
                    waitMs = FIRST_WAIT_MS;
                }
            }
        } finally {
            guard.cancel(false);
        }
    }

    private InputStream open() {
        URI asked = client.hosts().now();
        host = asked;
        try {
            return database.withMetadata(
                            Wire.WATCH,
                            (place, headers) -> {
                                HttpRequest post =
                                        client.request(place.at(asked), headers, request);
                                return client.http()
                                        .sendAsync(post, HttpResponse.BodyHandlers.ofInputStream())
                                        .thenCompose(RemoteWatch::body);
                            })
                    .join();
        } catch (CompletionException e) {
            throw client.known(e);
        }
    }

    private static CompletableFuture<InputStream> body(HttpResponse<InputStream> response) {
        if (response.statusCode() == 200) {
            return CompletableFuture.completedFuture(response.body());
        }
        try (InputStream refusal = response.body()) {
            return CompletableFuture.failedFuture(
                    Wire.refusal(
                            response.statusCode(),
                            response.headers().firstValue(Wire.ERROR_HEADER),
                            refusal.readNBytes(FRAME_MAX_BYTES)));
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void tell(ReadMessages.WatchOutput output) throws IOException {
        List<Optional<KvEntry>> before = told;
        if (output.status() != ReadMessages.SUCCESS || output.keys().size() != keyCount) {
            throw new IOException("A watch cannot be served now");
        }
        List<Optional<KvEntry>> entries = new ArrayList<>(keyCount);
        for (int i = 0; i < keyCount; i++) {
            entries.add(
                    switch (output.keys().get(i)) {
                        case ReadMessages.WatchedKey.Changed(Optional<KvEntry> entry) -> entry;
                        case ReadMessages.WatchedKey.Unchanged _ -> {
                            if (before == null) {
                                throw new IOException("A watch began without the state of a key");
                            }
                            yield before.get(i);
                        }
                    });
        }
        if (!entries.equals(before) && isOpen()) {
            told = entries;
            watcher.changed(entries);
        }
    }

    /** Opens the watch anew when it is with a node that failed. */
    void leave(URI failed) {
        if (failed.equals(host)) {
            closeStream();
        }
    }

    private void endSilence() {
        if (System.nanoTime() - lastFrameNanos > options.watchSilence().toNanos()) {
            closeStream();
        }
    }

    private void closeStream() {
        InputStream open = stream;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "A watch's stream does not close", e);
            }
        }
    }
}

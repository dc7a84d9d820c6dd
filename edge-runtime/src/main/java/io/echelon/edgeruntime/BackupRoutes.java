package io.echelon.edgeruntime;

import io.echelon.kvstore.BlobStore;
import io.echelon.kvstore.HeldStore;
import io.echelon.kvstore.KvAnswers;
import io.echelon.kvstore.StoreBackup;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletionException;
import org.jboss.logging.Logger;

/**
 * {@code GET /backup} on the internal port: a backup of the platform, written while it is read.
 * What breaks off has no end, so whoever reads it knows.
 */
final class BackupRoutes {
    private static final Logger LOG = Logger.getLogger(BackupRoutes.class);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int CHUNK_BYTES = 256 * 1024;

    private final HeldStore store;
    private final BlobStore blobs;
    private final String version;

    private BackupRoutes(HeldStore store, BlobStore blobs, String version) {
        this.store = store;
        this.blobs = blobs;
        this.version = version;
    }

    static void mount(Router router, HeldStore store, BlobStore blobs, String version) {
        router.get("/backup").handler(new BackupRoutes(store, blobs, version)::backup);
    }

    private void backup(RoutingContext context) {
        HttpServerRequest request = context.request();
        InternalAnswers.onThread(
                request,
                "backup",
                () -> {
                    try (StoreBackup state = KvAnswers.await(store.backup(), PATIENCE)) {
                        LOG.info("A backup is being taken");
                        request.response()
                                .setChunked(true)
                                .putHeader("content-type", "application/octet-stream");
                        OutputStream out = new BufferedOutputStream(new Body(request), CHUNK_BYTES);
                        new PlatformBackup(state, blobs, version).write(out);
                        out.flush();
                        request.response().end();
                        LOG.info("The backup is taken");
                    }
                });
    }

    /** The body of the answer; a write returns when the bytes have gone out. */
    private static final class Body extends OutputStream {
        private final HttpServerRequest request;

        Body(HttpServerRequest request) {
            this.request = request;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                InternalAnswers.write(request, Arrays.copyOfRange(bytes, offset, offset + length));
            } catch (CompletionException e) {
                throw new IOException("The reader of the backup is gone", e);
            }
        }
    }
}

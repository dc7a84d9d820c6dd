package io.echelon.edgeruntime;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletionException;
import org.jboss.logging.Logger;

/** Reads and answers requests on the internal port from threads that may wait. */
final class InternalAnswers {
    private static final Logger LOG = Logger.getLogger(InternalAnswers.class);
    private static final int CHUNK_BYTES = 64 * 1024;

    /** A piece of work that answers a request, and may wait. */
    interface Work {
        void run() throws IOException, InterruptedException;
    }

    private InternalAnswers() {}

    /** Does work on a thread of its own and answers in its stead when it fails. */
    static void onThread(HttpServerRequest request, String name, Work work) {
        Thread.ofVirtual()
                .name("echelon-internal-" + name)
                .start(
                        () -> {
                            try {
                                work.run();
                            } catch (EchelonException refusal) {
                                refuse(request, refusal.code(), refusal.reason());
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            } catch (IOException | CompletionException broken) {
                                LOG.debugf(broken, "A request for %s broke off", request.path());
                                close(request);
                            } catch (RuntimeException e) {
                                LOG.errorf(e, "A request for %s failed", request.path());
                                refuse(
                                        request,
                                        ErrorCode.INTERNAL,
                                        "An internal error happened; the node's log has it");
                            }
                        });
    }

    static void refuse(HttpServerRequest request, ErrorCode code, String message) {
        if (request.response().headWritten()) {
            close(request);
            return;
        }
        request.response()
                .setStatusCode(code.status())
                .putHeader("x-echelon-error", code.name())
                .putHeader("content-type", "application/json")
                .end(Buffer.buffer(Failure.json(code, message, "")));
    }

    static void json(HttpServerRequest request, byte[] json) {
        request.response().putHeader("content-type", "application/json").end(Buffer.buffer(json));
    }

    /** Sends bytes and waits until they have gone out. */
    static void write(HttpServerRequest request, byte[] bytes) {
        request.response()
                .write(Buffer.buffer(bytes))
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    /** Sends a stream to its end. */
    static void copy(InputStream in, HttpServerRequest request) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
            write(request, java.util.Arrays.copyOf(chunk, count));
        }
        request.response().end();
    }

    private static void close(HttpServerRequest request) {
        request.connection().close();
    }
}

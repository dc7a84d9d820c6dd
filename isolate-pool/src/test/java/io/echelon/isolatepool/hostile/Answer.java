package io.echelon.isolatepool.hostile;

import io.echelon.isolatepool.CallReport;
import io.echelon.isolatepool.ResponseHead;
import io.echelon.isolatepool.ResponseSink;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A response as a test sees it; keeps its beginning and throws the rest away. */
public final class Answer implements ResponseSink {
    private static final int KEPT_BYTES = 1 << 20;

    /** How the caller takes the pieces of a body. */
    public enum Taking {
        AT_ONCE,
        /** The first piece is never acknowledged. */
        NEVER
    }

    private final CompletableFuture<CallReport> report = new CompletableFuture<>();
    private final CompletableFuture<Void> firstPiece = new CompletableFuture<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final Taking taking;
    private volatile @Nullable ResponseHead head;

    public Answer() {
        this(Taking.AT_ONCE);
    }

    public Answer(Taking taking) {
        this.taking = taking;
    }

    @Override
    public void head(ResponseHead sent) {
        head = sent;
        if (sent.body() != null) {
            keep(sent.body());
        }
    }

    @Override
    public CompletionStage<Void> write(byte[] chunk) {
        keep(chunk);
        firstPiece.complete(null);
        return taking == Taking.AT_ONCE
                ? CompletableFuture.completedFuture(null)
                : new CompletableFuture<>();
    }

    private synchronized void keep(byte[] bytes) {
        body.write(bytes, 0, Math.min(bytes.length, KEPT_BYTES - body.size()));
    }

    @Override
    public void end() {}

    @Override
    public void finished(CallReport end) {
        report.complete(end);
    }

    /** Waits for the end. */
    public CallReport report() {
        return report.orTimeout(120, TimeUnit.SECONDS).join();
    }

    /** Waits for the first piece of a body that comes in pieces. */
    public void awaitFirstPiece() {
        firstPiece.orTimeout(60, TimeUnit.SECONDS).join();
    }

    public @Nullable ResponseHead head() {
        return head;
    }

    public synchronized String text() {
        return body.toString(StandardCharsets.UTF_8);
    }
}

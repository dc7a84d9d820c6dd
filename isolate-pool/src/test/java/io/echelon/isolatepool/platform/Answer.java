package io.echelon.isolatepool.platform;

import io.echelon.isolatepool.CallReport;
import io.echelon.isolatepool.ResponseHead;
import io.echelon.isolatepool.ResponseSink;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A response as a test sees it: collects what a function sends, and lets the test set the pace. */
final class Answer implements ResponseSink {
    private final CompletableFuture<ResponseHead> head = new CompletableFuture<>();
    private final CompletableFuture<CallReport> report = new CompletableFuture<>();
    private final CompletableFuture<Integer> firstPiece = new CompletableFuture<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final Function<byte[], CompletionStage<Void>> taking;
    private boolean ended;
    private int pieces;

    /** An answer that takes every piece at once. */
    Answer() {
        this(_ -> CompletableFuture.completedFuture(null));
    }

    /** An answer that takes pieces as told. */
    Answer(Function<byte[], CompletionStage<Void>> taking) {
        this.taking = taking;
    }

    @Override
    public void head(ResponseHead sent) {
        byte[] whole = sent.body();
        if (whole != null) {
            body.writeBytes(whole);
            ended = true;
        }
        head.complete(sent);
    }

    @Override
    public CompletionStage<Void> write(byte[] chunk) {
        body.writeBytes(chunk);
        pieces++;
        firstPiece.complete(chunk.length);
        return taking.apply(chunk);
    }

    @Override
    public void end() {
        ended = true;
    }

    @Override
    public void finished(CallReport end) {
        report.complete(end);
    }

    CallReport report() {
        return report.orTimeout(300, TimeUnit.SECONDS).join();
    }

    ResponseHead head() {
        return head.orTimeout(300, TimeUnit.SECONDS).join();
    }

    void awaitFirstPiece() {
        firstPiece.orTimeout(300, TimeUnit.SECONDS).join();
    }

    int pieces() {
        return pieces;
    }

    boolean isEnded() {
        return ended;
    }

    String text() {
        return body.toString(StandardCharsets.UTF_8);
    }

    @Nullable String header(String name) {
        String[] headers = head().headers();
        for (int i = 0; i < headers.length; i += 2) {
            if (headers[i].equals(name)) {
                return headers[i + 1];
            }
        }
        return null;
    }
}

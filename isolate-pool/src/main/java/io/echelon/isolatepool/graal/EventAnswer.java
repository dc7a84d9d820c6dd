package io.echelon.isolatepool.graal;

import io.echelon.isolatepool.CallReport;
import io.echelon.isolatepool.EventSink;
import io.echelon.isolatepool.ResponseHead;
import io.echelon.isolatepool.ResponseSink;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The answer to an event: the whole body of a response, which the platform inside sends for it. */
final class EventAnswer implements ResponseSink {
    private final EventSink sink;
    private volatile @Nullable String text;

    EventAnswer(EventSink sink) {
        this.sink = sink;
    }

    @Override
    public void head(ResponseHead head) {
        byte[] body = head.body();
        text = body == null ? null : new String(body, StandardCharsets.UTF_8);
    }

    @Override
    public CompletionStage<Void> write(byte[] chunk) {
        return CompletableFuture.failedFuture(
                new IllegalStateException("an event's answer comes whole"));
    }

    @Override
    public void end() {}

    @Override
    public void finished(CallReport report) {
        sink.finished(report, text);
    }
}

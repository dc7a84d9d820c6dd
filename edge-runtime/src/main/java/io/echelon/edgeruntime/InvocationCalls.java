package io.echelon.edgeruntime;

import io.echelon.isolatepool.BodySource;
import io.echelon.isolatepool.Call;
import io.echelon.isolatepool.CallReport;
import io.echelon.isolatepool.EventSink;
import io.echelon.isolatepool.FunctionRequest;
import io.echelon.isolatepool.IsolatePool;
import io.echelon.isolatepool.ResponseHead;
import io.echelon.isolatepool.ResponseSink;
import io.echelon.kvstore.QueueMessage;
import io.echelon.tenants.DatabaseRef;
import io.echelon.tenants.Outcome;
import io.echelon.tenants.RevisionId;
import java.io.ByteArrayOutputStream;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls functions for requests that are answered later, and keeps what they answer. A response
 * below 500 is the end; anything else is tried again as long as the message's backoff goes.
 *
 * <p><b>Thread safety.</b> Any thread; {@link #begin} blocks.
 */
final class InvocationCalls {
    /** What the queue hears: the message is done with, or is to come again. */
    private static final String ACKNOWLEDGE = "a";

    private static final String RETRY = "r";

    private final IsolatePool pool;
    private final Invocations invocations;
    private final Callbacks callbacks;
    private final Clock clock;
    private final Traces traces;

    InvocationCalls(
            IsolatePool pool,
            Invocations invocations,
            Callbacks callbacks,
            Clock clock,
            Traces traces) {
        this.pool = pool;
        this.invocations = invocations;
        this.callbacks = callbacks;
        this.clock = clock;
        this.traces = traces;
    }

    /** Calls the function of the one message of a delivery. */
    Call begin(QueueDelivery delivery, DatabaseRef database, EventSink sink) {
        try {
            return call(delivery, database, sink);
        } catch (CompletionException unreachable) {
            sink.finished(new CallReport(Outcome.CANCELED, null, null, 0, 0, 0, 0), null);
            return () -> {};
        }
    }

    private Call call(QueueDelivery delivery, DatabaseRef database, EventSink sink) {
        QueueMessage message = delivery.messages().getFirst();
        Invocation invocation =
                invocations
                        .find(database, Invocations.id(message.payload()))
                        .join()
                        .filter(found -> found.state() == Invocation.State.QUEUED)
                        .orElse(null);
        if (invocation == null) { // canceled, or older than it is kept
            sink.finished(new CallReport(Outcome.OK, null, null, 0, 0, 0, 0), ACKNOWLEDGE);
            return () -> {};
        }
        byte[] body =
                invocation.requestBytes() == 0
                        ? new byte[0]
                        : invocations
                                .body(database, Invocations.Part.REQUEST, invocation.id())
                                .join();
        RevisionId revision = delivery.taker().target().revision();
        Supplier<TracedCall> traced =
                () -> TracedCall.later(invocation, delivery.requestId(), revision);
        RequestTrace trace =
                traces.begin(delivery.requestId(), TraceContext.of(invocation.headers()), traced);
        return pool.call(
                revision,
                new FunctionRequest(
                        delivery.requestId(),
                        invocation.method(),
                        invocation.url(),
                        invocation.headers().toArray(String[]::new),
                        body.length == 0 ? null : new Whole(body)),
                new Answer(
                        delivery.taker().target(),
                        database,
                        invocation,
                        message,
                        report -> traces.called(trace, delivery.requestId(), report, traced),
                        sink));
    }

    /** A body that is all there. */
    private static final class Whole implements BodySource {
        private byte @Nullable [] rest;

        Whole(byte[] body) {
            rest = body;
        }

        @Override
        public synchronized CompletionStage<byte @Nullable []> read() {
            byte[] piece = rest;
            rest = null;
            return CompletableFuture.completedFuture(piece);
        }

        @Override
        public void cancel() {}
    }

    /** Gathers a response, and ends the invocation by it. */
    private final class Answer implements ResponseSink {
        private final Target target;
        private final DatabaseRef database;
        private final Invocation invocation;
        private final QueueMessage message;
        private final Consumer<CallReport> ended;
        private final EventSink sink;
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private @Nullable ResponseHead head;
        private boolean tooLarge;

        Answer(
                Target target,
                DatabaseRef database,
                Invocation invocation,
                QueueMessage message,
                Consumer<CallReport> ended,
                EventSink sink) {
            this.target = target;
            this.database = database;
            this.invocation = invocation;
            this.message = message;
            this.ended = ended;
            this.sink = sink;
        }

        @Override
        public synchronized void head(ResponseHead sent) {
            head = sent;
            byte[] whole = sent.body();
            if (whole != null) {
                take(whole);
            }
        }

        @Override
        public synchronized CompletionStage<Void> write(byte[] chunk) {
            take(chunk);
            return tooLarge
                    ? CompletableFuture.failedFuture(new CallerLeft())
                    : CompletableFuture.completedFuture(null);
        }

        private void take(byte[] bytes) {
            tooLarge |= body.size() + bytes.length > Invocations.BODY_MAX_BYTES;
            if (!tooLarge) {
                body.writeBytes(bytes);
            }
        }

        @Override
        public void end() {}

        @Override
        public synchronized void finished(CallReport report) {
            ended.accept(report);
            Outcome outcome = report.outcome();
            if (outcome == Outcome.OVERLOADED
                    || outcome == Outcome.OVER_QUOTA
                    || outcome == Outcome.NOT_FOUND
                    || (outcome == Outcome.CANCELED && !tooLarge)) {
                sink.finished(report, null); // it was not tried, or its node stops
                return;
            }
            ResponseHead sent = head;
            boolean isDone =
                    outcome == Outcome.OK && sent != null && sent.status() < 500 && !tooLarge;
            if (!isDone && !tooLarge && message.retriesLeft() > 0) {
                sink.finished(report, RETRY);
                return;
            }
            byte[] bytes = tooLarge ? new byte[0] : body.toByteArray();
            Invocation ended =
                    invocation.ended(
                            isDone ? Invocation.State.DONE : Invocation.State.FAILED,
                            message.attempts(),
                            clock.instant(),
                            sent == null ? null : sent.status(),
                            sent == null ? List.of() : List.of(sent.headers()),
                            bytes.length,
                            tooLarge
                                    ? "The response is larger than the %,d bytes that are kept"
                                            .formatted(Invocations.BODY_MAX_BYTES)
                                    : report.message());
            var _ =
                    invocations
                            .end(database, ended, bytes)
                            .thenCompose(
                                    isFirst ->
                                            isFirst
                                                    ? callbacks.tell(target, ended, bytes)
                                                    : CompletableFuture.completedFuture(null))
                            .whenComplete(
                                    (_, failure) ->
                                            sink.finished(
                                                    report, failure == null ? ACKNOWLEDGE : RETRY));
        }
    }
}

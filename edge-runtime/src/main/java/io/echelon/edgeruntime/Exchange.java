package io.echelon.edgeruntime;

import io.echelon.isolatepool.Call;
import io.echelon.isolatepool.CallReport;
import io.echelon.isolatepool.ResponseHead;
import io.echelon.isolatepool.ResponseSink;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Outcome;
import io.echelon.tenants.UsageCounter;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.buffer.impl.BufferImpl;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer, from the head to the last byte.
 *
 * <p><b>Thread safety.</b> The pool calls from its threads and each call moves over to the
 * connection's event loop, where all state is kept.
 */
final class Exchange implements ResponseSink {
    private static final long HTTP2_INTERNAL_ERROR = 2;

    private final Traffic traffic;
    private final Traces traces;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final EventLoop eventLoop;
    private final ResponseFlow flow;
    private final CallerConnection connection;
    private final String requestId;
    private final long startNanos;
    private @Nullable Target target;
    private @Nullable RequestTrace trace;
    private @Nullable RequestBody body;
    private @Nullable Call call;
    private int functionStatus; // written before wholeBody, read after it
    private volatile boolean wholeBody;
    private boolean headSent;
    private boolean over;
    private boolean isAdmitted;
    private boolean isRelayed;
    private boolean closeAfter;
    private long announced = -1;
    private long retryAfterSeconds = 1;
    private long written;

    Exchange(
            Traffic traffic,
            Traces traces,
            HttpServerRequest request,
            EventLoop eventLoop,
            CallerConnection connection,
            String requestId,
            long startNanos) {
        this.traffic = traffic;
        this.traces = traces;
        this.request = request;
        this.response = request.response();
        this.eventLoop = eventLoop;
        this.flow = new ResponseFlow(response, eventLoop);
        this.connection = connection;
        this.requestId = requestId;
        this.startNanos = startNanos;
        connection.begun();
        // One for the call, one for the response: either may end first.
        traffic.begun();
        traffic.begun();
        response.closeHandler(nothing -> callerLeft());
        response.exceptionHandler(failure -> callerLeft());
    }

    String requestId() {
        return requestId;
    }

    /** When its head was there, as {@link System#nanoTime} has it. */
    long startNanos() {
        return startNanos;
    }

    EventLoop eventLoop() {
        return eventLoop;
    }

    HttpServerRequest request() {
        return request;
    }

    boolean isOver() {
        return over;
    }

    /** The request's body, to be read by the guest. */
    RequestBody openBody() {
        RequestBody opened =
                new RequestBody(request, eventLoop, connection.bodyLimit(), this::bodyTooLarge);
        body = opened;
        return opened;
    }

    /** Says whose answer it is, and begins to trace how it comes about. */
    void leadsTo(Target leadsTo, RequestHead head) {
        target = leadsTo;
        trace = traces.begin(this, head, leadsTo);
    }

    /** Has its tenant's gate let it in; false when it was refused, which has been answered. */
    boolean enter(Target entered) {
        TenantGate.Verdict verdict = entered.gate().admit(System.nanoTime());
        isAdmitted = verdict == TenantGate.Verdict.ADMITTED;
        if (!isAdmitted) {
            retryAfterSeconds = entered.gate().retryAfterSeconds(verdict);
            refuse(ErrorCode.OVER_QUOTA, entered.gate().refusal(verdict), Outcome.OVER_QUOTA);
        }
        return isAdmitted;
    }

    /** What records it; null for nothing. */
    @Nullable RequestTrace trace() {
        return trace;
    }

    /** What a trace says of it. */
    TracedCall tracedCall(Target answering) {
        return TracedCall.request(request, requestId, answering.revision(), startNanos);
    }

    /** Says what is to be canceled when the caller leaves. */
    void answeredBy(Call answeredBy) {
        call = answeredBy;
        if (over) {
            answeredBy.cancel();
        }
    }

    @Override
    public void head(ResponseHead head) {
        functionStatus = head.status();
        wholeBody = head.body() != null;
        eventLoop.execute(() -> sendHead(head));
    }

    @Override
    public CompletionStage<Void> write(byte[] chunk) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        eventLoop.execute(() -> send(chunk, result));
        return result;
    }

    @Override
    public void end() {
        eventLoop.execute(
                () -> {
                    if (over) {
                        return;
                    }
                    if (announced >= 0 && written != announced && !isHead()) {
                        breakOff();
                    } else {
                        finish(null);
                    }
                });
    }

    @Override
    public void finished(CallReport report) {
        boolean wasWhole = wholeBody;
        Target answering = target;
        leaveGate();
        if (answering != null) {
            answering.called(report);
            traces.called(this, answering, report, functionStatus);
        }
        traffic.ended();
        if (!wasWhole) {
            eventLoop.execute(() -> conclude(report));
        }
    }

    /** Answers in the platform's name a request that reached no isolate. */
    void refuse(ErrorCode code, String message, @Nullable Outcome outcome) {
        notCalled(outcome);
        leaveGate();
        Target answering = target;
        if (answering != null && outcome != null) {
            answering.refused(outcome);
        }
        answer(code, message, outcome, 0, 0);
    }

    /**
     * Answers with a file; the response is complete.
     *
     * @param bytes of its body
     */
    void answeredWithFile(long bytes) {
        answeredDirectly(bytes);
        Target answering = target;
        if (answering != null) {
            answering.metrics().asset();
            answering.usage().count(Outcome.OK);
            answering.usage().add(UsageCounter.ASSETS, 1);
        }
    }

    /**
     * Answers with another thing that needs no isolate; the response is complete.
     *
     * @param bytes of its body
     */
    void answeredDirectly(long bytes) {
        notCalled(null);
        leaveGate();
        sent(bytes);
    }

    /** Gives back the place that its tenant's gate gave it, if it still has it. */
    private void leaveGate() {
        Target entered = target;
        if (entered != null && isAdmitted) {
            isAdmitted = false;
            entered.gate().release();
        }
    }

    /** Sets the headers that every answer has. */
    void setOwnHeaders(@Nullable Outcome outcome, long queueNanos, long cpuNanos) {
        MultiMap headers = response.headers();
        headers.set(OwnHeaders.DATE, traffic.date());
        headers.set(OwnHeaders.REQUEST_ID, requestId);
        Target answering = target;
        if (answering != null) {
            headers.set(OwnHeaders.REVISION, answering.label());
        }
        if (outcome != null) {
            headers.set(OwnHeaders.OUTCOME, outcome.wireName());
        }
        headers.set(
                OwnHeaders.SERVER_TIMING,
                ServerTiming.of(queueNanos, cpuNanos, System.nanoTime() - startNanos));
        sayIfLast();
    }

    /** Sets the header by which the caller learns that this is its connection's last response. */
    private void sayIfLast() {
        if ((closeAfter || traffic.isDraining()) && !isHttp2()) {
            response.headers().set(OwnHeaders.CONNECTION, OwnHeaders.CLOSE);
            connection.endAfterThis();
            closeAfter = true;
        }
    }

    /**
     * Begins the answer that another node gives, with all headers that the response has by now.
     *
     * @param length how long the body is, in bytes; -1 when it goes on until it ends
     */
    void beginRelayed(long length) {
        headSent = true;
        isRelayed = true;
        if (length < 0 && request.version() == HttpVersion.HTTP_1_0) {
            closeAfter = true;
        } else if (length < 0) {
            response.setChunked(true);
        }
        sayIfLast();
    }

    /** Sends what is left of the response. */
    void finish(@Nullable Buffer last) {
        if (last == null) {
            response.end();
        } else {
            response.end(last);
        }
        settled();
        RequestBody unread = body;
        if (unread != null) {
            unread.discardRest();
        }
        if (closeAfter && !isHttp2()) {
            request.connection().close();
        }
    }

    /** Says that the platform itself could not answer. */
    void failed() {
        if (response.headWritten()) {
            breakOff();
        } else {
            response.headers().clear();
            answer(
                    ErrorCode.INTERNAL,
                    "An internal error happened; the node's log has it",
                    Outcome.INTERNAL,
                    0,
                    0);
        }
    }

    /** Says that the response went out by another way than {@link #finish}. */
    void settled() {
        if (over) {
            return;
        }
        leave();
        flow.stop(null);
    }

    private void notCalled(@Nullable Outcome outcome) {
        traffic.ended();
        traces.notCalled(this, outcome);
    }

    /** Counts bytes of the response's body. */
    private void sent(long bytes) {
        Target answering = target;
        if (answering != null && bytes > 0) {
            answering.usage().add(UsageCounter.EGRESS_BYTES, bytes);
        }
    }

    private void leave() {
        over = true;
        Target answering = target;
        RequestBody received = body;
        if (answering != null && received != null && !isRelayed) { // who answers counts
            answering.usage().add(UsageCounter.INGRESS_BYTES, received.bytes());
        }
        RequestTrace traced = trace;
        if (traced != null) {
            traced.answered(headSent || response.headWritten() ? response.getStatusCode() : 0);
        }
        connection.ended();
        traffic.ended();
    }

    private void sendHead(ResponseHead head) {
        if (over) {
            return;
        }
        String refusal = HeaderRules.refusal(head.headers());
        if (refusal != null) {
            answer(ErrorCode.EXCEPTION, refusal, Outcome.EXCEPTION, 0, head.cpuNanos());
            cancelCall();
            return;
        }
        headSent = true;
        response.setStatusCode(head.status());
        byte[] whole = head.body();
        boolean bodiless = isHead() || head.status() == 204 || head.status() == 304;
        boolean mayAnnounce = whole == null && head.status() != 204;
        announced = HeaderRules.copy(head.headers(), response.headers(), mayAnnounce);
        response.headers().set(OwnHeaders.ISOLATE, head.isolate().wireName());
        if (whole == null
                && !bodiless
                && announced < 0
                && request.version() == HttpVersion.HTTP_1_0) {
            closeAfter = true;
        }
        setOwnHeaders(Outcome.OK, head.queueNanos(), head.cpuNanos());
        if (whole != null) {
            if (bodiless && head.status() == 200) {
                response.headers().set(OwnHeaders.CONTENT_LENGTH, Integer.toString(whole.length));
            }
            sent(bodiless ? 0 : whole.length);
            finish(bodiless ? null : BufferImpl.buffer(Unpooled.wrappedBuffer(whole)));
        } else if (bodiless) {
            finish(null);
        } else if (announced < 0) {
            response.setChunked(true);
        }
    }

    private void send(byte[] chunk, CompletableFuture<Void> result) {
        if (over || !headSent) {
            result.completeExceptionally(new CallerLeft());
            return;
        }
        written += chunk.length;
        if (announced >= 0 && written > announced) {
            breakOff();
            cancelCall();
            result.completeExceptionally(new CallerLeft());
            return;
        }
        if (chunk.length > 0) {
            response.write(BufferImpl.buffer(Unpooled.wrappedBuffer(chunk)));
            sent(chunk.length);
        }
        flow.whenRoom(
                result,
                () -> {
                    breakOff();
                    cancelCall();
                });
    }

    private void conclude(CallReport report) {
        if (over) {
            return;
        }
        if (headSent) {
            breakOff();
            return;
        }
        Outcome outcome = report.outcome() == Outcome.OK ? Outcome.INTERNAL : report.outcome();
        ErrorCode code = outcome.errorCode();
        if (code == null) {
            breakOff();
            return;
        }
        if (report.isolate() != null) {
            response.headers().set(OwnHeaders.ISOLATE, report.isolate().wireName());
        }
        String message = report.message();
        answer(
                code,
                message == null ? "The function could not answer" : message,
                outcome,
                report.queueNanos(),
                report.cpuNanos());
    }

    private void answer(
            ErrorCode code, String message, @Nullable Outcome outcome, long queue, long cpu) {
        if (over) {
            return;
        }
        headSent = true;
        byte[] json = Failure.json(code, message, requestId);
        response.setStatusCode(code.status());
        response.headers().set(OwnHeaders.CONTENT_TYPE, OwnHeaders.JSON);
        if (code == ErrorCode.OVER_QUOTA || code == ErrorCode.OVERLOADED) {
            response.headers().set(OwnHeaders.RETRY_AFTER, Long.toString(retryAfterSeconds));
        }
        if (code == ErrorCode.INVALID_ARGUMENT || code == ErrorCode.PAYLOAD_TOO_LARGE) {
            closeAfter = true;
        }
        setOwnHeaders(outcome, queue, cpu);
        if (isHead()) {
            response.headers().set(OwnHeaders.CONTENT_LENGTH, Integer.toString(json.length));
        }
        finish(isHead() ? null : Buffer.buffer(json));
    }

    private void bodyTooLarge() {
        if (headSent) {
            breakOff();
        } else {
            answer(ErrorCode.PAYLOAD_TOO_LARGE, PublicHandler.BODY_TOO_LARGE, null, 0, 0);
        }
        cancelCall();
    }

    private void callerLeft() {
        if (over) {
            return;
        }
        leave();
        flow.stop(new CallerLeft());
        RequestBody unread = body;
        if (unread != null) {
            unread.callerLeft();
        }
        cancelCall();
    }

    private void cancelCall() {
        Call canceled = call;
        if (canceled != null) {
            canceled.cancel();
        }
    }

    /** Ends the response without its end, so that the caller notices. */
    void breakOff() {
        if (over) {
            return;
        }
        leave();
        flow.stop(new CallerLeft());
        if (isHttp2()) {
            response.reset(HTTP2_INTERNAL_ERROR);
        } else {
            request.connection().close();
        }
    }

    private boolean isHead() {
        return HttpMethod.HEAD.equals(request.method());
    }

    private boolean isHttp2() {
        return request.version() == HttpVersion.HTTP_2;
    }
}

package io.echelon.isolatepool.graal;

import io.echelon.isolatepool.BodySource;
import io.echelon.isolatepool.FunctionImage;
import io.echelon.isolatepool.GuestError;
import io.echelon.isolatepool.HostResult;
import io.echelon.tenants.Limits;
import io.echelon.tenants.LogLevel;
import io.echelon.tenants.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledFuture;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.jspecify.annotations.Nullable;

/**
 * The functions of Java that the platform inside one isolate calls; {@code src/main/js/HOST.md}
 * says what each does. They run on the isolate's turns, and so do the completions of what they
 * start, which come back as tasks.
 */
final class HostFunctions {
    private final JsIsolate isolate;
    private final BindingSessions sessions;
    private final PlatformServices platform;
    private @Nullable ScheduledFuture<?> timer;
    private int pendingOperations;

    HostFunctions(JsIsolate isolate, FunctionImage image) {
        this.isolate = isolate;
        this.platform = new PlatformServices(isolate);
        this.sessions = new BindingSessions(isolate, image.bindings());
    }

    /** All of them, in the order that the platform expects. */
    ProxyExecutable[] functions() {
        return new ProxyExecutable[] {
            this::log,
            this::start,
            this::timer,
            this::respond,
            this::write,
            this::end,
            this::fail,
            this::done,
            this::read,
            this::cancelBody,
            this::load,
            platform::call
        };
    }

    /** Whether something will call the isolate again by itself. */
    boolean isWaiting() {
        return pendingOperations > 0 || timer != null;
    }

    /** Releases what the isolate has open outside. */
    void close() {
        ScheduledFuture<?> armed = timer;
        if (armed != null) {
            armed.cancel(false);
        }
        sessions.close();
    }

    private @Nullable Object log(Value... arguments) {
        LogLevel level =
                switch (arguments[0].asInt()) {
                    case 0 -> LogLevel.DEBUG;
                    case 2 -> LogLevel.WARN;
                    case 3 -> LogLevel.ERROR;
                    default -> LogLevel.INFO;
                };
        isolate.log(level, arguments[1].asString());
        return null;
    }

    private @Nullable Object start(Value... arguments) {
        int operation = arguments[0].asInt();
        try {
            @Nullable Object[] values = new @Nullable Object[arguments.length - 3];
            for (int i = 0; i < values.length; i++) {
                values[i] = GuestValues.toHost(arguments[i + 3]);
            }
            settleLater(
                    operation,
                    sessions.session(arguments[1].asString())
                            .start(arguments[2].asString(), values));
        } catch (GuestError e) {
            pendingOperations++;
            settled(isolate.currentCall(), operation, null, e);
        }
        return null;
    }

    private @Nullable Object timer(Value... arguments) {
        ScheduledFuture<?> armed = timer;
        if (armed != null) {
            armed.cancel(false);
            timer = null;
        }
        double delayMillis = arguments[0].asDouble();
        if (delayMillis >= 0) {
            JsCall owner = isolate.currentCall();
            timer = isolate.services().schedule(() -> isolate.post(owner, this::tick), delayMillis);
        }
        return null;
    }

    private void tick() {
        timer = null;
        isolate.entries().tick();
    }

    private @Nullable Object respond(Value... arguments) {
        JsCall call = isolate.call(arguments[0].asInt());
        if (call == null) {
            return null;
        }
        String[] headers = new String[arguments.length - 3];
        for (int i = 0; i < headers.length; i++) {
            headers[i] = arguments[i + 3].asString();
        }
        call.respond(
                arguments[1].asInt(),
                headers,
                wholeBody(arguments[2]),
                isolate.currentTaskCpuNanos());
        return null;
    }

    private static byte @Nullable [] wholeBody(Value body) {
        if (body.isNull()) {
            return null;
        }
        return body.isString()
                ? body.asString().getBytes(StandardCharsets.UTF_8)
                : GuestValues.bytes(body);
    }

    private @Nullable Object write(Value... arguments) {
        JsCall call = isolate.call(arguments[0].asInt());
        int operation = arguments[1].asInt();
        if (call == null) {
            pendingOperations++;
            settled(null, operation, null, new GuestError("AbortError", "the request is over"));
            return null;
        }
        settleLater(
                operation,
                call.write(GuestValues.bytes(arguments[2]))
                        .handle(
                                (written, failure) -> {
                                    if (failure != null) {
                                        throw new GuestError("AbortError", "the caller is gone");
                                    }
                                    return null;
                                }));
        return null;
    }

    private @Nullable Object end(Value... arguments) {
        JsCall call = isolate.call(arguments[0].asInt());
        if (call != null) {
            call.end();
        }
        return null;
    }

    private @Nullable Object fail(Value... arguments) {
        isolate.logError(arguments[1].asString(), arguments[2].asString());
        JsCall call = isolate.call(arguments[0].asInt());
        if (call != null) {
            call.fail(Outcome.EXCEPTION);
        }
        return null;
    }

    private @Nullable Object done(Value... arguments) {
        JsCall call = isolate.call(arguments[0].asInt());
        if (call != null) {
            call.sayDone();
        }
        return null;
    }

    private @Nullable Object read(Value... arguments) {
        JsCall call = isolate.call(arguments[0].asInt());
        int operation = arguments[1].asInt();
        BodySource body = call == null ? null : call.body();
        if (body == null) {
            pendingOperations++;
            settled(call, operation, null, null);
            return null;
        }
        settleLater(
                operation,
                body.read()
                        .handle(
                                (bytes, failure) -> {
                                    if (failure != null) {
                                        throw new GuestError(
                                                "TypeError",
                                                "the caller broke the request's body off");
                                    }
                                    return bytes;
                                }));
        return null;
    }

    private @Nullable Object cancelBody(Value... arguments) {
        JsCall call = isolate.call(arguments[0].asInt());
        BodySource body = call == null ? null : call.body();
        if (body != null) {
            body.cancel();
        }
        return null;
    }

    private Object load(Value... arguments) {
        return isolate.lazyScript(arguments[0].asString());
    }

    private void settleLater(int operation, CompletionStage<? extends @Nullable Object> stage) {
        pendingOperations++;
        JsCall owner = isolate.currentCall();
        var _ = stage.whenComplete((result, failure) -> settled(owner, operation, result, failure));
    }

    /** Posts an operation's end; any thread. */
    private void settled(
            @Nullable JsCall owner,
            int operation,
            @Nullable Object result,
            @Nullable Throwable failure) {
        isolate.post(
                owner,
                () -> {
                    pendingOperations--;
                    if (failure == null) {
                        isolate.entries().resolve(operation, taken(result));
                        return;
                    }
                    GuestError error = toldToGuest(failure);
                    String message = error.getMessage();
                    isolate.entries()
                            .reject(operation, error.className(), message == null ? "" : message);
                });
    }

    private static @Nullable Object taken(@Nullable Object result) {
        return result instanceof HostResult waited ? waited.take() : result;
    }

    private static GuestError toldToGuest(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof java.util.concurrent.CompletionException
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof GuestError error) {
            return error;
        }
        PoolLog.error("a host operation failed", cause);
        return new GuestError("Error", "internal error");
    }

    /** Cuts a line of the log to what is kept of it. */
    static String cutLine(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= Limits.LOG_LINE_MAX_BYTES) {
            return line;
        }
        String mark =
                "… (cut: %,d bytes; at most %,d are kept)"
                        .formatted(bytes.length, Limits.LOG_LINE_MAX_BYTES);
        int keep = Limits.LOG_LINE_MAX_BYTES - mark.getBytes(StandardCharsets.UTF_8).length;
        while ((bytes[keep] & 0xC0) == 0x80) {
            keep--; // not inside a character
        }
        return new String(bytes, 0, keep, StandardCharsets.UTF_8) + mark;
    }
}

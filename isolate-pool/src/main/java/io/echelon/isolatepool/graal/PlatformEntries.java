package io.echelon.isolatepool.graal;

import io.echelon.isolatepool.FunctionRequest;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/**
 * The functions of the platform inside an isolate that Java calls; {@code src/main/js/HOST.md}
 * lists them.
 */
final class PlatformEntries {
    private static final int CALL_FIXED_ARGUMENTS = 5;

    private final Value register;
    private final Value call;
    private final Value settle;
    private final Value tick;
    private final Value abort;
    private final Value waiting;
    private @Nullable Value namespace;

    private PlatformEntries(Value entries) {
        register = entries.getArrayElement(0);
        call = entries.getArrayElement(1);
        settle = entries.getArrayElement(2);
        tick = entries.getArrayElement(3);
        abort = entries.getArrayElement(4);
        waiting = entries.getArrayElement(5);
    }

    static PlatformEntries boot(Value boot, HostFunctions host) {
        return new PlatformEntries(boot.execute((Object[]) host.functions()));
    }

    /** Holds the entry's module until its evaluation is over. */
    void keepNamespace(Value moduleNamespace) {
        namespace = moduleNamespace;
    }

    void register(String[] environment) {
        Object[] arguments = new Object[1 + environment.length];
        arguments[0] = namespace;
        System.arraycopy(environment, 0, arguments, 1, environment.length);
        register.executeVoid(arguments);
        namespace = null;
    }

    void call(int callId, FunctionRequest request) {
        String[] headers = request.headers();
        Object[] arguments = new Object[CALL_FIXED_ARGUMENTS + headers.length];
        arguments[0] = callId;
        arguments[1] = request.requestId();
        arguments[2] = request.method();
        arguments[3] = request.url();
        arguments[4] = request.body() != null;
        System.arraycopy(headers, 0, arguments, CALL_FIXED_ARGUMENTS, headers.length);
        call.executeVoid(arguments);
    }

    void resolve(int operation, @Nullable Object result) {
        settle.executeVoid(operation, GuestValues.kind(result), GuestValues.toGuest(result));
    }

    void reject(int operation, String className, String message) {
        settle.executeVoid(operation, GuestValues.REJECTED, className, message);
    }

    void tick() {
        tick.executeVoid();
    }

    void abort(int callId) {
        abort.executeVoid(callId);
    }

    String waiting() {
        return waiting.execute().asString();
    }
}

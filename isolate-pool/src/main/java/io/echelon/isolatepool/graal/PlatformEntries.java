package io.echelon.isolatepool.graal;

import io.echelon.isolatepool.FunctionRequest;
import java.util.Arrays;
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

    /**
     * Boots the platform inside an isolate.
     *
     * @param environment names and values in turn
     */
    static PlatformEntries boot(Value boot, HostFunctions host, String[] environment) {
        Object[] functions = host.functions();
        Object[] arguments =
                Arrays.copyOf(functions, functions.length + environment.length, Object[].class);
        System.arraycopy(environment, 0, arguments, functions.length, environment.length);
        return new PlatformEntries(boot.execute(arguments));
    }

    /** Holds the entry's module until its evaluation is over. */
    void keepNamespace(Value moduleNamespace) {
        namespace = moduleNamespace;
    }

    void register() {
        register.executeVoid(namespace);
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

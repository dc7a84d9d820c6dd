package io.echelon.isolatepool.graal;

import io.echelon.isolatepool.EventHandler;
import io.echelon.isolatepool.EventKind;
import io.echelon.isolatepool.FunctionEvent;
import io.echelon.isolatepool.FunctionRequest;
import io.echelon.isolatepool.Invocation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/**
 * The functions of the platform inside an isolate that Java calls; {@code src/main/js/HOST.md}
 * lists them.
 */
final class PlatformEntries {
    private static final int CALL_FIXED_ARGUMENTS = 5;
    private static final int EVENT_FIXED_ARGUMENTS = 4;

    private final Value register;
    private final Value call;
    private final Value settle;
    private final Value tick;
    private final Value abort;
    private final Value waiting;
    private final Value handlers;
    private final Value event;
    private @Nullable Value namespace;

    private PlatformEntries(Value entries) {
        register = entries.getArrayElement(0);
        call = entries.getArrayElement(1);
        settle = entries.getArrayElement(2);
        tick = entries.getArrayElement(3);
        abort = entries.getArrayElement(4);
        waiting = entries.getArrayElement(5);
        handlers = entries.getArrayElement(6);
        event = entries.getArrayElement(7);
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

    /** What the module has handlers for. */
    List<EventHandler> handlers() {
        Value flat = handlers.execute();
        List<EventHandler> all = new ArrayList<>();
        for (long i = 0; i + 2 < flat.getArraySize(); i += 3) {
            all.add(
                    new EventHandler(
                            EventKind.ofWireName(flat.getArrayElement(i).asString()),
                            flat.getArrayElement(i + 1).asString(),
                            flat.getArrayElement(i + 2).asString()));
        }
        return List.copyOf(all);
    }

    void call(int callId, Invocation invocation) {
        switch (invocation) {
            case FunctionRequest request -> request(callId, request);
            case FunctionEvent happened -> event(callId, happened);
        }
    }

    private void event(int callId, FunctionEvent happened) {
        @Nullable Object[] arguments =
                new @Nullable Object[EVENT_FIXED_ARGUMENTS + happened.values().size()];
        arguments[0] = callId;
        arguments[1] = happened.requestId();
        arguments[2] = happened.kind().wireName();
        arguments[3] = happened.name();
        for (int i = EVENT_FIXED_ARGUMENTS; i < arguments.length; i++) {
            arguments[i] = GuestValues.toGuest(happened.values().get(i - EVENT_FIXED_ARGUMENTS));
        }
        event.executeVoid(arguments);
    }

    private void request(int callId, FunctionRequest request) {
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

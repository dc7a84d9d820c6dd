package io.echelon.tenants;

import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a process does when it gets a signal. The JVM has no supported interface for it; its {@code
 * sun.misc.Signal} is reached by reflection, and where that is missing signals do what they did.
 *
 * <p><b>Lifecycle.</b> A signal that is held does nothing until {@link #on} says what it does, and
 * then does that once.
 *
 * <p><b>Thread safety.</b> Any thread; a signal's task runs on a thread of the JVM's own.
 */
public final class ProcessSignals {
    /** A signal that a process takes. */
    public enum Kind {
        /** Read the configuration again. */
        HUP,
        /** Write down how the process is doing. */
        USR1
    }

    private static final Map<Kind, Runnable> TASKS = new ConcurrentHashMap<>();
    private static final Map<Kind, Boolean> PENDING = new ConcurrentHashMap<>();

    private ProcessSignals() {}

    /** Keeps both signals from ending the process that is still starting. */
    public static void hold() {
        for (Kind kind : Kind.values()) {
            install(kind);
        }
    }

    /** Has a task run for each signal from now on, and for one that was held. */
    public static void on(Kind kind, Runnable task) {
        TASKS.put(kind, task);
        install(kind);
        if (PENDING.remove(kind) != null) {
            task.run();
        }
    }

    private static void came(Kind kind) {
        Runnable task = TASKS.get(kind);
        if (task == null) {
            PENDING.put(kind, true);
        } else {
            task.run();
        }
    }

    private static void install(Kind kind) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object task =
                    Proxy.newProxyInstance(
                            handler.getClassLoader(),
                            new Class<?>[] {handler},
                            (self, method, arguments) ->
                                    switch (method.getName()) {
                                        case "handle" -> {
                                            came(kind);
                                            yield null;
                                        }
                                        case "equals" ->
                                                arguments != null
                                                        && System.identityHashCode(self)
                                                                == System.identityHashCode(
                                                                        arguments[0]);
                                        case "hashCode" -> System.identityHashCode(self);
                                        default -> "signal " + kind;
                                    });
            var _ =
                    signal.getMethod("handle", signal, handler)
                            .invoke(
                                    null,
                                    signal.getConstructor(String.class).newInstance(kind.name()),
                                    task);
        } catch (ReflectiveOperationException | LinkageError unknown) {
            // This JVM or system has no such signal.
        }
    }
}

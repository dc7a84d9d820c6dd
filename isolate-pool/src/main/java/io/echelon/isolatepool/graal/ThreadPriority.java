package io.echelon.isolatepool.graal;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * The operating system's priority of single threads. Linux gives a thread of nice value 10 a tenth
 * of the processor time of a thread of nice value 0 when both want it ({@code sched(7)}), so a
 * guest that computes for long leaves the cores to short turns. Elsewhere nothing happens.
 */
final class ThreadPriority {
    private static final int PRIO_PROCESS = 0;
    private static final int LOW = 10;
    private static final int HIGH = -10;

    private static final @Nullable MethodHandle GET_TID =
            function("gettid", FunctionDescriptor.of(ValueLayout.JAVA_INT));
    private static final @Nullable MethodHandle SET_PRIORITY =
            function(
                    "setpriority",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT));

    private ThreadPriority() {}

    /** The calling thread's number in the kernel, or -1 where there is none. */
    static int currentThread() {
        MethodHandle getTid = GET_TID;
        if (getTid == null) {
            return -1;
        }
        try {
            return (int) getTid.invokeExact();
        } catch (Throwable e) {
            return -1;
        }
    }

    /** Lowers a thread, for as long as it lives; raising it again would need privileges. */
    static void lower(int thread) {
        set(thread, LOW);
    }

    /** Raises the calling thread where the process may do that; elsewhere it keeps its share. */
    static void raiseCurrent() {
        set(currentThread(), HIGH);
    }

    private static void set(int thread, int niceness) {
        MethodHandle setPriority = SET_PRIORITY;
        if (setPriority == null || thread < 0) {
            return;
        }
        try {
            int _ = (int) setPriority.invokeExact(PRIO_PROCESS, thread, niceness);
        } catch (Throwable e) {
            // The thread keeps its share.
        }
    }

    private static @Nullable MethodHandle function(String name, FunctionDescriptor descriptor) {
        if (!System.getProperty("os.name", "").startsWith("Linux")) {
            return null;
        }
        try {
            SymbolLookup libc = Linker.nativeLinker().defaultLookup();
            return libc.find(name).map(symbol -> link(symbol, descriptor)).orElse(null);
        } catch (IllegalCallerException | UnsupportedOperationException e) {
            return null;
        }
    }

    @SuppressWarnings("restricted") // the node is started with native access enabled
    private static MethodHandle link(MemorySegment symbol, FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(symbol, descriptor);
    }
}

package io.echelon.isolatepool.graal;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * How the operating system shares the processors between single threads, so that a guest that
 * computes for long leaves them to short turns. Linux gives a thread of nice value 10 a tenth of
 * what one of nice value 0 gets when both want it ({@code sched(7)}). Elsewhere nothing happens.
 */
enum ThreadPriority {
    /** Whoever must not be late: by how late it looks, guests pass their quotas. */
    WATCHING(-10),

    /** A short turn, and all that is not said otherwise. */
    SHORT_TURN(0),

    /** Work that others shall not wait for: measuring a guest, compiling. */
    BEHIND(5),

    /** A turn that computes for long. */
    LONG_TURN(10);

    private static final int PRIO_PROCESS = 0;

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

    private final int niceness;

    ThreadPriority(int niceness) {
        this.niceness = niceness;
    }

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

    /**
     * Gives the calling thread this priority; on Linux a new thread has that of its maker. A higher
     * one it gets only where the process may do that.
     */
    void giveToCurrent() {
        giveTo(currentThread());
    }

    /** Gives a thread this priority. Nobody may raise one again without privileges. */
    void giveTo(int thread) {
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

package io.echelon.isolatepool.graal;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the operating system shares the processors between single threads, so that a guest that
 * computes for long leaves them to short turns. Linux gives a thread of nice value 10 a tenth of
 * what one of nice value 0 gets when both want it ({@code sched(7)}), and from version 6.12 on a
 * thread that wakes takes the processor at once from one of a longer slice, which otherwise ends
 * its slice first ({@code sched_setattr(2)}). Elsewhere nothing happens.
 */
enum ThreadPriority {
    /** Whoever must not be late: by how late it looks, guests pass their quotas. */
    WATCHING(-10, ThreadPriority.USUAL),

    /** Work during which all other threads of the process stand still. */
    COLLECTING(-10, ThreadPriority.USUAL),

    /** A short turn, and all that is not said otherwise. */
    SHORT_TURN(0, ThreadPriority.USUAL),

    /** Work that others shall not wait for: events, measuring a guest. */
    BEHIND(5, 10),

    /** Compiling, which others shall wait for even less. */
    COMPILING(5, ThreadPriority.LONGEST),

    /** A turn that computes for long. */
    LONG_TURN(10, ThreadPriority.LONGEST);

    /** A slice of the kernel's own choice, one to three milliseconds. */
    private static final int USUAL = 0;

    /** The longest slice in milliseconds that the kernel has. */
    private static final int LONGEST = 100;

    private static final long MILLI = 1_000_000;

    /** The number of {@code sched_setattr}, for which C libraries have no function. */
    private static final @Nullable Long SET_ATTRIBUTES =
            Map.of("amd64", 314L, "aarch64", 274L, "riscv64", 274L)
                    .get(System.getProperty("os.arch", ""));

    /**
     * The size of {@code struct sched_attr} in its first version, and its flag to keep policies.
     */
    private static final int ATTRIBUTES_BYTES = 48;

    private static final long KEEP_POLICY = 0x08;

    /** SCHED_IDLE: only what others leave. */
    private static final int IDLE_POLICY = 5;

    private static final long SET_ALL = 0;

    private static final @Nullable MethodHandle GET_TID =
            function("gettid", FunctionDescriptor.of(ValueLayout.JAVA_INT));
    private static final @Nullable MethodHandle SYSTEM_CALL =
            function(
                    "syscall",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_INT,
                            ValueLayout.ADDRESS,
                            ValueLayout.JAVA_INT),
                    Linker.Option.firstVariadicArg(1));

    private final int niceness;
    private final int slice;

    /**
     * @param slice for how many milliseconds it may go on before others of its share are looked at
     */
    ThreadPriority(int niceness, int slice) {
        this.niceness = niceness;
        this.slice = slice;
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
        set(thread, 0, KEEP_POLICY, niceness, slice * MILLI);
    }

    /** Has a thread, and those that it makes, run only when no thread of another kind wants to. */
    static void idle(int thread) {
        set(thread, IDLE_POLICY, SET_ALL, 0, 0);
    }

    private static void set(int thread, int policy, long flags, int niceness, long sliceNanos) {
        MethodHandle systemCall = SYSTEM_CALL;
        Long setAttributes = SET_ATTRIBUTES;
        if (systemCall == null || setAttributes == null || thread < 0) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(ATTRIBUTES_BYTES, Long.BYTES);
            attributes.set(ValueLayout.JAVA_INT, 0, ATTRIBUTES_BYTES);
            attributes.set(ValueLayout.JAVA_INT, 4, policy);
            attributes.set(ValueLayout.JAVA_LONG, 8, flags);
            attributes.set(ValueLayout.JAVA_INT, 16, niceness);
            attributes.set(ValueLayout.JAVA_LONG, 24, sliceNanos);
            long _ = (long) systemCall.invokeExact((long) setAttributes, thread, attributes, 0);
        } catch (Throwable e) {
            // The thread keeps its share.
        }
    }

    private static @Nullable MethodHandle function(
            String name, FunctionDescriptor descriptor, Linker.Option... options) {
        if (!System.getProperty("os.name", "").startsWith("Linux")) {
            return null;
        }
        try {
            SymbolLookup libc = Linker.nativeLinker().defaultLookup();
            return libc.find(name).map(symbol -> link(symbol, descriptor, options)).orElse(null);
        } catch (IllegalCallerException | UnsupportedOperationException e) {
            return null;
        }
    }

    @SuppressWarnings("restricted") // the node is started with native access enabled
    private static MethodHandle link(
            MemorySegment symbol, FunctionDescriptor descriptor, Linker.Option... options) {
        return Linker.nativeLinker().downcallHandle(symbol, descriptor, options);
    }
}

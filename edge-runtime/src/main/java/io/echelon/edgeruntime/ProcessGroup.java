package io.echelon.edgeruntime;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The process group of this process. Whoever starts a node from a terminal wants Ctrl-C for itself,
 * to stop its nodes in order. A session of its own would keep the signal from a node, too; but
 * Linux gives every session the same share of the processors ({@code sched(7)}, "The autogroup
 * feature"), so that of several nodes on one machine one that compiles would be as important as one
 * that answers, whatever priorities their threads have.
 */
final class ProcessGroup {
    private static final int THIS_PROCESS = 0;
    private static final int OF_ITS_OWN = 0;

    private ProcessGroup() {}

    /** Makes a group for this process alone, where there are groups ({@code setpgid(2)}). */
    static void makeOwn() {
        try {
            int _ = (int) setPgid().invokeExact(THIS_PROCESS, OF_ITS_OWN);
        } catch (Throwable e) {
            // It stays in the group that it has.
        }
    }

    @SuppressWarnings("restricted") // the node is started with native access enabled
    private static MethodHandle setPgid() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("setpgid"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    }
}

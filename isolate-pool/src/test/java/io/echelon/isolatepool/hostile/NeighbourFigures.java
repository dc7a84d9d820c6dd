package io.echelon.isolatepool.hostile;

import io.echelon.tenants.Outcome;
import io.echelon.tenants.RevisionId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * How long a harmless function takes alone, and beside two callers that call a hostile one again
 * and again: a program that prints a table. {@code docs/reliability.md} has the command and the
 * figures.
 */
public final class NeighbourFigures {
    private static final int LOUD = 2;
    private static final int WARMING = 8;
    private static final long WARM_UP_NANOS =
            TimeUnit.SECONDS.toNanos(Long.getLong("warmSeconds", 60));
    private static final long MEASURE_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final String HELLO = "export default { fetch: () => new Response('hello') }";

    /** One of each kind: computing, matching, retaining, making garbage, flooding. */
    private static final List<String> FAMILIES =
            List.of(
                    "loop",
                    "loop-in-finally",
                    "microtasks-forever",
                    "regexp-nested-quantifier",
                    "bigint-multiply",
                    "map-grows",
                    "strings-grow",
                    "typed-arrays-grow",
                    "typed-array-sort",
                    "function-flood",
                    "log-flood",
                    "timer-flood",
                    "recursion",
                    "wasm-loop",
                    "command-loops");

    private NeighbourFigures() {}

    public static void main(String[] arguments) {
        try (Arena arena = new Arena()) {
            RevisionId neighbour = arena.install(HELLO);
            warm(arena, neighbour);
            print("alone", measure(arena, neighbour, MEASURE_NANOS));
            for (HostileFunction function : HostileFunction.all()) {
                if (arguments.length > 0
                        ? List.of(arguments).contains(function.name())
                        : FAMILIES.contains(function.name())) {
                    print(function.name(), measureBeside(arena, neighbour, function));
                }
            }
            print("alone again", measure(arena, neighbour, MEASURE_NANOS));
        }
        System.exit(0); // guests may be running still
    }

    /** A platform at work has compiled what every request runs. */
    private static void warm(Arena arena, RevisionId neighbour) {
        List<Loud> callers = loud(arena, neighbour, WARMING);
        LockSupport.parkNanos(WARM_UP_NANOS);
        callers.forEach(Loud::stop);
        measure(arena, neighbour, MEASURE_NANOS);
    }

    private static List<Loud> loud(Arena arena, RevisionId id, int callers) {
        List<Loud> loud = Stream.generate(() -> new Loud(arena, id)).limit(callers).toList();
        loud.forEach(Loud::start);
        return loud;
    }

    private static long[] measureBeside(
            Arena arena, RevisionId neighbour, HostileFunction function) {
        RevisionId id = arena.install(function);
        List<Loud> callers = loud(arena, id, LOUD);
        long[] nanos = measure(arena, neighbour, MEASURE_NANOS);
        callers.forEach(Loud::stop);
        arena.remove(id);
        arena.takeLog();
        return nanos;
    }

    /** Durations of calls, one after the other with a pause between, in nanoseconds and sorted. */
    private static long[] measure(Arena arena, RevisionId neighbour, long duration) {
        List<Long> nanos = new ArrayList<>();
        long end = System.nanoTime() + duration;
        while (System.nanoTime() < end) {
            nanos.add(arena.get(neighbour).report().wallNanos());
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return nanos.stream().mapToLong(Long::longValue).sorted().toArray();
    }

    private static void print(String name, long[] nanos) {
        System.gc();
        Runtime heap = Runtime.getRuntime();
        System.out.printf(
                "%-28s calls %5d  p50 %6.2f ms  p99 %7.2f ms  most %7.2f ms  heap afterwards %,d MB%n",
                name,
                nanos.length,
                nanos[nanos.length / 2] / 1e6,
                nanos[nanos.length * 99 / 100] / 1e6,
                nanos[nanos.length - 1] / 1e6,
                (heap.totalMemory() - heap.freeMemory()) >> 20);
    }

    /** Calls a hostile function as soon as its last call has ended, or a little after a refusal. */
    private static final class Loud {
        private final Thread thread;
        private volatile boolean stopped;

        Loud(Arena arena, RevisionId id) {
            thread =
                    Thread.ofPlatform()
                            .name("loud-caller")
                            .daemon()
                            .unstarted(
                                    () -> {
                                        while (!stopped) {
                                            call(arena, id);
                                        }
                                    });
        }

        private static void call(Arena arena, RevisionId id) {
            if (arena.get(id).report().outcome() == Outcome.OVERLOADED) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }

        void start() {
            thread.start();
        }

        /** Stops calling, once the call under way has ended. */
        void stop() {
            stopped = true;
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

package io.echelon.edgeruntime;

import io.echelon.edgeruntime.Forwarding.Asked;
import io.echelon.isolatepool.IsolatePool;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.LogLevel;
import io.echelon.tenants.Outcome;
import io.echelon.tenants.RevisionId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Has requests of revisions that are stopped again and again be answered by another process: {@link
 * QuarantineProcess}. What such calls leave behind, code to compile and heaps to collect, is then
 * paid by those who do the same, and not by a neighbour.
 *
 * <p>A revision is in quarantine from when the pool has it rest until {@link #STAY} after its last
 * stop. While the process starts, and when it ends, its requests are refused. When a start takes
 * long, or fails, this node answers, and the revision rests between its calls as it does without a
 * quarantine.
 *
 * <p><b>Lifecycle.</b> {@link #start} once, {@link #close} once.
 *
 * <p><b>Thread safety.</b> Any event loop.
 */
final class Quarantine implements AutoCloseable {
    /** How long a revision stays after it had to be stopped. */
    static final Duration STAY = Duration.ofMinutes(5);

    /** How long the process stays when nothing is in quarantine any more. */
    static final Duration PROCESS_STAYS = Duration.ofMinutes(5);

    private static final Duration INTERVAL = Duration.ofMillis(200);

    private static final String COMING =
            "The last calls of this function had to be stopped for what they used; a process of its own for it is being started, try again in a few seconds. Its log says what it was";

    private final Parts parts;
    private final LongSupplier nanoTime;
    private final Map<RevisionId, Long> lastStops = new ConcurrentHashMap<>();
    private final Map<Relay.End, Counter> counters = new EnumMap<>(Relay.End.class);
    private final Repeated repeated = new Repeated("echelon-quarantine", INTERVAL, this::look);
    private boolean isNeeded;
    private long neededLast;

    /**
     * What it works with.
     *
     * @param isOn whether the operator wants it
     */
    record Parts(BooleanSupplier isOn, IsolatePool pool, Notices notices, Ward ward) {}

    /** Where an app's owner is told what becomes of it. */
    @FunctionalInterface
    interface Notices {
        void tell(RevisionId revision, LogLevel level, String what);
    }

    /** Another process that answers requests. */
    interface Ward extends AutoCloseable {
        /** Who is asked; null while the process is not ready. */
        @Nullable Peer peer();

        /** Whether it is not ready, and likely to be in some seconds. */
        boolean isComing();

        /**
         * Sees that the process runs and answers, or that it does not run; to be called now and
         * then.
         *
         * @param isNeeded whether it is to run
         */
        void look(boolean isNeeded);

        @Override
        void close();
    }

    /**
     * @param nanoTime a clock in nanoseconds that only goes forward
     */
    Quarantine(Parts parts, MeterRegistry registry, LongSupplier nanoTime) {
        this.parts = parts;
        this.nanoTime = nanoTime;
        for (Relay.End end : Relay.End.values()) {
            counters.put(
                    end,
                    registry.counter(
                            "echelon.node.quarantine.requests",
                            "outcome",
                            end.name().toLowerCase(Locale.ROOT)));
        }
        Gauge.builder("echelon.node.quarantine.revisions", lastStops, Map::size).register(registry);
        Gauge.builder(
                        "echelon.node.quarantine.ready",
                        parts,
                        of -> of.ward().peer() == null ? 0 : 1)
                .register(registry);
    }

    void start() {
        repeated.start();
    }

    @Override
    public void close() {
        repeated.close();
        parts.ward().close();
    }

    /** Whether requests of a revision belong there. */
    boolean has(RevisionId revision) {
        return parts.pool().isResting(revision) && parts.isOn().getAsBoolean();
    }

    /**
     * Hands an admitted request over.
     *
     * @param here answers it on this node, if the process does not
     * @return whether it was handed over
     */
    boolean take(Asked asked, Target target, Runnable here) {
        RevisionId revision = target.revision();
        if (lastStops.putIfAbsent(revision, nanoTime.getAsLong()) == null) {
            parts.notices()
                    .tell(
                            revision,
                            LogLevel.WARN,
                            "Calls of this function had to be stopped for what they used, again and again: until none was stopped for %d minutes, a process of its own answers its requests, with the processor time that others leave"
                                    .formatted(STAY.toMinutes()));
        }
        Peer peer = parts.ward().peer();
        if (peer == null && parts.ward().isComing()) {
            refuse(asked.exchange());
            return true;
        }
        if (peer == null) {
            return false;
        }
        new Relay(
                        asked.exchange(),
                        ForwardedHead.of(
                                revision,
                                ForwardedHead.Need.NOTHING,
                                asked.exchange().requestId(),
                                asked.scheme(),
                                asked.head()),
                        asked.body(),
                        asked.head().contentLength(),
                        peer,
                        new Relay.Here() {
                            @Override
                            public void begins(MultiMap headers) {
                                String outcome = headers.get(OwnHeaders.OUTCOME);
                                if (outcome != null) {
                                    Outcome.named(outcome).ifPresent(how -> began(target, how));
                                }
                            }

                            @Override
                            public void ended(Relay.End end) {
                                count(end);
                                if (end == Relay.End.FAILED) { // in the middle of its answer
                                    lastStops.put(revision, nanoTime.getAsLong());
                                }
                            }

                            @Override
                            public void answer() {
                                if (peer.isSilent()) { // what ends a process is not tried here
                                    refuse(asked.exchange());
                                } else {
                                    here.run();
                                }
                            }
                        })
                .begin();
        return true;
    }

    /** Lets those go that were not stopped for long, and looks after the process. */
    void look() {
        long now = nanoTime.getAsLong();
        lastStops.forEach(
                (revision, last) -> {
                    if (now - last > STAY.toNanos() && lastStops.remove(revision, last)) {
                        parts.pool().forgive(revision);
                        parts.notices()
                                .tell(
                                        revision,
                                        LogLevel.INFO,
                                        "No call of this function had to be stopped for %d minutes: its requests are answered where all others are"
                                                .formatted(STAY.toMinutes()));
                    }
                });
        if (!lastStops.isEmpty()) {
            isNeeded = true;
            neededLast = now;
        } else if (now - neededLast > PROCESS_STAYS.toNanos()) {
            isNeeded = false;
        }
        parts.ward().look(isNeeded);
    }

    private static void refuse(Exchange exchange) {
        exchange.refuse(ErrorCode.OVERLOADED, COMING, Outcome.OVERLOADED);
    }

    private void began(Target target, Outcome outcome) {
        if (outcome == Outcome.EXCEEDED_CPU || outcome == Outcome.EXCEEDED_MEMORY) {
            lastStops.put(target.revision(), nanoTime.getAsLong());
        }
        target.metrics().count(outcome);
    }

    private void count(Relay.End end) {
        Counter counter = counters.get(end);
        if (counter != null) {
            counter.increment();
        }
    }
}

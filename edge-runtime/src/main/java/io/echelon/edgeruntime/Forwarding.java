package io.echelon.edgeruntime;

import io.echelon.isolatepool.IsolatePool;
import io.echelon.isolatepool.RevisionStatistics;
import io.echelon.tenants.RevisionId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Hands requests to nodes that are quicker with them: when a revision does not stand ready here, to
 * make it ready costs more than the way to a node on which it does and back, and some more.
 *
 * <p>Which of several nodes is the same for all who ask ({@link Rendezvous}), so that a revision
 * with rare requests stays ready on one of them. It is made ready here as well once its requests
 * are many ({@link HopsPaid}). A request that another node has handed on is never handed on again:
 * those do not come here.
 *
 * <p><b>Thread safety.</b> Any event loop.
 */
final class Forwarding {
    /** What has to be gained at least, for a request that another node answers costs both work. */
    static final Duration GAIN_MIN = Duration.ofMillis(10);

    /** How many times the way there and back, which takes longer when the other node is busy. */
    private static final int HOPS = 2;

    private final Parts parts;
    private final HopsPaid paid = new HopsPaid();
    private final Map<Relay.End, Counter> counters = new EnumMap<>(Relay.End.class);

    /**
     * What decides.
     *
     * @param isOn whether the operator wants it
     * @param peers the other nodes that can be asked
     */
    record Parts(
            BooleanSupplier isOn,
            IsolatePool pool,
            Router router,
            NodeLoad load,
            Supplier<List<Peer>> peers) {}

    /** A request as it came. */
    record Asked(Exchange exchange, RequestHead head, @Nullable RequestBody body, String scheme) {}

    /** Who is to answer, and what that saves. */
    private record Choice(Peer peer, long costNanos) {}

    /**
     * What is handed on.
     *
     * @param warmUp has the revision be ready here, soon
     * @param here has this node answer the request
     */
    private record Plan(
            RevisionId revision, ForwardedHead.Need need, Runnable warmUp, Runnable here) {}

    Forwarding(Parts parts, MeterRegistry registry) {
        this.parts = parts;
        for (Relay.End end : Relay.End.values()) {
            counters.put(
                    end,
                    registry.counter(
                            "echelon.node.forwarded",
                            "outcome",
                            end.name().toLowerCase(Locale.ROOT)));
        }
    }

    /**
     * Hands a request on whose revision is loaded here, if that is quicker.
     *
     * @param here answers it on this node, if the other one does not
     * @return whether it was handed on
     */
    boolean take(Asked asked, Target target, Runnable here) {
        AssetSite assets = target.assets();
        if (!mayTake(asked) || (assets != null && assets.has(asked.exchange(), asked.head()))) {
            return false;
        }
        RevisionId revision = target.revision();
        RevisionStatistics now = parts.pool().revisionStatistics(revision).orElse(null);
        if (now == null || now.isReady()) {
            return false;
        }
        return handOn(
                asked,
                choose(revision, there -> there.isReady() ? now.startNanos() : 0),
                new Plan(
                        revision,
                        ForwardedHead.Need.READY,
                        () -> parts.pool().warm(revision),
                        here));
    }

    /**
     * Hands a request on whose revision is not loaded here, if that is quicker. One that is to be
     * loaded here in any case is loaded meanwhile.
     *
     * @param host that leads to it
     * @param here answers it on this node, if the other one does not
     * @return whether it was handed on
     */
    boolean take(Asked asked, String host, Runnable here) {
        Router.Asleep asleep = mayTake(asked) ? parts.router().asleep(host) : null;
        if (asleep == null) {
            return false;
        }
        Runnable wake =
                () -> {
                    var _ = parts.router().wake(host);
                };
        RevisionId revision = asleep.revision();
        Optional<Choice> choice =
                choose(revision, cost -> TimeUnit.MICROSECONDS.toNanos(cost.loadMicros()));
        boolean isTaken =
                handOn(asked, choice, new Plan(revision, ForwardedHead.Need.LOADED, wake, here));
        if (isTaken && asleep.isDeployed()) {
            wake.run();
        }
        return isTaken;
    }

    /** Forgets what is long ago; to be called now and then. */
    void sweep() {
        paid.sweep(System.nanoTime());
    }

    /** Whether making a revision ready takes so much longer than a hop that the hop is better. */
    static boolean isQuicker(long hopNanos, long costNanos) {
        return costNanos >= GAIN_MIN.toNanos() + HOPS * hopNanos;
    }

    private boolean mayTake(Asked asked) {
        return parts.isOn().getAsBoolean()
                && !parts.peers().get().isEmpty()
                && parts.load().refusal().isEmpty()
                && !InvocationRequests.concern(asked.exchange(), asked.head());
    }

    private Optional<Choice> choose(RevisionId revision, ToLongFunction<WarmList.Cost> costNanos) {
        String name = revision.toString();
        List<Choice> quicker =
                parts.peers().get().stream()
                        .filter(Peer::answers)
                        .flatMap(
                                peer ->
                                        Optional.ofNullable(peer.find(name))
                                                .map(
                                                        cost ->
                                                                new Choice(
                                                                        peer,
                                                                        costNanos.applyAsLong(
                                                                                cost)))
                                                .stream())
                        .filter(each -> isQuicker(each.peer().hopNanos(), each.costNanos()))
                        .toList();
        return Rendezvous.choose(name, quicker, each -> each.peer().id());
    }

    private boolean handOn(Asked asked, Optional<Choice> choice, Plan plan) {
        if (choice.isEmpty()) {
            return false;
        }
        Peer peer = choice.get().peer();
        Exchange exchange = asked.exchange();
        RequestHead head = asked.head();
        new Relay(
                        exchange,
                        ForwardedHead.of(
                                plan.revision(),
                                plan.need(),
                                exchange.requestId(),
                                asked.scheme(),
                                head),
                        asked.body(),
                        head.contentLength(),
                        peer,
                        new Relay.Here() {
                            @Override
                            public void ended(Relay.End end) {
                                count(end);
                            }

                            @Override
                            public void answer() {
                                plan.here().run();
                            }
                        })
                .begin();
        long cost = choice.get().costNanos();
        if (paid.pay(plan.revision(), peer.hopNanos(), cost, System.nanoTime())) {
            plan.warmUp().run();
        }
        return true;
    }

    private void count(Relay.End end) {
        Counter counter = counters.get(end);
        if (counter != null) {
            counter.increment();
        }
    }
}

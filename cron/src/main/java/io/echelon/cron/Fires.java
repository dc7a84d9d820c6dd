package io.echelon.cron;

import io.echelon.cron.CronStore.Held;
import io.echelon.cron.CronStore.Seen;
import io.echelon.tenants.CronOverlap;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.Outcome;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The fires that this node has taken, from their claim to their last attempt's end, and those of
 * nodes that died.
 *
 * <p>A fire's lease is written again every {@link #RENEW}. Another node that has seen it unchanged
 * for {@link #LEASE} takes it over; this node gives a fire up, and stops its handler, when it could
 * not renew for {@link #GIVE_UP}, which is sooner.
 *
 * <p><b>Thread safety.</b> May be used from any thread, except that {@link #takeOver} is called by
 * one at a time. Blocks.
 */
final class Fires {
    private static final Logger LOG = System.getLogger(Fires.class.getName());

    static final Duration LEASE = Duration.ofSeconds(10);
    private static final Duration RENEW = Duration.ofSeconds(2);
    private static final Duration GIVE_UP = Duration.ofSeconds(8);

    /** How long a fire of a cron that is no longer in force keeps its lease after its node died. */
    private static final Duration FORGET = Duration.ofMinutes(10);

    /** Most starts of a handler for one fire, lost ones included: it may be what kills nodes. */
    private static final int ATTEMPTS_MAX = 10;

    private static final long PAUSE_NANOS = 200_000_000;

    private final String node;
    private final String owner = UUID.randomUUID().toString();
    private final CronStore store;
    private final CronRunner runner;
    private final CronObserver observer;
    private final CronTime time;
    private final Function<CronId, @Nullable Cron> plan;
    private final Ended ended;
    private final BiConsumer<Instant, Runnable> later;
    private final ConcurrentMap<String, OwnFire> own = new ConcurrentHashMap<>();

    /** Fires that are being claimed or taken over just now. */
    private final Set<String> claiming = ConcurrentHashMap.newKeySet();

    private final Sightings sightings = new Sightings();
    private volatile boolean letsGo;

    /** Who is told when a fire of a cron has ended here. */
    interface Ended {
        /**
         * A fire has ended.
         *
         * @param rows the cron's rows as they are now, unless somebody else has written them; null
         *     when they are not known
         */
        void ended(CronId id, @Nullable Seen rows);
    }

    /**
     * @param plan the cron in force, or null
     * @param ended told when a fire of a cron has ended here
     * @param later has something done at a time
     */
    Fires(
            String node,
            CronStore store,
            CronRunner runner,
            CronObserver observer,
            CronTime time,
            Function<CronId, @Nullable Cron> plan,
            Ended ended,
            BiConsumer<Instant, Runnable> later) {
        this.node = node;
        this.store = store;
        this.runner = runner;
        this.observer = observer;
        this.time = time;
        this.plan = plan;
        this.ended = ended;
        this.later = later;
    }

    /** How many handlers run here, or will when their time comes. */
    int running() {
        return (int) own.values().stream().filter(OwnFire::isUnderWay).count();
    }

    /**
     * Takes a fire and runs it once it is due, unless somebody else decided something meanwhile.
     *
     * @return whether it was taken
     */
    boolean begin(Cron cron, Seen seen, Instant scheduledTime) {
        CronState decided = seen.state().decide(scheduledTime, cron.scheduleKey());
        return claim(
                cron,
                UUID.randomUUID().toString(),
                scheduledTime,
                seen,
                (lease, run) -> store.claim(seen, decided, lease, run),
                cron.due(scheduledTime),
                decided);
    }

    /** Runs what was asked for, as far as nobody else does. */
    void takeTriggers() {
        for (CronTrigger trigger : store.triggers()) {
            Cron cron = plan.apply(trigger.cron());
            if (cron != null) {
                Seen seen = store.read(cron.id());
                var _ =
                        claim(
                                cron,
                                trigger.fire(),
                                trigger.scheduledTime(),
                                seen,
                                (lease, run) -> store.claim(trigger, seen, lease, run),
                                time.now(),
                                seen.state());
            }
        }
    }

    private interface Claim {
        @Nullable Held commit(CronLease lease, CronRun run);
    }

    private boolean claim(
            Cron cron,
            String fire,
            Instant scheduledTime,
            Seen seen,
            Claim claim,
            Instant due,
            CronState decided) {
        Instant now = time.now();
        Instant start = now.isBefore(due) ? due : now;
        String requestId = runner.newRequestId();
        long number = seen.state().runs() + 1;
        CronLease lease =
                new CronLease(
                        cron.id(),
                        fire,
                        scheduledTime,
                        1,
                        0,
                        number,
                        node,
                        owner,
                        requestId,
                        start,
                        null,
                        now.isBefore(due) ? due : null);
        claiming.add(fire);
        try {
            CronRun run = CronRun.begun(cron, lease, start);
            Held held = claim.commit(lease, run);
            if (held != null) {
                OwnFire mine = new OwnFire(cron, held, run, time.nanos());
                if (seen.underWay().isEmpty() && cron.overlap() == CronOverlap.SKIP) {
                    mine.leaves(new Seen(decided.countRun(), held.version(), List.of()));
                }
                own.put(fire, mine);
                if (time.now().isBefore(due)) {
                    later.accept(due, () -> beginWhenDue(mine, due));
                } else {
                    begin(mine, due);
                }
            }
            return held != null;
        } finally {
            claiming.remove(fire);
        }
    }

    /** Writes down that a fire, or all up to it, are not run. */
    void pass(Cron cron, Seen seen, Instant fire, String outcome, String detail) {
        Instant now = time.now();
        boolean done =
                store.pass(
                        cron.id(),
                        seen,
                        seen.state().decide(fire, cron.scheduleKey()),
                        new CronRun(
                                seen.state().runs() + 1,
                                UUID.randomUUID().toString(),
                                cron.revision().number(),
                                fire,
                                now,
                                now,
                                outcome,
                                node,
                                0,
                                null,
                                detail));
        if (done) {
            observer.ended(cron, outcome);
        }
    }

    /**
     * Renews the leases of this node's fires, and stops what runs past its deadline; begins that
     * and does not wait for it.
     */
    void renew() {
        for (OwnFire mine : own.values()) {
            if (isRenewalDue(mine) || isTooLong(mine)) {
                later.accept(Instant.MIN, () -> tryRenew(mine));
            }
        }
    }

    private void tryRenew(OwnFire mine) {
        if (mine.lock().tryLock()) { // else it is being written just now
            try {
                renew(mine);
            } finally {
                mine.lock().unlock();
            }
        }
    }

    private boolean isRenewalDue(OwnFire mine) {
        return time.nanos() - mine.renewedNanos() >= RENEW.toNanos();
    }

    private boolean isTooLong(OwnFire mine) {
        return mine.isRunning() && deadline(mine).isBefore(time.now());
    }

    private void renew(OwnFire mine) {
        if (mine.isLost()) {
            return;
        }
        if (isTooLong(mine)) {
            mine.passDeadline();
        }
        if (!isRenewalDue(mine)) {
            return;
        }
        try {
            long nanos = time.nanos();
            CronLease lease = mine.held().lease();
            Held renewed = store.renew(mine.held(), mine.isRunning() ? lease.begun() : lease);
            if (renewed != null) {
                mine.renewed(renewed, nanos);
            } else {
                reread(mine);
            }
        } catch (EchelonException e) {
            if (time.nanos() - mine.renewedNanos() > GIVE_UP.toNanos()) {
                lose(mine, "its lease could not be renewed: " + e.getMessage());
            }
        }
    }

    /** Whether a fire's handler runs on this node. */
    boolean runsHere(CronLease lease) {
        OwnFire mine = own.get(lease.fire());
        return mine != null && mine.isRunning();
    }

    /** Takes over the fires of nodes that died; begins that and does not wait for it. */
    void takeOver() {
        List<Held> leases = store.underWay();
        long nanos = time.nanos();
        sightings.look(leases, this::isOwn, nanos);
        for (Held held : leases) {
            Duration unchanged = sightings.unchanged(held, nanos);
            String fire = held.lease().fire();
            if (isLeft(held.lease(), unchanged) && !isOwn(fire) && claiming.add(fire)) {
                later.accept(Instant.MIN, () -> tryTakeOver(held, unchanged));
            }
        }
    }

    /**
     * Whether nobody sees to a fire any more, provided that it is not among {@link #own}.
     *
     * @param unchanged how long this node has seen the lease as it is
     */
    private boolean isLeft(CronLease lease, Duration unchanged) {
        if (lease.owner().equals(owner)) { // it may have ended since it was read
            return unchanged.isPositive();
        }
        return lease.owner().equals(CronLease.NOBODY)
                || lease.node().equals(node) // its process before this one
                || unchanged.compareTo(LEASE) >= 0;
    }

    private void tryTakeOver(Held held, Duration unchanged) {
        try {
            if (!letsGo) {
                takeOver(held, unchanged);
            }
        } catch (EchelonException e) { // it is looked at again
            LOG.log(
                    Level.WARNING,
                    "A fire of {0} could not be taken over: {1}",
                    held.lease().cron(),
                    e.getMessage());
        } finally {
            claiming.remove(held.lease().fire());
        }
    }

    private boolean isOwn(String fire) {
        return own.containsKey(fire) || claiming.contains(fire);
    }

    private void takeOver(Held held, Duration unchanged) {
        CronLease lease = held.lease();
        Cron cron = plan.apply(lease.cron());
        CronRun lost = store.run(lease.cron(), lease.run());
        if (cron == null) {
            if (unchanged.compareTo(FORGET) >= 0 && lost != null) {
                store.end(held, lost.ended(time.now(), CronRun.NODE_LOST, null), null, time.now());
            }
            return;
        }
        if (lease.retryAt() != null) {
            CronLease taken = lease.with(node, owner);
            Held renewed = store.renew(held, taken);
            if (renewed != null && lost != null) {
                OwnFire mine = new OwnFire(cron, renewed, lost, time.nanos());
                own.put(lease.fire(), mine);
                later.accept(lease.retryAt(), () -> retry(mine));
            }
            return;
        }
        if (lost == null) { // so many runs came after it that its row is gone
            lost = CronRun.begun(cron, lease, lease.startedAt());
        }
        if (lost.outcome().equals(CronRun.RUNNING)) {
            lost = lost.ended(time.now(), CronRun.NODE_LOST, "node " + lease.node() + " was gone");
        }
        OwnFire mine = new OwnFire(cron, held, lost, time.nanos());
        if (lease.attempt() >= ATTEMPTS_MAX || deadline(mine).isBefore(time.now())) {
            finish(mine, lost);
        } else {
            attempt(mine, lost);
        }
    }

    /** Lets go of everything, so that other nodes take it over at once. */
    void letGo() {
        letsGo = true;
        for (OwnFire mine : own.values()) {
            mine.lock().lock();
            try {
                if (!mine.isLost()) {
                    Held held = mine.held();
                    lose(mine, "the node stops");
                    var _ = store.renew(held, held.lease().with(node, CronLease.NOBODY));
                }
            } catch (EchelonException e) {
                LOG.log(
                        Level.WARNING,
                        "The lease of a cron could not be let go: {0}",
                        e.getMessage());
            } finally {
                mine.lock().unlock();
            }
        }
    }

    private void begin(OwnFire mine, Instant due) {
        observer.started(mine.cron(), Duration.between(due, time.now()));
        call(mine);
    }

    /** Begins a fire that was claimed before it was due, by what is in force now. */
    private void beginWhenDue(OwnFire mine, Instant due) {
        mine.lock().lock();
        try {
            if (mine.isLost()) {
                return;
            }
            if (time.nanos() - mine.renewedNanos() > GIVE_UP.toNanos()) {
                lose(mine, "this node stood still before it began");
                return;
            }
            Cron claimed = mine.cron();
            Cron now = plan.apply(claimed.id());
            if (now != null && now.scheduleKey().equals(claimed.scheduleKey())) {
                mine.continueAs(now);
                mine.wrote(mine.run().by(now.revision()));
                begin(mine, due);
            } else {
                observer.ended(claimed, Outcome.CANCELED.wireName());
                finish(
                        mine,
                        mine.run()
                                .ended(
                                        time.now(),
                                        Outcome.CANCELED.wireName(),
                                        "it left the route before it was due"));
            }
        } finally {
            mine.lock().unlock();
        }
    }

    private void call(OwnFire mine) {
        CronLease lease = mine.held().lease();
        CronRunner.Running call =
                runner.run(
                        mine.cron(),
                        new CronRunner.Start(
                                lease.requestId(), lease.scheduledTime(), lease.attempt()));
        mine.began(call);
        var _ = call.end().thenAccept(end -> later.accept(Instant.MIN, () -> ended(mine, end)));
    }

    private void ended(OwnFire mine, CronRunner.End end) {
        mine.lock().lock();
        try {
            if (mine.isLost()) {
                return;
            }
            mine.stopped();
            Instant now = time.now();
            CronLease lease = mine.held().lease();
            CronRun run =
                    mine.isPastDeadline()
                            ? mine.run()
                                    .ended(
                                            now,
                                            Outcome.EXCEEDED_WALL_TIME.wireName(),
                                            "the cron's deadline of %,d ms passed"
                                                    .formatted(mine.cron().deadline().toMillis()))
                            : mine.run().ended(now, end.outcome(), end.detail());
            observer.ended(mine.cron(), run.outcome());
            List<Duration> backoff = mine.cron().backoff();
            if (end.verdict() == CronRunner.Verdict.FAILED
                    && !mine.isPastDeadline()
                    && lease.failures() < backoff.size()
                    && lease.attempt() < ATTEMPTS_MAX
                    && deadline(mine).isAfter(now.plus(backoff.get(lease.failures())))) {
                pause(mine, run, now.plus(backoff.get(lease.failures())));
            } else {
                finish(mine, run);
            }
        } finally {
            mine.lock().unlock();
        }
    }

    /** Waits for the next attempt. */
    private void pause(OwnFire mine, CronRun run, Instant retryAt) {
        persist(
                mine,
                () -> {
                    CronLease lease = mine.held().lease();
                    if (lease.retryAt() != null) {
                        return true; // it was written, and only the answer was lost
                    }
                    Held paused = store.pauseFire(mine.held(), lease.failed(retryAt), run);
                    if (paused != null) {
                        mine.renewed(paused, time.nanos());
                    }
                    return paused != null;
                });
        if (!mine.isLost()) {
            mine.wrote(run);
            later.accept(retryAt, () -> retry(mine));
        }
    }

    private void retry(OwnFire mine) {
        mine.lock().lock();
        try {
            if (mine.isLost()) {
                return;
            }
            Cron now = plan.apply(mine.cron().id());
            if (now == null) { // its revision left the route, and with it the cron
                finish(mine, mine.run());
            } else {
                mine.continueAs(now);
                attempt(mine, null);
            }
        } finally {
            mine.lock().unlock();
        }
    }

    /**
     * Begins the next attempt.
     *
     * @param lost the row of the one before when it was lost with its node
     */
    private void attempt(OwnFire mine, @Nullable CronRun lost) {
        persist(
                mine,
                () -> {
                    CronLease before = mine.held().lease();
                    if (before.owner().equals(owner) && before.run() > mine.run().number()) {
                        mine.wrote(CronRun.begun(mine.cron(), before, time.now()));
                        return true; // it was written, and only the answer was lost
                    }
                    Seen seen = store.read(mine.cron().id());
                    CronLease lease =
                            before.next(
                                    seen.state().runs() + 1, node, owner, runner.newRequestId());
                    CronRun run = CronRun.begun(mine.cron(), lease, time.now());
                    Held begun = store.attempt(mine.held(), seen, lease, run, lost);
                    mine.leaves(null);
                    if (begun != null) {
                        mine.renewed(begun, time.nanos());
                        mine.wrote(run);
                    }
                    return begun != null;
                });
        if (!mine.isLost()) {
            own.put(mine.held().lease().fire(), mine);
            call(mine);
        }
    }

    private void finish(OwnFire mine, CronRun run) {
        boolean waits = mine.cron().overlap() == CronOverlap.QUEUE;
        persist(
                mine,
                () -> {
                    Seen seen = waits ? store.read(mine.cron().id()) : null;
                    return store.end(mine.held(), run, seen, time.now());
                });
        own.remove(mine.held().lease().fire());
        ended.ended(mine.cron().id(), mine.isLost() ? null : mine.left());
        mine.lose();
    }

    private interface Commit {
        /** False when something that was checked is not what it was. */
        boolean tryOnce();
    }

    /** Commits, again and again until it is done or the fire is found to be somebody else's. */
    private void persist(OwnFire mine, Commit commit) {
        while (!mine.isLost()) {
            try {
                if (commit.tryOnce()) {
                    return;
                }
                reread(mine);
            } catch (EchelonException e) {
                if (time.nanos() - mine.renewedNanos() > GIVE_UP.toNanos()) {
                    lose(mine, "the store does not answer: " + e.getMessage());
                } else {
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        }
    }

    /** Finds out whether a fire is this node's still. */
    private void reread(OwnFire mine) {
        Held now = store.lease(mine.held().lease());
        if (now != null
                && (now.lease().owner().equals(owner)
                        || now.version().equals(mine.held().version()))) {
            mine.renewed(now, time.nanos());
        } else {
            lose(mine, now == null ? "it is over" : "node " + now.lease().node() + " took it over");
        }
    }

    private void lose(OwnFire mine, String why) {
        CronLease lease = mine.held().lease();
        LOG.log(
                Level.INFO,
                "Cron {0} of {1} is no longer run here: {2}",
                lease.cron(),
                lease.scheduledTime(),
                why);
        own.remove(lease.fire(), mine);
        mine.lose();
    }

    private static Instant deadline(OwnFire mine) {
        return mine.held().lease().startedAt().plus(mine.cron().deadline());
    }
}

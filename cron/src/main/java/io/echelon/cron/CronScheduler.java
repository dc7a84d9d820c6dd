package io.echelon.cron;

import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvSubscription;
import io.echelon.tenants.AppName;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.TenantName;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Fires the crons of a platform from one of its nodes; the schedulers of all nodes share the work
 * and need to know nothing of each other but the rows in the store.
 *
 * <p><b>Lifecycle.</b> {@link #start} once; {@link #plan} whenever an app's crons change, {@link
 * #among} as often as is known which nodes there are; {@link #drain} takes no more, {@link #resume}
 * does again, and {@link #close} lets go of what still runs, which other nodes then take over at
 * once.
 *
 * <p><b>Failure.</b> What the store refuses or does not answer is tried again.
 *
 * <p><b>Thread safety.</b> May be used from any thread. One thread holds the time; what is due is
 * done on threads of its own, since it waits for the store.
 */
public final class CronScheduler implements AutoCloseable {
    private static final Logger LOG = System.getLogger(CronScheduler.class.getName());
    private static final int AT_ONCE = 32;

    /** How often leases are renewed and looked through. */
    private static final Duration KEEP_EVERY = Duration.ofSeconds(2);

    /** How long a cron that rests is left alone, unless a signal comes. */
    private static final Duration REST = Duration.ofSeconds(60);

    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    /**
     * How long before a fire is due the node that takes it first claims it, when no other fire of
     * its cron is under way: the commit is done then when the handler is to be called.
     */
    static final Duration AHEAD = Duration.ofMillis(250);

    /** A cron in force, and which of its looks is the valid one. */
    private static final class Planned {
        final Cron cron;

        /** When the fire is due that the next look is for; null when it is for something else. */
        volatile @Nullable Instant awaited;

        volatile long look;
        volatile boolean resting;

        /**
         * The rows as they were when none of its fires was under way; null when that is not known.
         * A decision by them needs no read: its commit checks the row that every fire changes.
         */
        volatile CronStore.@Nullable Seen known;

        Planned(Cron cron, long look) {
            this.cron = cron;
            this.look = look;
        }
    }

    private record AppKey(TenantName tenant, AppName app) {}

    private final CronStore store;
    private final CronTime time;
    private final Executor workers;
    private final String node;
    private final Fires fires;
    private final Agenda agenda = new Agenda();
    private final ConcurrentMap<CronId, Planned> planned = new ConcurrentHashMap<>();
    private final Map<AppKey, List<Cron>> apps = new HashMap<>();
    private final AtomicLong looks = new AtomicLong();
    private final AtomicBoolean keeping = new AtomicBoolean();
    private volatile boolean draining;
    private volatile boolean closed;
    private volatile FirstChoice firstChoice;
    private long keptNanos;
    private @Nullable Thread thread;
    private @Nullable KvSubscription subscription;

    /**
     * @param node the node's id
     * @param nodes the ids of all nodes that fire crons, until {@link #among} knows better
     * @param system the database of the platform's own rows
     */
    public CronScheduler(
            String node,
            List<String> nodes,
            KvDatabase system,
            CronRunner runner,
            CronObserver observer) {
        this(node, nodes, new CronStore(system), runner, observer, CronTime.system(), workers());
    }

    CronScheduler(
            String node,
            List<String> nodes,
            CronStore store,
            CronRunner runner,
            CronObserver observer,
            CronTime time,
            Executor workers) {
        this.store = store;
        this.time = time;
        this.workers = workers;
        this.node = node;
        this.firstChoice =
                new FirstChoice(
                        node, nodes.stream().map(id -> new FiringNode(id, Instant.EPOCH)).toList());
        this.fires =
                new Fires(
                        node, store, runner, observer, time, this::find, this::ended, this::later);
        this.keptNanos = time.nanos() - KEEP_EVERY.toNanos();
    }

    private static Executor workers() {
        Semaphore atOnce = new Semaphore(AT_ONCE);
        return task ->
                Thread.ofVirtual()
                        .name("echelon-cron-", 0)
                        .start(
                                () -> {
                                    atOnce.acquireUninterruptibly();
                                    try {
                                        task.run();
                                    } finally {
                                        atOnce.release();
                                    }
                                });
    }

    /** Begins to fire what is planned. */
    public void start() {
        subscription = store.watchSignal(() -> workers.execute(this::signalled));
        thread = Thread.ofPlatform().daemon().name("echelon-cron").start(this::run);
    }

    /**
     * Says what an app's crons are from now on.
     *
     * @param crons those of the revision to which the app's address leads; empty when it has none
     */
    public synchronized void plan(TenantName tenant, AppName app, List<Cron> crons) {
        AppKey key = new AppKey(tenant, app);
        List<Cron> before = apps.getOrDefault(key, List.of());
        if (before.equals(crons)) {
            return;
        }
        before.forEach(cron -> planned.remove(cron.id()));
        if (crons.isEmpty()) {
            apps.remove(key);
        } else {
            apps.put(key, List.copyOf(crons));
        }
        for (Cron cron : crons) {
            Planned plan = new Planned(cron, looks.incrementAndGet());
            planned.put(cron.id(), plan);
            arrange(plan, plan.look, time.now());
        }
    }

    /** Says which nodes fire crons now; to be said again whenever that may have changed. */
    public synchronized void among(List<FiringNode> nodes) {
        FirstChoice before = firstChoice;
        FirstChoice choice = new FirstChoice(node, nodes);
        if (!choice.isAmong(before)) {
            firstChoice = choice;
            planned.values().forEach(plan -> reorder(plan, before));
        }
    }

    private void reorder(Planned plan, FirstChoice before) {
        CronId id = plan.cron.id();
        Instant due = plan.awaited;
        if (due != null && !before.after(id, due).equals(firstChoice.after(id, due))) {
            plan.look = looks.incrementAndGet();
            arrange(plan, plan.look, turn(plan, due, true));
        }
    }

    /**
     * When this node takes what is due then, unless another has.
     *
     * @param rests whether nothing of the cron is under way
     */
    private Instant turn(Planned plan, Instant due, boolean rests) {
        plan.awaited = due;
        Duration after = firstChoice.after(plan.cron.id(), due);
        return rests && after.isZero() ? due.minus(AHEAD) : due.plus(after);
    }

    /** Fires nothing more here; what runs goes on. */
    public void drain() {
        draining = true;
    }

    /** Fires again after {@link #drain}; what was missed meanwhile, others have fired. */
    public void resume() {
        draining = false;
        planned.values().forEach(this::lookNow);
    }

    /** How many handlers run on this node now. */
    public int running() {
        return fires.running();
    }

    @Override
    public void close() {
        draining = true;
        closed = true;
        KvSubscription watching = subscription;
        if (watching != null) {
            watching.close();
        }
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
        fires.letGo();
    }

    private void later(Instant at, Runnable task) {
        if (at.equals(Instant.MIN)) {
            workers.execute(task);
        } else {
            agenda.add(at, () -> workers.execute(task));
        }
    }

    private void run() {
        Pace pace = new Pace();
        while (!closed) {
            try {
                int due = agenda.countDue(time.now());
                if (due <= Pace.PORTION) {
                    tick();
                    agenda.await(time, KEEP_EVERY);
                    pace.rest(time.nanos());
                } else {
                    begin(pace.next(due, time.nanos()));
                    Thread.sleep(Pace.BETWEEN);
                }
            } catch (InterruptedException closing) {
                return;
            }
        }
    }

    /** Begins all that is due now. */
    void tick() {
        begin(Integer.MAX_VALUE);
    }

    private void begin(int most) {
        Instant now = time.now();
        for (int i = 0; i < most; i++) {
            Runnable task = agenda.takeDue(now);
            if (task == null) {
                break;
            }
            task.run();
        }
        if (time.nanos() - keptNanos >= KEEP_EVERY.toNanos()
                && keeping.compareAndSet(false, true)) {
            keptNanos = time.nanos();
            workers.execute(this::keep);
        }
    }

    private void keep() {
        try {
            fires.renew();
            if (!draining) {
                fires.takeOver();
                fires.takeTriggers();
            }
        } catch (RuntimeException e) {
            failed("Runs of crons could not be looked through", e);
        } finally {
            keeping.set(false);
        }
    }

    /** Looks at what somebody asked for. */
    private void signalled() {
        if (draining) {
            return;
        }
        try {
            fires.takeTriggers();
        } catch (RuntimeException e) {
            failed("Runs that were asked for could not be read", e);
        }
        planned.values().stream().filter(plan -> plan.resting).forEach(this::lookNow);
    }

    private @Nullable Cron find(CronId id) {
        Planned plan = planned.get(id);
        return plan == null ? null : plan.cron;
    }

    private void ended(CronId id, CronStore.@Nullable Seen rows) {
        Planned plan = planned.get(id);
        if (plan != null && !draining) {
            plan.known = rows;
            lookNow(plan);
        }
    }

    private void lookNow(Planned plan) {
        long look = looks.incrementAndGet();
        plan.look = look;
        arrange(plan, look, time.now());
    }

    private void arrange(Planned plan, long look, Instant at) {
        agenda.add(
                at,
                () -> {
                    if (isCurrent(plan, look)) {
                        workers.execute(() -> look(plan, look));
                    }
                });
    }

    private void look(Planned plan, long look) {
        Instant again;
        try {
            again = decide(plan);
        } catch (RuntimeException e) {
            failed("Cron " + plan.cron.id() + " could not be decided", e);
            again = time.now().plus(AFTER_FAILURE);
        }
        if (isCurrent(plan, look)) {
            arrange(plan, look, again);
        }
    }

    private boolean isCurrent(Planned plan, long look) {
        Planned current = planned.get(plan.cron.id());
        return current != null && current.look == look;
    }

    /** Does what is to be done about a cron now; the result is when to look again. */
    private Instant decide(Planned plan) {
        Cron cron = plan.cron;
        while (!draining) {
            plan.resting = false;
            plan.awaited = null;
            CronStore.Seen known = plan.known;
            plan.known = null;
            CronStore.Seen seen = known == null ? store.read(cron.id()) : known;
            Instant now = time.now();
            boolean rests = seen.underWay().isEmpty();
            Instant horizon = rests ? now.plus(AHEAD) : now;
            FireRules rules = new FireRules(cron, seen.state(), seen.underWay(), fires::runsHere);
            switch (rules.decide(horizon)) {
                case FireDecision.Wait(Instant until) -> {
                    Instant turn = turn(plan, until, rests);
                    plan.known = turn.isBefore(until) ? seen : null;
                    return turn;
                }
                case FireDecision.Rest() -> {
                    plan.resting = true;
                    return now.plus(REST);
                }
                case FireDecision.Fire(Instant scheduled) -> {
                    Instant turn = turn(plan, cron.due(scheduled), rests);
                    if (turn.isAfter(now)) {
                        return turn;
                    }
                    Instant next = cron.next(scheduled);
                    if (fires.begin(cron, seen, scheduled)
                            && next != null
                            && cron.due(next).isAfter(now)) {
                        return turn(plan, cron.due(next), false);
                    }
                }
                case FireDecision.Skip(Instant scheduled) ->
                        fires.pass(
                                cron,
                                seen,
                                scheduled,
                                CronRun.SKIPPED,
                                "an earlier fire was still under way");
                case FireDecision.Miss(Instant last, String detail) ->
                        fires.pass(cron, seen, last, CronRun.MISSED, detail);
            }
        }
        return time.now().plus(REST);
    }

    private void failed(String what, RuntimeException e) {
        if (!closed) {
            LOG.log(Level.WARNING, what + ": " + e.getMessage(), unexpected(e));
        }
    }

    private static @Nullable Throwable unexpected(RuntimeException e) {
        return e instanceof EchelonException ? null : e;
    }
}

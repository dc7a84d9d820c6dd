package io.echelon.controlplane;

import io.echelon.controlplane.SystemDatabase.Row;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.KvKey;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.NodeRecord;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.RevisionRecord;
import io.echelon.tenants.RevisionRecord.Kind;
import io.echelon.tenants.RevisionRecord.State;
import io.echelon.tenants.RouteRecord;
import io.echelon.tenants.SystemRows;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One deployment from its row to its end: watches what the live nodes report and, when all are
 * ready, writes the revision READY and moves the route in one commit; when one fails or time is up,
 * writes it FAILED and leaves the route.
 *
 * <p>It keeps nothing that is not in the store, so that a second control plane, or the same one
 * after a crash, can run the same rollout again; the commit's checks let one of them win. A
 * revision does not take the route from a newer one, however late it becomes ready.
 */
final class Rollout {
    private static final Logger LOG = Logger.getLogger(Rollout.class);

    /** How often nodes that join or die are looked for; reports come by watch. */
    private static final Duration LOOK_AROUND = Duration.ofSeconds(1);

    private final SystemDatabase database;
    private final RevisionId id;
    private final InstantSource clock;
    private final Instant end;
    private final Function<RevisionId, Optional<String>> refusals;
    private final Semaphore news = new Semaphore(0);

    /**
     * @param deadline how long from now nodes may take
     * @param refusals why a revision that is ready may not go into production
     */
    Rollout(
            SystemDatabase database,
            RevisionId id,
            InstantSource clock,
            Duration deadline,
            Function<RevisionId, Optional<String>> refusals) {
        this.refusals = refusals;
        this.database = database;
        this.id = id;
        this.clock = clock;
        this.end = clock.instant().plus(deadline);
    }

    /** Runs to the end of the deployment; blocks until then. */
    void run() throws InterruptedException {
        while (true) {
            try (ReadinessWatch watch = watch()) {
                while (!advance(watch)) {
                    await();
                }
                return;
            } catch (EchelonException e) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                LOG.warnf(e, "Deployment of %s has to wait for the store", id);
                await();
            }
        }
    }

    /** Looks once; true when the deployment is over. */
    private boolean advance(ReadinessWatch watch) {
        Optional<Row<RevisionRecord>> row =
                database.get(SystemRows.revision(id), RevisionRecord.class);
        if (row.isEmpty() || row.get().value().state() != State.DEPLOYING) {
            database.commit(AtomicWrite.builder().delete(KvKey.of(SystemRows.deploying(id))));
            return true;
        }
        List<NodeRecord> alive = database.nodes();
        watch.follow(alive.stream().map(NodeRecord::id).toList());
        Verdict.Time time = clock.instant().isBefore(end) ? Verdict.Time.LEFT : Verdict.Time.UP;
        return switch (Verdict.of(alive, database.readiness(id), time)) {
            case Verdict.Pending() -> false;
            case Verdict.Ready() -> {
                String refusal =
                        row.get().value().kind() == Kind.PRODUCTION
                                ? refusals.apply(id).orElse(null)
                                : null;
                yield finish(row.get(), refusal == null ? State.READY : State.FAILED, refusal);
            }
            case Verdict.Failed(String detail) -> finish(row.get(), State.FAILED, detail);
        };
    }

    private boolean finish(Row<RevisionRecord> row, State state, @Nullable String detail) {
        KvKey revision = KvKey.of(SystemRows.revision(id));
        AtomicWrite.Builder write =
                SystemDatabase.change(id.tenant(), id.app())
                        .check(revision, row.stamp())
                        .set(revision, SystemDatabase.value(row.value().with(state, detail)))
                        .delete(KvKey.of(SystemRows.deploying(id)));
        if (state == State.READY && row.value().kind() == Kind.PRODUCTION) {
            moveRoute(write);
        }
        boolean done = database.commit(write);
        if (done) {
            LOG.infof("%s is %s%s", id, state, detail == null ? "" : ": " + detail);
        } else {
            news.release();
        }
        return done;
    }

    private void moveRoute(AtomicWrite.Builder write) {
        KvKey key = KvKey.of(SystemRows.route(id.tenant(), id.app()));
        Optional<Row<RouteRecord>> route =
                database.get(SystemRows.route(id.tenant(), id.app()), RouteRecord.class);
        write.check(key, SystemDatabase.stamp(route));
        Integer serving = route.map(row -> row.value().production()).orElse(null);
        if (serving == null || serving < id.number()) {
            write.set(
                    key,
                    SystemDatabase.value(
                            new RouteRecord(
                                    id.tenant(), id.app(), id.number(), serving, clock.instant())));
        }
    }

    private ReadinessWatch watch() {
        return new ReadinessWatch(
                database,
                id,
                new ReadinessWatch.Listener() {
                    @Override
                    public void changed() {
                        news.release();
                    }

                    @Override
                    public void lost(EchelonException reason) {
                        LOG.warnf(reason, "The watch on the deployment of %s is lost", id);
                    }
                });
    }

    private void await() throws InterruptedException {
        if (news.tryAcquire(LOOK_AROUND.toMillis(), TimeUnit.MILLISECONDS)) {
            news.drainPermits();
        }
    }
}

package io.echelon.controlplane;

import io.echelon.controlplane.SystemDatabase.Row;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.SystemRows;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * The deployments that are under way, each on a thread of its own. Those that a control plane left
 * unfinished, by a crash or because the store's answer was lost, are found in the store and taken
 * up: at the start and every few seconds.
 */
@Singleton
final class Rollouts {
    private static final Logger LOG = Logger.getLogger(Rollouts.class);
    private static final Duration LOOK_FOR_UNFINISHED = Duration.ofSeconds(5);

    private final SystemDatabase database;
    private final Retention retention;
    private final CronQuota crons;
    private final InstantSource clock;
    private volatile Duration deadline;
    private final Map<RevisionId, Thread> running = new ConcurrentHashMap<>();
    private final Thread finder = Thread.ofVirtual().name("rollout-finder").unstarted(this::find);

    Rollouts(
            SystemDatabase database,
            Retention retention,
            CronQuota crons,
            InstantSource clock,
            Settings settings) {
        this.crons = crons;
        this.database = database;
        this.retention = retention;
        this.clock = clock;
        this.deadline = settings.deployDeadline();
    }

    /** Has deployments that begin from now on fail after another time. */
    void deadline(Duration now) {
        deadline = now;
    }

    void start(@Observes StartupEvent event) {
        finder.start();
    }

    void stop(@Observes ShutdownEvent event) {
        finder.interrupt();
        running.values().forEach(Thread::interrupt);
    }

    /** Takes a deployment up; nothing happens when it is under way. */
    void begin(RevisionId id) {
        Thread thread = Thread.ofVirtual().name("rollout-" + id).unstarted(() -> run(id));
        if (running.putIfAbsent(id, thread) == null) {
            thread.start();
        }
    }

    /** Deployments that are under way. */
    List<String> underWay() {
        return running.keySet().stream().map(RevisionId::toString).sorted().toList();
    }

    private void run(RevisionId id) {
        try {
            new Rollout(database, id, clock, deadline, crons::refusal).run();
            retention.prune(id.tenant(), id.app());
        } catch (InterruptedException e) {
            LOG.infof("Deployment of %s goes on when a control plane starts again", id);
        } catch (RuntimeException e) {
            LOG.errorf(e, "Deployment of %s stopped; it will be taken up again", id);
        } finally {
            running.remove(id);
        }
    }

    private void find() {
        boolean available = true;
        while (!Thread.currentThread().isInterrupted()) {
            try {
                for (Row<RevisionId> row : database.all(SystemRows.deploying(), RevisionId.class)) {
                    begin(row.value());
                }
                available = true;
            } catch (EchelonException e) {
                if (available && !Thread.currentThread().isInterrupted()) {
                    LOG.warnf("Unfinished deployments cannot be looked for: %s", e.reason());
                }
                available = false;
            }
            try {
                Thread.sleep(LOOK_FOR_UNFINISHED);
            } catch (InterruptedException e) {
                return;
            }
        }
    }
}

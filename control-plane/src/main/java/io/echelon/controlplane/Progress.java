package io.echelon.controlplane;

import io.echelon.controlplane.SystemDatabase.Row;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.NodeRecord;
import io.echelon.tenants.ReadinessRecord;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.RevisionRecord;
import io.echelon.tenants.RouteRecord;
import io.echelon.tenants.SystemRows;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.MultiEmitter;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Deployments as events: what each node has reported, now and from then on, and how it ended. Who
 * comes late is told the present state first; who comes after the end is told the end. A deployment
 * that went well has ended once the app's address leads to it on every live node, or those that are
 * late had their time: who deploys and calls is answered by what was deployed.
 */
@Singleton
final class Progress {
    private static final Logger LOG = Logger.getLogger(Progress.class);

    /** After so long without news a comment keeps the connection alive. */
    private static final Duration SILENCE_MAX = Duration.ofSeconds(15);

    /** How long nodes may take to follow a route that has moved. */
    private static final Duration FOLLOWING_MAX = Duration.ofSeconds(2);

    private final SystemDatabase database;
    private final AppService apps;
    private final InstantSource clock;

    Progress(SystemDatabase database, AppService apps, InstantSource clock) {
        this.database = database;
        this.apps = apps;
        this.clock = clock;
    }

    Multi<OutboundSseEvent> of(RevisionId id, Sse sse) {
        return Multi.createFrom()
                .emitter(
                        emitter -> {
                            Thread thread =
                                    Thread.ofVirtual()
                                            .name("progress-" + id)
                                            .unstarted(() -> new Teller(id, sse, emitter).run());
                            emitter.onTermination(thread::interrupt);
                            thread.start();
                        });
    }

    /** One caller's events. */
    private final class Teller implements ReadinessWatch.Listener {
        private final RevisionId id;
        private final Sse sse;
        private final MultiEmitter<? super OutboundSseEvent> emitter;
        private final Map<String, Views.NodeProgress> told = new HashMap<>();
        private final Semaphore news = new Semaphore(0);
        private volatile boolean lost;
        private Duration patience = SILENCE_MAX;

        Teller(RevisionId id, Sse sse, MultiEmitter<? super OutboundSseEvent> emitter) {
            this.id = id;
            this.sse = sse;
            this.emitter = emitter;
        }

        @Override
        public void changed() {
            news.release();
        }

        @Override
        public void lost(EchelonException reason) {
            lost = true;
            news.release();
        }

        void run() {
            try (ReadinessWatch watch = new ReadinessWatch(database, id, this)) {
                while (!tell(watch) && !lost) {
                    await();
                }
                emitter.complete();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                LOG.warnf(e, "The progress of %s can no longer be told", id);
                emitter.fail(e);
            }
        }

        /** Waits for news, or until nodes had their time to follow. */
        private void await() throws InterruptedException {
            while (!news.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                if (patience.compareTo(SILENCE_MAX) < 0) {
                    return;
                }
                emitter.emit(sse.newEventBuilder().comment("waiting").build());
            }
            news.drainPermits();
        }

        /** Tells what is new; true when that was the end. */
        private boolean tell(ReadinessWatch watch) {
            Optional<RevisionRecord> revision =
                    database.get(SystemRows.revision(id), RevisionRecord.class).map(Row::value);
            List<String> alive = database.nodes().stream().map(NodeRecord::id).toList();
            watch.follow(alive);
            List<ReadinessRecord> reports = database.readiness(id);
            for (ReadinessRecord report : reports) {
                Views.NodeProgress progress = Views.NodeProgress.of(report);
                if (!progress.equals(told.put(progress.node(), progress))) {
                    emit("node", progress);
                }
            }
            if (revision.isEmpty()) {
                fail(ErrorCode.NOT_FOUND, "%s was deleted".formatted(id.label()));
                return true;
            }
            return switch (revision.get().state()) {
                case DEPLOYING -> false;
                case READY -> {
                    Duration left = isServedBy(alive, reports) ? Duration.ZERO : timeToFollow();
                    if (left.isPositive()) {
                        patience = left;
                        yield false;
                    }
                    Addresses addresses = apps.addresses();
                    List<String> away = database.awayNodes();
                    away.forEach(node -> emit("node", Views.NodeProgress.away(node)));
                    emit(
                            "done",
                            new Views.Done(
                                    id.app().value(),
                                    id.label(),
                                    addresses.production(id.tenant(), id.app()),
                                    addresses.revision(id),
                                    away));
                    yield true;
                }
                case FAILED -> {
                    String detail = revision.get().detail();
                    fail(
                            ErrorCode.DEPLOYMENT_FAILED,
                            detail == null ? "A node could not start it" : detail);
                    yield true;
                }
            };
        }

        private boolean isServedBy(List<String> nodes, List<ReadinessRecord> reports) {
            return reports.stream()
                    .filter(report -> report.state() == ReadinessRecord.State.SERVING)
                    .map(ReadinessRecord::node)
                    .toList()
                    .containsAll(nodes);
        }

        /** What is left of it; nothing where the app's address does not lead to the revision. */
        private Duration timeToFollow() {
            return database.get(SystemRows.route(id.tenant(), id.app()), RouteRecord.class)
                    .map(Row::value)
                    .filter(route -> route.production() == id.number())
                    .map(route -> Duration.between(clock.instant(), route.changedAt()))
                    .map(FOLLOWING_MAX::plus)
                    .filter(left -> left.compareTo(FOLLOWING_MAX) <= 0)
                    .orElse(Duration.ZERO);
        }

        private void fail(ErrorCode code, String message) {
            emit("failed", new Views.Failed(code.name(), message));
        }

        private void emit(String name, Object data) {
            emitter.emit(
                    sse.newEventBuilder()
                            .name(name)
                            .mediaType(MediaType.APPLICATION_JSON_TYPE)
                            .data(data)
                            .build());
        }
    }
}

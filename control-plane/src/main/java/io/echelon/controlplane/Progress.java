package io.echelon.controlplane;

import io.echelon.controlplane.SystemDatabase.Row;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.NodeRecord;
import io.echelon.tenants.ReadinessRecord;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.RevisionRecord;
import io.echelon.tenants.SystemRows;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.MultiEmitter;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Deployments as events: what each node has reported, now and from then on, and how it ended. Who
 * comes late is told the present state first; who comes after the end is told the end.
 */
@Singleton
final class Progress {
    private static final Logger LOG = Logger.getLogger(Progress.class);

    /** After so long without news a comment keeps the connection alive. */
    private static final Duration SILENCE_MAX = Duration.ofSeconds(15);

    private final SystemDatabase database;
    private final AppService apps;

    Progress(SystemDatabase database, AppService apps) {
        this.database = database;
        this.apps = apps;
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
        private final Map<String, ReadinessRecord> told = new HashMap<>();
        private final Semaphore news = new Semaphore(0);
        private volatile boolean lost;

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
                    while (!news.tryAcquire(SILENCE_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                        emitter.emit(sse.newEventBuilder().comment("waiting").build());
                    }
                    news.drainPermits();
                }
                emitter.complete();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                LOG.warnf(e, "The progress of %s can no longer be told", id);
                emitter.fail(e);
            }
        }

        /** Tells what is new; true when that was the end. */
        private boolean tell(ReadinessWatch watch) {
            Optional<RevisionRecord> revision =
                    database.get(SystemRows.revision(id), RevisionRecord.class).map(Row::value);
            watch.follow(database.nodes().stream().map(NodeRecord::id).toList());
            for (ReadinessRecord report : database.readiness(id)) {
                if (!report.equals(told.put(report.node(), report))) {
                    emit("node", Views.NodeProgress.of(report));
                }
            }
            if (revision.isEmpty()) {
                fail(ErrorCode.NOT_FOUND, "%s was deleted".formatted(id.label()));
                return true;
            }
            return switch (revision.get().state()) {
                case DEPLOYING -> false;
                case READY -> {
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

package io.echelon.edgeruntime;

import io.echelon.isolatepool.EventHandler;
import io.echelon.isolatepool.EventKind;
import io.echelon.kvstore.KvQueue;
import io.echelon.kvstore.KvStore;
import io.echelon.tenants.AppName;
import io.echelon.tenants.DatabaseRef;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that messages come to those who listen: a {@link QueueConsumer} for each database and
 * each app whose production revision has a handler for it. Where nobody listens, messages wait.
 *
 * <p>Messages are delivered by the node that has the store; on others this does nothing.
 *
 * <p><b>Lifecycle.</b> Runs from {@link #start}; {@link #drain} takes no more messages, {@link
 * #close} ends the calls under way and gives their messages back.
 *
 * <p><b>Thread safety.</b> Any thread.
 */
final class QueueDispatcher implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(QueueDispatcher.class);
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private record Key(TenantName tenant, AppName app, DatabaseRef database) {}

    private final ProductionRevisions production;
    private final KvStore store;
    private final QueueConsumer.Services services;
    private final Semaphore changed = new Semaphore(1);
    private final Map<Key, QueueConsumer> consumers = new HashMap<>();
    private boolean draining;
    private @Nullable Thread thread;

    QueueDispatcher(
            ProductionRevisions production, KvStore store, QueueConsumer.Services services) {
        this.production = production;
        this.store = store;
        this.services = services;
    }

    void start() {
        production.onProductionChange(changed::release);
        thread = Thread.ofVirtual().name("echelon-queues").start(this::run);
    }

    private void run() {
        while (true) {
            try {
                changed.acquire();
            } catch (InterruptedException closing) {
                return;
            }
            changed.drainPermits();
            follow();
        }
    }

    /** Makes the consumers those of the revisions that are in production now. */
    private synchronized void follow() {
        if (draining) {
            return;
        }
        Map<Key, QueueConsumer.Taker> wanted = new HashMap<>();
        for (Target target : production.production()) {
            for (EventHandler handler : services.pool().handlers(target.revision())) {
                database(target.revision(), handler)
                        .ifPresent(
                                database ->
                                        wanted.put(
                                                new Key(
                                                        target.revision().tenant(),
                                                        target.revision().app(),
                                                        database),
                                                new QueueConsumer.Taker(target, handler)));
            }
        }
        consumers
                .entrySet()
                .removeIf(
                        entry -> {
                            if (wanted.containsKey(entry.getKey())) {
                                return false;
                            }
                            entry.getValue().stop();
                            return true;
                        });
        wanted.forEach(this::serve);
    }

    private void serve(Key key, QueueConsumer.Taker taker) {
        QueueConsumer present = consumers.get(key);
        if (present != null) {
            present.serve(taker);
            return;
        }
        Optional<KvQueue> queue = store.database(key.database().storeName()).queue();
        if (queue.isPresent()) {
            QueueConsumer consumer =
                    new QueueConsumer(key.database(), queue.get(), services, taker);
            consumers.put(key, consumer);
            consumer.start();
        }
    }

    /** The database whose messages a handler takes; empty for handlers of other events. */
    private static Optional<DatabaseRef> database(RevisionId revision, EventHandler handler) {
        boolean isOfQueue = handler.kind() == EventKind.QUEUE || handler.kind() == EventKind.LISTEN;
        if (!isOfQueue) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    handler.name().isEmpty()
                            ? DatabaseRef.of(revision.tenant(), revision.app())
                            : new DatabaseRef(revision.tenant(), handler.name()));
        } catch (EchelonException e) {
            LOG.warnf("A handler of %s listens to no database: %s", revision, e.getMessage());
            return Optional.empty();
        }
    }

    /** Takes no more messages. */
    synchronized void drain() {
        draining = true;
        consumers.values().forEach(QueueConsumer::stop);
    }

    @Override
    public void close() {
        drain();
        Thread following = thread;
        if (following != null) {
            following.interrupt();
        }
        List<QueueConsumer> last;
        synchronized (this) {
            last = new ArrayList<>(consumers.values());
        }
        last.forEach(QueueConsumer::cancel);
        long end = System.nanoTime() + LAST_WORDS.toNanos();
        try {
            for (QueueConsumer consumer : last) {
                if (!consumer.awaitEnd(Duration.ofNanos(Math.max(1, end - System.nanoTime())))) {
                    LOG.warn(
                            "Some messages were not given back; they are due when their leases end");
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

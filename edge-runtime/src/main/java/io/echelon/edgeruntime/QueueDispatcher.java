package io.echelon.edgeruntime;

import io.echelon.isolatepool.EventHandler;
import io.echelon.isolatepool.EventKind;
import io.echelon.kvstore.KvQueue;
import io.echelon.kvstore.KvStore;
import io.echelon.tenants.AppName;
import io.echelon.tenants.DatabaseRef;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.QueueConsumption;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that messages come to those who listen: a {@link QueueConsumer} for each database and
 * each app whose production revision has a handler for it. Where nobody listens, messages wait.
 *
 * <p>Messages are delivered by the node that has the store; on others this does nothing.
 *
 * <p><b>Lifecycle.</b> Runs from {@link #start}; {@link #drain} takes no more messages, {@link
 * #resume} does again, {@link #close} ends the calls under way and gives their messages back.
 *
 * <p><b>Thread safety.</b> Any thread.
 */
final class QueueDispatcher implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(QueueDispatcher.class);
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    /** How often the store is asked for queues that this node does not know of. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);

    private record Key(TenantName tenant, AppName app, DatabaseRef database) {}

    private final ProductionRevisions production;
    private final KvStore store;
    private final QueueConsumer.Services services;
    private final QueueConsumer.@Nullable Deliverer invocations;
    private final Semaphore changed = new Semaphore(1);

    /** Databases of requests that are answered later, which have had some. */
    private final Set<DatabaseRef> expected = ConcurrentHashMap.newKeySet();

    private final Map<Key, QueueConsumer> consumers = new HashMap<>();
    private boolean draining;
    private @Nullable Thread thread;

    QueueDispatcher(
            ProductionRevisions production, KvStore store, QueueConsumer.Services services) {
        this(production, store, services, null);
    }

    /**
     * @param invocations who calls functions for requests that are answered later; null for nobody
     */
    QueueDispatcher(
            ProductionRevisions production,
            KvStore store,
            QueueConsumer.Services services,
            QueueConsumer.@Nullable Deliverer invocations) {
        this.invocations = invocations;
        this.production = production;
        this.store = store;
        this.services = services;
    }

    void start() {
        production.onProductionChange(changed::release);
        thread = Thread.ofVirtual().name("echelon-queues").start(this::run);
    }

    /** Says that a database has a request that is answered later, perhaps its first. */
    void expect(DatabaseRef database) {
        if (expected.add(database)) {
            changed.release();
        }
    }

    private void run() {
        while (true) {
            try {
                if (changed.tryAcquire(LOOK_AGAIN.toSeconds(), TimeUnit.SECONDS)) {
                    changed.drainPermits();
                    follow();
                }
                lookForInvocations();
            } catch (InterruptedException closing) {
                return;
            }
        }
    }

    /** Finds what other nodes have accepted, and perhaps did not live to do. */
    private void lookForInvocations() {
        if (invocations == null) {
            return;
        }
        try {
            for (String name : store.queues().join()) {
                DatabaseRef.ofStoreName(name)
                        .filter(database -> Invocations.app(database).isPresent())
                        .ifPresent(this::expect);
            }
        } catch (CompletionException e) {
            LOG.debug("The queues could not be listed", e);
        }
    }

    /** Makes the consumers those of the revisions that are in production now. */
    private synchronized void follow() {
        if (draining) {
            return;
        }
        Map<Key, QueueConsumer.Taker> wanted = new HashMap<>();
        for (Target target : production.production()) {
            DatabaseRef later =
                    Invocations.database(target.revision().tenant(), target.revision().app());
            if (invocations != null && expected.contains(later)) {
                wanted.put(
                        new Key(target.revision().tenant(), target.revision().app(), later),
                        new QueueConsumer.Taker(
                                target,
                                new EventHandler(EventKind.LISTEN, later.database(), ""),
                                null,
                                invocations));
            }
            for (EventHandler handler : services.pool().handlers(target.revision())) {
                takers(target, handler)
                        .forEach(
                                (database, taker) ->
                                        wanted.put(
                                                new Key(
                                                        target.revision().tenant(),
                                                        target.revision().app(),
                                                        database),
                                                taker));
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
                    new QueueConsumer(key.database(), store, queue.get(), services, taker);
            consumers.put(key, consumer);
            consumer.start();
        }
    }

    /** What a handler takes messages of; nothing when it is for other events. */
    private Map<DatabaseRef, QueueConsumer.Taker> takers(Target target, EventHandler handler) {
        RevisionId revision = target.revision();
        boolean isOfQueue = handler.kind() == EventKind.QUEUE;
        if (!isOfQueue && handler.kind() != EventKind.LISTEN) {
            return Map.of();
        }
        try {
            if (isOfQueue && !target.consumers().isEmpty()) {
                Map<DatabaseRef, QueueConsumer.Taker> named = new HashMap<>();
                for (QueueConsumption consumption : target.consumers()) {
                    named.put(
                            new DatabaseRef(revision.tenant(), consumption.queue()),
                            new QueueConsumer.Taker(target, handler, consumption, services));
                }
                return named;
            }
            return Map.of(
                    handler.name().isEmpty()
                            ? DatabaseRef.of(revision.tenant(), revision.app())
                            : new DatabaseRef(revision.tenant(), handler.name()),
                    new QueueConsumer.Taker(target, handler, null, services));
        } catch (EchelonException e) {
            LOG.warnf("A handler of %s listens to no database: %s", revision, e.getMessage());
            return Map.of();
        }
    }

    /** Takes no more messages. */
    synchronized void drain() {
        draining = true;
        consumers.values().forEach(QueueConsumer::stop);
    }

    /** Takes messages again after {@link #drain}. */
    synchronized void resume() {
        draining = false;
        consumers.clear(); // they have stopped; calls under way end by themselves
        changed.release();
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

package io.echelon.edgeruntime;

import io.echelon.edgeruntime.AppMetrics.MessageEnd;
import io.echelon.isolatepool.Call;
import io.echelon.isolatepool.EventHandler;
import io.echelon.isolatepool.EventKind;
import io.echelon.isolatepool.EventSink;
import io.echelon.isolatepool.IsolatePool;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.Enqueue;
import io.echelon.kvstore.KvQueue;
import io.echelon.kvstore.KvStore;
import io.echelon.kvstore.KvSubscription;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.QueueEntry;
import io.echelon.kvstore.QueueMessage;
import io.echelon.kvstore.QueueReceipt;
import io.echelon.kvstore.QueueSettlement;
import io.echelon.tenants.DatabaseRef;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.LogLevel;
import io.echelon.tenants.QueueConsumption;
import io.echelon.tenants.UsageCounter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Brings the messages of one database to one app's handler.
 *
 * <p>One thread does all of it: it settles the claims of calls that have ended, renews the leases
 * of those under way, claims what is due as far as there is room, and sleeps until a message comes
 * or is due, a call ends, or leases want renewing. So a receipt is never used by two at once, and
 * what ended while a commit was on the disk is settled by the next one together.
 *
 * <p><b>Lifecycle.</b> Runs from {@link #start} until {@link #stop}, after which no message is
 * claimed, and the last call has ended; {@link #cancel} ends those under way, whose messages are
 * then given back.
 *
 * <p><b>Failure.</b> While the store fails, what is to be settled waits. A claim that can't be
 * renewed is lost to another; then its message is delivered twice.
 */
final class QueueConsumer {
    private static final Logger LOG = Logger.getLogger(QueueConsumer.class);

    /** How long a message stays with a node that died. */
    static final Duration LEASE = Duration.ofSeconds(15);

    /** How often messages are counted, for metrics. */
    private static final Duration MEASURE = Duration.ofSeconds(10);

    private static final long IDLE_MS = 60_000;
    private static final long PUT_OFF_MS = QueueDelivery.PUT_OFF.toMillis();

    /** Messages of one database that are with handlers at a time. */
    static final int UNDER_WAY_MAX = 64;

    /** Messages of one call of {@code queue(batch)}, at most. */
    static final int BATCH_MAX = 10;

    /**
     * What consumers of a node share.
     *
     * @param overload why the node sheds load; empty when it does not
     * @param lease of messages under way, renewed when a third of it is over
     * @param traces of what is called
     */
    record Services(
            IsolatePool pool,
            Supplier<String> overload,
            Traffic traffic,
            LogStore logs,
            Clock clock,
            Duration lease,
            Traces traces) {}

    /** Who calls a function for the messages of one delivery; may block. */
    interface Deliverer {
        Call begin(QueueDelivery delivery, DatabaseRef database, EventSink sink);
    }

    /**
     * Who takes the messages now.
     *
     * @param named how they are taken from a queue that the configuration names; null for the app's
     *     own, whose messages say themselves how often they are tried
     */
    record Taker(
            Target target,
            EventHandler handler,
            @Nullable QueueConsumption named,
            Deliverer deliverer) {
        Taker(
                Target target,
                EventHandler handler,
                @Nullable QueueConsumption named,
                Services services) {
            this(
                    target,
                    handler,
                    named,
                    (delivery, database, sink) -> {
                        Supplier<TracedCall> traced =
                                () ->
                                        TracedCall.messages(
                                                database.database(),
                                                delivery.messages().size(),
                                                delivery.requestId(),
                                                target.revision());
                        RequestTrace trace =
                                services.traces().begin(delivery.requestId(), null, traced);
                        return services.pool()
                                .deliver(
                                        target.revision(),
                                        delivery.event(handler, database.database()),
                                        (report, answer) -> {
                                            services.traces()
                                                    .called(
                                                            trace,
                                                            delivery.requestId(),
                                                            report,
                                                            traced);
                                            sink.finished(report, answer);
                                        });
                    });
        }

        /** Messages of one call, at most. */
        int batchSize() {
            return named != null
                    ? named.batchSize()
                    : handler.kind() == EventKind.QUEUE ? BATCH_MAX : 1;
        }
    }

    /** A message on its way to another queue. */
    private record DeadLetter(QueueReceipt receipt, DatabaseRef to, KvValue.V8 payload) {}

    private final DatabaseRef database;
    private final KvStore store;
    private final KvQueue queue;
    private final Services services;
    private final RequestIds ids = new RequestIds();
    private final Semaphore wake = new Semaphore(0);
    private final Queue<QueueDelivery> ended = new ConcurrentLinkedQueue<>();
    private final Set<QueueDelivery> underWay = new LinkedHashSet<>();
    private final List<QueueSettlement> owed = new ArrayList<>();
    private final Queue<DeadLetter> deadLetters = new ArrayDeque<>();
    private final QueueGauges gauges;
    private final Thread thread;
    private volatile Taker taker;
    private volatile boolean stopping;
    private volatile boolean canceling;
    private long renewedNanos = System.nanoTime();
    private long measuredNanos = System.nanoTime() - MEASURE.toNanos();

    QueueConsumer(
            DatabaseRef database, KvStore store, KvQueue queue, Services services, Taker taker) {
        this.database = database;
        this.store = store;
        this.queue = queue;
        this.services = services;
        this.taker = taker;
        this.gauges = taker.target().metrics().gauges(database);
        this.thread = Thread.ofVirtual().name("echelon-queue-" + database).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Brings messages to another revision from here on. */
    void serve(Taker next) {
        taker = next;
    }

    /** Claims no further messages. */
    void stop() {
        stopping = true;
        wake.release();
    }

    /** Ends the calls under way. */
    void cancel() {
        canceling = true;
        stop();
    }

    /** Waits for the end; false when it took longer. */
    boolean awaitEnd(Duration atMost) throws InterruptedException {
        return thread.join(atMost);
    }

    private void run() {
        try (KvSubscription _ = queue.onChange(wake::release);
                QueueGauges _ = gauges) {
            long restMs = step();
            while (!isOver()) {
                var _ = wake.tryAcquire(restMs, TimeUnit.MILLISECONDS);
                wake.drainPermits();
                restMs = step();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isOver() {
        return stopping && underWay.isEmpty() && owed.isEmpty() && deadLetters.isEmpty();
    }

    /** Does what there is to do; how many milliseconds it may be left alone then. */
    private long step() {
        try {
            takeEnded();
            sendDeadLetters();
            settleOwed();
            renewLeases();
            if (canceling) {
                List.copyOf(underWay).forEach(QueueDelivery::cancel);
            }
            long restMs = stopping ? IDLE_MS : bringWhatIsDue();
            if (measure()) {
                restMs = Math.min(restMs, MEASURE.toMillis());
            }
            return underWay.isEmpty() ? restMs : Math.min(restMs, services.lease().toMillis() / 3);
        } catch (CompletionException | EchelonException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            LOG.warnf("Messages of %s wait for the store: %s", database, cause.getMessage());
            if (canceling) {
                owed.clear(); // their leases run out by themselves
                deadLetters.clear();
            }
            return PUT_OFF_MS;
        }
    }

    /** Counts the messages now and then; whether there is something that will change by itself. */
    private boolean measure() {
        if (System.nanoTime() - measuredNanos >= MEASURE.toNanos()) {
            gauges.measured(queue.counts().join(), services.clock().instant());
            measuredNanos = System.nanoTime();
        }
        return !gauges.wasEmpty();
    }

    private void takeEnded() {
        for (QueueDelivery over = ended.poll(); over != null; over = ended.poll()) {
            underWay.remove(over);
            List<QueueSettlement> settlements = over.settlements();
            for (int i = 0; i < settlements.size(); i++) {
                take(over, over.messages().get(i), settlements.get(i));
            }
        }
    }

    private void take(QueueDelivery over, QueueMessage message, QueueSettlement settlement) {
        QueueConsumption named = over.taker().named();
        QueueSettlement ruled =
                named != null && settlement instanceof QueueSettlement.Retry retry
                        ? ruled(retry, message, named)
                        : settlement;
        MessageEnd end = end(ruled, message);
        over.taker().target().metrics().message(end);
        if (end == MessageEnd.GIVEN_UP) {
            tellGivenUp(over, message);
            if (named != null && named.deadLetterQueue() != null) {
                deadLetters.add(
                        new DeadLetter(
                                ruled.receipt(),
                                new DatabaseRef(database.tenant(), named.deadLetterQueue()),
                                message.payload()));
                return;
            }
        }
        owed.add(ruled);
    }

    /** What becomes of a message that failed, as its consumer's configuration has it. */
    private static QueueSettlement ruled(
            QueueSettlement.Retry retry, QueueMessage message, QueueConsumption named) {
        if (message.attempts() > named.retries()) {
            return new QueueSettlement.GiveUp(retry.receipt());
        }
        Duration delay = retry.delay();
        return new QueueSettlement.Again(
                retry.receipt(), delay == null ? named.retryDelay() : delay);
    }

    private static MessageEnd end(QueueSettlement settlement, QueueMessage message) {
        return switch (settlement) {
            case QueueSettlement.Ack _ -> MessageEnd.ACKNOWLEDGED;
            case QueueSettlement.Retry _ ->
                    message.retriesLeft() == 0 ? MessageEnd.GIVEN_UP : MessageEnd.RETRIED;
            case QueueSettlement.Again _ -> MessageEnd.RETRIED;
            case QueueSettlement.GiveUp _ -> MessageEnd.GIVEN_UP;
            case QueueSettlement.Release _, QueueSettlement.Extend _ -> MessageEnd.PUT_OFF;
        };
    }

    /**
     * Brings what failed for good to the queues for that. A message is acknowledged here once it is
     * there; when the node dies in between, it comes there again.
     */
    private void sendDeadLetters() {
        for (DeadLetter letter = deadLetters.peek(); letter != null; letter = deadLetters.peek()) {
            var _ =
                    store.database(letter.to().storeName())
                            .commit(
                                    AtomicWrite.builder()
                                            .enqueue(
                                                    new Enqueue(
                                                            letter.payload(),
                                                            services.clock().instant(),
                                                            List.of(),
                                                            List.of()))
                                            .build())
                            .join();
            owed.add(new QueueSettlement.Ack(letter.receipt()));
            deadLetters.remove();
        }
    }

    private void tellGivenUp(QueueDelivery delivery, QueueMessage message) {
        services.logs()
                .write(
                        delivery.taker().target().revision(),
                        LogLevel.ERROR,
                        "Message %s of the queue %s was given up after %,d attempts: it is %s"
                                .formatted(
                                        message.receipt().messageId(),
                                        database.database(),
                                        message.attempts(),
                                        whereabouts(delivery.taker().named())),
                        delivery.requestId());
    }

    private static String whereabouts(@Nullable QueueConsumption named) {
        return named == null || named.deadLetterQueue() == null
                ? "written under its keysIfUndelivered, or kept among the dead messages if it has none"
                : "sent to the queue " + named.deadLetterQueue();
    }

    private void settleOwed() {
        while (!owed.isEmpty()) {
            List<QueueSettlement> some =
                    owed.subList(0, Math.min(owed.size(), KvQueue.SETTLEMENTS_MAX));
            var _ = queue.settle(List.copyOf(some)).join();
            some.clear();
        }
    }

    private void renewLeases() {
        long now = System.nanoTime();
        if (now - renewedNanos < services.lease().toNanos() / 3) {
            return;
        }
        renewedNanos = now;
        List<QueueDelivery> deliveries = List.copyOf(underWay);
        List<QueueSettlement> extensions = new ArrayList<>();
        deliveries.forEach(delivery -> extensions.addAll(delivery.extension(services.lease())));
        if (extensions.isEmpty()) {
            return;
        }
        List<Optional<QueueReceipt>> extended = queue.settle(extensions).join();
        int at = 0;
        for (QueueDelivery delivery : deliveries) {
            int end = at + delivery.messages().size();
            delivery.extended(extended.subList(at, end));
            at = end;
        }
    }

    private long bringWhatIsDue() {
        Taker now = taker;
        int room = room(now);
        if (room <= 0) {
            return IDLE_MS; // a call's end wakes
        }
        if (!services.overload().get().isEmpty()) {
            return PUT_OFF_MS;
        }
        Optional<Instant> next = queue.nextDue().join();
        if (next.isEmpty()) {
            return IDLE_MS;
        }
        long waitMs = next.get().toEpochMilli() - services.clock().millis();
        if (waitMs <= 0 && now.named() != null && !now.named().batchWait().isZero()) {
            waitMs = forABatch(now.batchSize(), now.named().batchWait());
        }
        if (waitMs > 0) {
            return Math.min(waitMs, IDLE_MS);
        }
        List<QueueMessage> claimed = queue.claim(room, services.lease()).join();
        if (underWay.isEmpty()) {
            renewedNanos = System.nanoTime();
        }
        for (int i = 0; i < claimed.size(); i += now.batchSize()) {
            bring(now, claimed.subList(i, Math.min(i + now.batchSize(), claimed.size())));
        }
        // None is claimed when the store's clock is behind this one.
        return claimed.isEmpty() ? 10 : 0;
    }

    /** How many more messages handlers may have. */
    private int room(Taker now) {
        QueueConsumption named = now.named();
        if (named != null) {
            return Math.min(
                    KvQueue.CLAIM_MAX, (named.concurrency() - underWay.size()) * now.batchSize());
        }
        return UNDER_WAY_MAX - underWay.stream().mapToInt(d -> d.messages().size()).sum();
    }

    /** How many milliseconds to wait until a batch is full, or its first message has waited. */
    private long forABatch(int size, Duration most) {
        Instant now = services.clock().instant();
        List<QueueEntry> due =
                queue.peek(KvQueue.Part.LIVE, size).join().stream()
                        .filter(entry -> !entry.due().isAfter(now))
                        .toList();
        return due.isEmpty() || due.size() >= size
                ? 0
                : Duration.between(now, due.getFirst().due().plus(most)).toMillis();
    }

    private void bring(Taker to, List<QueueMessage> messages) {
        TenantGate gate = to.target().gate();
        if (gate.admit(System.nanoTime()) != TenantGate.Verdict.ADMITTED) {
            for (QueueMessage message : messages) {
                owed.add(new QueueSettlement.Release(message.receipt(), QueueDelivery.PUT_OFF));
            }
            return;
        }
        QueueDelivery delivery =
                new QueueDelivery(to, ids.next(services.clock().millis()), List.copyOf(messages));
        underWay.add(delivery);
        services.traffic().begun();
        delivery.begun(
                to.deliverer()
                        .begin(
                                delivery,
                                database,
                                (report, answer) -> {
                                    gate.release();
                                    to.target().called(report);
                                    to.target()
                                            .usage()
                                            .add(UsageCounter.QUEUE_MESSAGES, messages.size());
                                    services.traffic().ended();
                                    delivery.ended(report, answer);
                                    ended.add(delivery);
                                    wake.release();
                                }));
    }
}

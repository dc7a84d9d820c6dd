package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.KvQueue;
import io.echelon.kvstore.KvSubscription;
import io.echelon.kvstore.QueueCounts;
import io.echelon.kvstore.QueueEntry;
import io.echelon.kvstore.QueueMessage;
import io.echelon.kvstore.QueueReceipt;
import io.echelon.kvstore.QueueSettlement;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;

/** The messages of a database: changes go the way of commits, looks are reads of this process. */
final class StoredQueue implements KvQueue {
    private final String database;
    private final Engine engine;
    private final QueueReads reads;
    private final QueueWakes wakes;
    private final Executor readers;
    private final Function<Command.Queue, CompletableFuture<Decision>> submit;

    StoredQueue(
            String database,
            Engine engine,
            QueueWakes wakes,
            Executor readers,
            Function<Command.Queue, CompletableFuture<Decision>> submit) {
        this.database = database;
        this.reads = new QueueReads(engine, database);
        this.wakes = wakes;
        this.readers = readers;
        this.engine = engine;
        this.submit = submit;
    }

    @Override
    public CompletableFuture<Optional<Instant>> nextDue() {
        return onReader(reads::nextDue);
    }

    @Override
    public CompletableFuture<List<QueueMessage>> claim(int limit, Duration lease) {
        if (!isBetween(limit, 1, CLAIM_MAX)) {
            return refused("A claim is for %,d messages; from 1 to %,d", limit, CLAIM_MAX);
        }
        long leaseMs = lease.toMillis();
        if (!isBetween(leaseMs, 1, LEASE_MAX.toMillis())) {
            return refused("A lease is %,d ms; from 1 to %,d", leaseMs, LEASE_MAX.toMillis());
        }
        return submit.apply(new Command.Claim(database, limit, leaseMs))
                .thenApply(decision -> expected(Decision.Claimed.class, decision).messages());
    }

    @Override
    public CompletableFuture<List<Optional<QueueReceipt>>> settle(
            List<QueueSettlement> settlements) {
        if (!isBetween(settlements.size(), 1, SETTLEMENTS_MAX)) {
            return refused(
                    "%,d settlements are given; from 1 to %,d",
                    settlements.size(), SETTLEMENTS_MAX);
        }
        return submit.apply(new Command.Settle(database, settlements))
                .thenApply(decision -> expected(Decision.Settled.class, decision).receipts());
    }

    @Override
    public KvSubscription onChange(Runnable listener) {
        return wakes.add(database, listener);
    }

    @Override
    public CompletableFuture<List<QueueEntry>> peek(Part part, int limit) {
        if (!isBetween(limit, 1, PEEK_MAX)) {
            return refused("A look is at %,d messages; from 1 to %,d", limit, PEEK_MAX);
        }
        return onReader(() -> reads.peek(part, limit));
    }

    @Override
    public CompletableFuture<QueueCounts> counts() {
        return onReader(reads::counts);
    }

    @Override
    public CompletableFuture<Integer> redrive() {
        return move(new Command.Redrive(database), 0);
    }

    @Override
    public CompletableFuture<Integer> purge(Part part) {
        return move(new Command.Purge(database, part), 0);
    }

    /** Does a command until it leaves nothing. */
    private CompletableFuture<Integer> move(Command.Queue command, int before) {
        return submit.apply(command)
                .thenCompose(
                        decision -> {
                            int moved = expected(Decision.Moved.class, decision).messages();
                            return moved < QueueChanges.MOVE_MAX
                                    ? CompletableFuture.completedFuture(before + moved)
                                    : move(command, before + moved);
                        });
    }

    private static <T extends Decision> T expected(Class<T> type, Decision decision) {
        if (!type.isInstance(decision)) {
            throw new IllegalStateException("An unexpected decision: " + decision);
        }
        return type.cast(decision);
    }

    private static boolean isBetween(long given, long least, long most) {
        return least <= given && given <= most;
    }

    private static <T> CompletableFuture<T> refused(String what, long given, long most) {
        return CompletableFuture.failedFuture(
                new EchelonException(
                        ErrorCode.INVALID_ARGUMENT,
                        (what + " are allowed").formatted(given, most)));
    }

    private <T> CompletableFuture<T> onReader(Supplier<T> read) {
        try {
            return CompletableFuture.supplyAsync(
                    () -> Look.at(engine, database).found(read.get()), readers);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(
                    new EchelonException(ErrorCode.UNAVAILABLE, "The store is closed", e));
        }
    }
}

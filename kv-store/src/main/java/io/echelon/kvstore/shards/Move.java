package io.echelon.kvstore.shards;

import io.echelon.kvstore.Versionstamp;
import io.echelon.kvstore.ratis.RatisKvStore;
import io.echelon.kvstore.rocksdb.Command;
import io.echelon.kvstore.rocksdb.Decision;
import io.echelon.kvstore.rocksdb.MovedRows;
import io.echelon.kvstore.rocksdb.Standing;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to move a database from one shard to another. It may end anywhere, and another one
 * may be under way: each step is one entry of a shard's log and changes nothing once a later
 * attempt has come to that shard ({@link io.echelon.kvstore.rocksdb.Command.Step}).
 *
 * <p>While it runs the database can be read. It is copied while it is changed; then it departs, and
 * what has changed meanwhile is copied. It cannot be changed from its departure on until it has
 * begun in the other shard; changes wait that long.
 *
 * <p>For one thread, which waits.
 */
final class Move {
    private static final int STEP_SECONDS = 30;

    /** Most times that what has changed is copied while it can be changed. */
    private static final int ROUNDS = 8;

    /** So much may be copied while it cannot. */
    private static final int FEW_ROWS = 500;

    private final String database;
    private final RatisKvStore from;
    private final RatisKvStore to;
    private final Versionstamp attempt;

    /**
     * @param attempt greater than those of all attempts that began before
     */
    Move(String database, RatisKvStore from, RatisKvStore to, Versionstamp attempt) {
        this.database = database;
        this.from = from;
        this.to = to;
        this.attempt = attempt;
    }

    /**
     * Returns once the database lies in the other shard.
     *
     * @throws EchelonException when it may not: UNAVAILABLE while one of the shards cannot be
     *     reached, so that it may be neither here nor there for a while; otherwise it can be
     *     changed where it was
     */
    void run() {
        Standing there = take(to, new Command.Arrive(database, attempt)).standing();
        if (there == Standing.HERE) {
            return; // an attempt before had come that far
        }
        Decision.Stands left;
        try {
            copy();
            left = take(from, new Command.Leave(database, attempt));
        } catch (RuntimeException e) {
            remain(e);
            throw e;
        }
        take(to, new Command.Begin(database, attempt, left.stamp()));
    }

    /** Removes what is left of the database where it was. */
    void clear() {
        take(from, new Command.Clear(database, attempt));
    }

    /** Copies it while it is changed, and what has changed until little has; then the rest. */
    private void copy() {
        MovedRows copied = further(null);
        try {
            for (int i = 0; i < ROUNDS && copied.touched() > FEW_ROWS; i++) {
                copied = further(copied);
            }
            take(from, new Command.Depart(database, attempt));
            copied = further(copied);
        } finally {
            copied.close();
        }
    }

    /** Copies what is otherwise than in a state that was copied before, which it closes. */
    private MovedRows further(@Nullable MovedRows before) {
        try (before) {
            MovedRows rows = await(from.moved(database, before));
            try {
                if (before != null && rows.isWhole()) {
                    take(to, new Command.Arrive(database, attempt));
                }
                rows.handTo(
                        (messages, part) ->
                                take(to, new Command.Receive(database, attempt, messages, part)));
                return rows;
            } catch (IOException e) {
                rows.close();
                throw new UncheckedIOException(e);
            } catch (RuntimeException e) {
                rows.close();
                throw e;
            }
        }
    }

    private void remain(RuntimeException reason) {
        try {
            take(from, new Command.Remain(database, attempt));
        } catch (EchelonException e) {
            e.addSuppressed(reason);
            throw new EchelonException(
                    ErrorCode.UNAVAILABLE,
                    "It does not remain where it was either: " + e.reason(),
                    e);
        }
    }

    private static Decision.Stands take(RatisKvStore shard, Command.Step step) {
        return await(shard.step(step));
    }

    private static <T> T await(CompletableFuture<T> answer) {
        try {
            return answer.get(STEP_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof EchelonException refused) {
                throw new EchelonException(refused.code(), refused.reason(), e);
            }
            throw new IllegalStateException("A step of a move failed", e);
        } catch (TimeoutException e) {
            throw new EchelonException(
                    ErrorCode.UNAVAILABLE, "A shard of the store does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EchelonException(ErrorCode.UNAVAILABLE, "The store is closing", e);
        }
    }
}

package io.echelon.kvstore.shards;

import io.echelon.kvstore.KvSubscription;
import io.echelon.kvstore.Versionstamp;
import io.echelon.kvstore.ratis.RatisKvStore;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Has the placements that the table wants come about, one database after the other; by the replica
 * that leads the first shard. A replica that leads no longer and goes on all the same does no harm.
 * The table is read when it has changed, or a database is new, and every few seconds.
 *
 * <p>Lifecycle: from {@link #start} to {@link #close}.
 */
final class Moves implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Moves.class.getName());
    private static final Duration EVERY = Duration.ofMillis(500);
    private static final Duration AGAIN_AFTER = Duration.ofSeconds(5);
    private static final int CLOSED_WITHIN_SECONDS = 5;

    private final Shards shards;
    private final PlacementTable table;
    private final Balance balance;
    private final Set<String> inVain = new HashSet<>();
    private final AtomicBoolean isToBeRead = new AtomicBoolean(true);
    private @Nullable KvSubscription changes;
    private int databases;
    private long againNanos = System.nanoTime();
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("kv-store-moves").factory());

    Moves(Shards shards, PlacementTable table) {
        this.shards = shards;
        this.table = table;
        this.balance = new Balance(shards, table);
    }

    void start() {
        changes = table.onChange(() -> isToBeRead.set(true));
        var _ =
                thread.scheduleWithFixedDelay(
                        this::keep, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void keep() {
        try {
            if (!shards.first().leads()) {
                isToBeRead.set(true);
            } else if (isWorthALook()) {
                look();
            }
        } catch (RuntimeException e) {
            isToBeRead.set(true);
            LOG.log(System.Logger.Level.WARNING, "Placements were not looked at", e);
        }
    }

    /** Whether the table has changed, or databases have come or gone, or it is time. */
    private boolean isWorthALook() {
        if (System.nanoTime() - againNanos > 0) {
            againNanos = System.nanoTime() + AGAIN_AFTER.toNanos();
            isToBeRead.set(true);
            inVain.clear();
        }
        int now = shards.first().sizes().size();
        boolean isOther = now != databases;
        databases = now;
        return isToBeRead.getAndSet(false) || isOther;
    }

    private void look() {
        List<PlacementTable.Entry> rows = List.copyOf(table.all().join().values());
        balance.place(rows);
        for (PlacementTable.Entry row : rows) {
            if (!row.placement().isAtRest()
                    && !inVain.contains(row.database())
                    && shards.first().leads()) {
                bringAbout(row);
            }
        }
    }

    private void bringAbout(PlacementTable.Entry row) {
        try {
            PlacementTable.Entry now = table.of(row.database()).join();
            Optional<Versionstamp> attempt =
                    now.placement().isAtRest() ? Optional.empty() : table.attempt(now).join();
            Integer left = now.placement().left();
            if (attempt.isEmpty()) {
                return; // what somebody else changes is looked at again
            }
            if (left == null) {
                move(now, attempt.get());
            } else {
                clear(now, left, attempt.get());
            }
        } catch (EchelonException e) {
            failed(row, e);
        } catch (CompletionException e) {
            inVain.add(row.database());
            LOG.log(System.Logger.Level.WARNING, "A placement was not read", e);
        }
    }

    private void move(PlacementTable.Entry row, Versionstamp attempt) {
        Placement wanted = row.placement();
        Placement moved = wanted.moved();
        long begun = System.nanoTime();
        new Move(row.database(), shard(wanted.shard()), shard(moved.shard()), attempt).run();
        LOG.log(
                System.Logger.Level.INFO,
                "The database \"{0}\" was moved from shard {1} to {2} in {3} ms",
                row.database(),
                wanted.shard(),
                moved.shard(),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
        if (table.change(row, moved).join()) {
            bringAbout(row);
        }
    }

    private void clear(PlacementTable.Entry row, int left, Versionstamp attempt) {
        Placement placement = row.placement();
        new Move(row.database(), shard(left), shard(placement.shard()), attempt).clear();
        var _ = table.change(row, Placement.in(placement.shard())).join();
    }

    /**
     * A shard whose disk is full stays without the database; all else is tried again after a while.
     */
    private void failed(PlacementTable.Entry row, EchelonException failure) {
        inVain.add(row.database());
        LOG.log(
                System.Logger.Level.WARNING,
                "The database \"{0}\" was not moved as {1}: {2}",
                row.database(),
                row.placement(),
                failure.reason());
        if (failure.code() == ErrorCode.STORAGE_FULL && row.placement().to() != null) {
            var _ = table.change(row, Placement.in(row.placement().shard())).join();
        }
    }

    private RatisKvStore shard(int number) {
        if (number >= shards.each().size()) {
            throw new EchelonException(
                    ErrorCode.CONFLICT,
                    "There is no shard %d; the store has %d"
                            .formatted(number, shards.each().size()));
        }
        return shards.each().get(number);
    }

    @Override
    public void close() {
        if (changes != null) {
            changes.close();
        }
        thread.shutdownNow();
        try {
            var _ = thread.awaitTermination(CLOSED_WITHIN_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

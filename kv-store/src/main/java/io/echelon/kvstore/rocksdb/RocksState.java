package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.DatabaseSize;
import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvQueue;
import io.echelon.kvstore.KvSnapshot;
import io.echelon.kvstore.KvSubscription;
import io.echelon.kvstore.KvWatcher;
import io.echelon.kvstore.Order;
import io.echelon.kvstore.PagedSnapshot;
import io.echelon.kvstore.RangeRead;
import io.echelon.kvstore.StoreDigest;
import io.echelon.kvstore.StoreMark;
import io.echelon.kvstore.StoreStatus;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * The state of one replica of a store, in a folder: batches are applied to it in the order of a log
 * that is kept elsewhere, and it remembers up to where it has come, so that after a crash the log
 * is applied again from there. Notes of the log's owner become durable with the batch that they
 * belong to.
 *
 * <p>Lifecycle: open from {@link #open} to {@link #close}. {@link #replaceWith} exchanges all it
 * holds while readers wait.
 *
 * <p>Failure: {@link EchelonException}, UNAVAILABLE once closed or when the disk fails. A state
 * that failed to apply a batch must not be given further ones.
 *
 * <p>Thread safety: reads and watches from any thread; everything else from one at a time.
 */
public final class RocksState implements AutoCloseable {
    private static final byte[] NOTHING = {};

    private final Engine engine;
    private final Reads reads;
    private final Watches watches;
    private final QueueWakes queueWakes;
    private final DiskSpace disk;
    private final Marks marks;

    /**
     * What a log's owner keeps beside the rows.
     *
     * @param written notes by their names
     * @param removed names of notes that go
     */
    public record Notes(Map<String, byte[]> written, List<String> removed) {
        public Notes {
            written = Map.copyOf(written);
            removed = List.copyOf(removed);
        }
    }

    private RocksState(Engine engine, DiskSpace disk, Executor watchers) {
        this.engine = engine;
        this.reads = new Reads(engine);
        this.watches = new Watches(watchers);
        this.queueWakes = new QueueWakes(watchers);
        this.disk = disk;
        this.marks = new Marks(engine);
    }

    /**
     * Opens the state below a folder, or makes it; what {@link RocksKvStore} has written there is
     * carried over once and for all.
     *
     * @param identity given to a state that is new; the same for all replicas
     * @param unlisted how databases stand of which it says nothing
     * @param watchers where watchers are told
     */
    public static RocksState open(
            RocksOptions options, UUID identity, Standing unlisted, Executor watchers) {
        Path folder = options.folder();
        try {
            NativeLibrary.load(folder);
            CarryOver.run(folder, folder.resolve(CarryOver.STATE), options.blockCacheBytes());
        } catch (IOException | RocksDBException e) {
            throw new EchelonException(
                    ErrorCode.UNAVAILABLE,
                    "The store's folder %s cannot be written to; choose another, or free some space"
                            .formatted(folder),
                    e);
        }
        Engine engine =
                Engine.open(
                        folder.resolve(CarryOver.STATE),
                        options.blockCacheBytes(),
                        Durability.LOG_ELSEWHERE,
                        identity,
                        unlisted);
        return new RocksState(engine, DiskSpace.of(folder, options.reserveBytes()), watchers);
    }

    /** Refuses, with STORAGE_FULL, bytes that would eat into the reserve of the disk. */
    public void requireSpace(long bytes) {
        disk.require(bytes);
    }

    /** Number of the last batch that was applied; 0 when there is none. */
    public long lastBatch() {
        return engine.lastGroup();
    }

    /**
     * Applies a batch.
     *
     * @return a decision for each command, in their order
     */
    public List<Decision> apply(Batch batch, NotesOf notes) {
        Group group = Group.of(engine, batch);
        try (WriteBatch changes = new WriteBatch()) {
            group.fill(changes);
            write(changes, notes.of(group.decisions()));
        } catch (RocksDBException e) {
            throw notWritten(e);
        }
        Set<RowKey> queues = group.written();
        engine.nearRows().changed(group.changedKeys());
        marks.written(group.stamp(), group.changedKeys());
        if (group.hasSteps()) {
            watches.wakeAll();
            queueWakes.wakeAll();
        } else {
            watches.changed(group.changedKeys());
            queueWakes.changed(queues);
        }
        return group.decisions();
    }

    /** The notes that belong to decisions. */
    public interface NotesOf {
        Notes of(List<Decision> decisions);
    }

    /** Writes notes without a batch. */
    public void note(Notes notes) {
        try (WriteBatch changes = new WriteBatch()) {
            write(changes, notes);
        } catch (RocksDBException e) {
            throw notWritten(e);
        }
    }

    /** All notes whose names begin so, by their names. */
    public Map<String, byte[]> notes(String prefix) {
        return engine.snapshot(snapshot -> snapshot.meta(prefix));
    }

    /** Whether a sweep at this time would find a value whose time has come. */
    public boolean hasExpired(long timeMs) {
        byte[] end = ByteBuffer.allocate(Long.BYTES).putLong(timeMs + 1).array();
        List<byte[]> due = new ArrayList<>(1);
        return engine.snapshot(
                snapshot -> {
                    snapshot.scan(
                            Family.EXPIRY,
                            NOTHING,
                            end,
                            Order.FORWARD,
                            (key, _) -> {
                                due.add(key);
                                return false;
                            });
                    return !due.isEmpty();
                });
    }

    /** How a database stands here. */
    public Standing standing(String database) {
        return engine.standings().of(database).standing();
    }

    /** Notes what is touched of a database from now on. */
    public TouchedRows touched(String database) {
        return new TouchedRows(engine, database);
    }

    /**
     * Keeps what a database has here, to be moved to another shard; whether it lies here or not.
     *
     * @param since open, and all batches have ended that had been begun when it was opened
     * @param before the state that was kept and copied before, or null
     */
    public MovedRows moved(String database, TouchedRows since, @Nullable MovedRows before) {
        return new MovedRows(engine, database, since, before);
    }

    /** The entries of ranges of a database, from one state. */
    public List<List<KvEntry>> read(String database, List<RangeRead> ranges) {
        Look look = Look.at(engine, database);
        return look.found(reads.ranges(RowKey.prefix(database), ranges));
    }

    /**
     * The same, from memory at once where that is possible; it may be some milliseconds old.
     *
     * @param readers where it is read otherwise
     */
    public CompletableFuture<List<List<KvEntry>>> readNear(
            String database, List<RangeRead> ranges, Executor readers) {
        Look look = Look.at(engine, database);
        CompletableFuture<List<List<KvEntry>>> found =
                reads.near(RowKey.prefix(database), ranges, readers);
        return engine.standings().areAllHere() && found.isDone()
                ? found
                : found.thenApply(look::found);
    }

    /**
     * Keeps the present state of a database, to be read part by part.
     *
     * @param readers where the reads are done
     */
    public KvSnapshot snapshot(String database, Executor readers) {
        byte[] prefix = RowKey.prefix(database);
        Look look = Look.at(engine, database);
        Engine.Pinned pinned = engine.pin();
        try {
            var _ = look.found(pinned);
        } catch (AwayException e) {
            engine.unpin(pinned);
            throw e;
        }
        return new PagedSnapshot(
                KvSnapshot.Unity.ONE_STATE,
                range ->
                        CompletableFuture.supplyAsync(
                                () -> reads.range(pinned, prefix, range), readers),
                () -> engine.unpin(pinned));
    }

    /** Watches keys of a database. */
    public KvSubscription watch(String database, List<KvKey> keys, KvWatcher watcher) {
        byte[] prefix = RowKey.prefix(database);
        return watches.add(
                keys.stream().map(key -> RowKey.of(prefix, key)).toList(),
                () -> Look.at(engine, database).found(reads.keys(prefix, keys)),
                watcher);
    }

    /**
     * The messages of a database.
     *
     * @param readers where looks at them are done
     * @param submit has a change put into the log, and completes when it was applied
     */
    public KvQueue queue(
            String database,
            Executor readers,
            Function<Command.Queue, CompletableFuture<Decision>> submit) {
        return new StoredQueue(database, engine, queueWakes, readers, submit);
    }

    /** Names of the databases that lie here and whose queues have messages, in their order. */
    public List<String> queues() {
        return QueueReads.databases(engine).stream()
                .filter(database -> standing(database).isReadable())
                .toList();
    }

    /** The identity of a database; the same in every replica. */
    public UUID id(String database) {
        return engine.idOf(database);
    }

    /** Writes what it holds into a folder that does not exist yet, sharing files where it can. */
    public void checkpoint(Path target) {
        engine.checkpoint(target);
    }

    /** Becomes what a checkpoint holds; the checkpoint stays as it is. */
    public void replaceWith(Path checkpoint) {
        engine.replaceWith(checkpoint);
        watches.wakeAll();
        queueWakes.wakeAll();
    }

    /**
     * Keeps the present state of all databases, to be written out.
     *
     * @param takenAt when that is
     */
    public PinnedBackup backup(Instant takenAt) {
        return new PinnedBackup(engine, takenAt);
    }

    /**
     * What is here at a mark that {@link Marks#make} has made.
     *
     * @param readers where it is read
     */
    public CompletableFuture<StoreDigest> digest(StoreMark mark, Executor readers) {
        return marks.digest(mark, readers);
    }

    /** What its files are like. */
    public StoreStatus.Files files() {
        return Databases.files(engine);
    }

    /** How much each database holds, in the order of their names. */
    public List<DatabaseSize> sizes() {
        return engine.sizes().all();
    }

    /** The same of the databases whose names begin so. */
    public List<DatabaseSize> sizes(String beginning) {
        return engine.sizes().below(beginning);
    }

    /** Bytes of all databases whose names are this text and a last part without a dot. */
    public long bytes(String beginning) {
        return engine.sizes().bytesBelow(beginning);
    }

    /** By how many bytes a commit makes a database larger at most; 0 when it only deletes. */
    public static long growthAtMost(String database, AtomicWrite write) {
        return Growth.atMost(database, write);
    }

    /** By how many bytes a commit would make a database larger, or smaller, as it is now. */
    public long growth(String database, AtomicWrite write) {
        return Growth.now(engine, database, write);
    }

    /** A number that is the same for two states that hold the same rows, messages and times. */
    public long checksum() {
        return engine.snapshot(
                snapshot -> {
                    long[] sum = {17};
                    byte[] end = new byte[4_096];
                    Arrays.fill(end, (byte) 0xff);
                    for (Family family : List.of(Family.ROWS, Family.EXPIRY, Family.QUEUE)) {
                        snapshot.scan(
                                family,
                                NOTHING,
                                end,
                                Order.FORWARD,
                                (key, value) -> {
                                    sum[0] = 31 * sum[0] + Arrays.hashCode(key);
                                    sum[0] = 31 * sum[0] + Arrays.hashCode(value);
                                    return true;
                                });
                    }
                    return sum[0];
                });
    }

    @Override
    public void close() {
        watches.close();
        engine.close();
    }

    private void write(WriteBatch changes, Notes notes) throws RocksDBException {
        for (Map.Entry<String, byte[]> note : notes.written().entrySet()) {
            engine.put(changes, Family.META, name(note.getKey()), note.getValue());
        }
        for (String removed : notes.removed()) {
            engine.delete(changes, Family.META, name(removed));
        }
        engine.write(changes);
    }

    private static byte[] name(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }

    private static EchelonException notWritten(RocksDBException e) {
        return new EchelonException(
                ErrorCode.UNAVAILABLE, "The store could not write its files", e);
    }
}

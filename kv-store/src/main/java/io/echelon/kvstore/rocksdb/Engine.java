package io.echelon.kvstore.rocksdb;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The open RocksDB of a folder.
 *
 * <p>Lifecycle: open from {@link #open} to {@link #close}. After a failed write RocksDB takes no
 * further ones; {@link #reopen} makes it anew while readers wait.
 *
 * <p>Failure: {@link EchelonException}, UNAVAILABLE once closed or when the disk fails.
 *
 * <p>Thread safety: reads from any thread; writes, reopening and closing from one at a time.
 */
final class Engine implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Engine.class.getName());
    private static final byte[] FORMAT_KEY = "format".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] IDENTITY_KEY = "identity".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LAST_GROUP_KEY = "last-group".getBytes(StandardCharsets.US_ASCII);

    /** The form of rows and messages. */
    static final int FORMAT = 1;

    /** Size of what is not there. */
    static final int ABSENT = RocksDB.NOT_FOUND;

    private static final byte[] NOTHING = {};

    private static final long WRITE_BUFFER_BYTES = 16L * 1024 * 1024;
    private static final long WAL_MAX_BYTES = 64L * 1024 * 1024;

    /** Space that opening may need, since it may write out everything that the log has. */
    static final long REOPEN_BYTES = WAL_MAX_BYTES + WRITE_BUFFER_BYTES;

    private static final long INFO_LOG_MAX_BYTES = 1024L * 1024;
    private static final int BLOOM_BITS = 10;

    private final Path folder;
    private final Cache cache;
    private final BloomFilter bloom = new BloomFilter(BLOOM_BITS);
    private final ColumnFamilyOptions familyOptions;
    private final DBOptions options;
    private final WriteOptions writes;
    private final UUID newIdentity;
    private final Standing unlisted;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final Map<Family, ColumnFamilyHandle> handles = new EnumMap<>(Family.class);
    private final Set<Pinned> pins = ConcurrentHashMap.newKeySet();
    private final List<TouchedRows> notes = new CopyOnWriteArrayList<>();
    private final QueueHeads queueHeads = new QueueHeads();
    private final NearRows nearRows = new NearRows();
    private final WrittenSizes writtenSizes = new WrittenSizes();
    private volatile Sizes sizes = Sizes.none();
    private volatile Standings standings = Standings.none();
    private @Nullable RocksDB database;

    private Engine(
            Path folder,
            long blockCacheBytes,
            Durability durability,
            UUID newIdentity,
            Standing unlisted) {
        this.folder = folder;
        this.newIdentity = newIdentity;
        this.unlisted = unlisted;
        this.writes = new WriteOptions().setSync(durability == Durability.OWN_LOG);
        this.cache = new LRUCache(blockCacheBytes);
        this.familyOptions =
                new ColumnFamilyOptions()
                        .setWriteBufferSize(WRITE_BUFFER_BYTES)
                        .setCompressionType(CompressionType.LZ4_COMPRESSION)
                        .setTableFormatConfig(
                                new BlockBasedTableConfig()
                                        .setBlockCache(cache)
                                        .setFilterPolicy(bloom));
        this.options =
                new DBOptions()
                        .setCreateIfMissing(true)
                        .setCreateMissingColumnFamilies(true)
                        .setParanoidChecks(true)
                        .setAvoidFlushDuringRecovery(true)
                        .setAtomicFlush(durability == Durability.LOG_ELSEWHERE)
                        .setMaxTotalWalSize(WAL_MAX_BYTES)
                        .setWalRecoveryMode(
                                switch (durability) {
                                    case OWN_LOG -> WALRecoveryMode.TolerateCorruptedTailRecords;
                                    case LOG_ELSEWHERE -> WALRecoveryMode.PointInTimeRecovery;
                                })
                        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                        .setMaxLogFileSize(INFO_LOG_MAX_BYTES)
                        .setKeepLogFileNum(2);
    }

    static Engine open(Path folder, long blockCacheBytes) {
        return open(folder, blockCacheBytes, Durability.OWN_LOG, UUID.randomUUID(), Standing.HERE);
    }

    /**
     * @param newIdentity given to a store that is new
     * @param unlisted how databases stand of which the files say nothing
     */
    static Engine open(
            Path folder,
            long blockCacheBytes,
            Durability durability,
            UUID newIdentity,
            Standing unlisted) {
        try {
            NativeLibrary.load(folder);
        } catch (IOException e) {
            throw new EchelonException(
                    ErrorCode.UNAVAILABLE,
                    "The store's folder %s cannot be written to; choose another, or free some space"
                            .formatted(folder),
                    e);
        }
        Engine engine = new Engine(folder, blockCacheBytes, durability, newIdentity, unlisted);
        try {
            engine.start();
            engine.initialize();
            engine.learn();
            return engine;
        } catch (RuntimeException e) {
            engine.close();
            throw e;
        }
    }

    private void start() {
        forgetRows();
        List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
        List<ColumnFamilyHandle> opened = new ArrayList<>();
        for (Family family : Family.values()) {
            descriptors.add(new ColumnFamilyDescriptor(family.label(), familyOptions));
        }
        try {
            database = RocksDB.open(options, folder.toString(), descriptors, opened);
            for (Family family : Family.values()) {
                handles.put(family, opened.get(handles.size()));
            }
        } catch (RocksDBException e) {
            throw notOpened(e);
        }
    }

    EchelonException notOpened(RocksDBException e) {
        String reason = String.valueOf(e.getMessage());
        if (reason.contains("lock hold by current process") || reason.contains("lock file")) {
            return new EchelonException(
                    ErrorCode.CONFLICT,
                    "The store in %s is open already; stop the other platform or choose another folder"
                            .formatted(folder),
                    e);
        }
        LOG.log(System.Logger.Level.ERROR, "The store in " + folder + " does not open", e);
        if (noSpace(e)) {
            return new EchelonException(
                    ErrorCode.STORAGE_FULL,
                    "The store in %s cannot open: no space is left; free some and start again"
                            .formatted(folder),
                    e);
        }
        return new EchelonException(
                ErrorCode.UNAVAILABLE,
                "The store in %s does not open; the log has the cause, and a backup can be restored into another folder"
                        .formatted(folder),
                e);
    }

    private void initialize() {
        byte[] format = get(Family.META, FORMAT_KEY);
        if (format == null) {
            try (WriteBatch batch = new WriteBatch()) {
                put(batch, Family.META, FORMAT_KEY, new byte[] {FORMAT});
                put(
                        batch,
                        Family.META,
                        IDENTITY_KEY,
                        newIdentity.toString().getBytes(StandardCharsets.US_ASCII));
                write(batch);
            } catch (RocksDBException e) {
                throw notOpened(e);
            }
        } else if (format.length != 1 || format[0] != FORMAT) {
            throw new EchelonException(
                    ErrorCode.UNAVAILABLE,
                    "The store in %s has format %d and this program knows format %d; use the program that wrote it"
                            .formatted(folder, format.length == 0 ? 0 : format[0], FORMAT));
        }
    }

    /** The identity that was given to this store when it was made. */
    private UUID identity() {
        return uuid(get(Family.META, IDENTITY_KEY));
    }

    /** The same, as a kept state has it. */
    UUID identity(Pinned pinned) {
        return snapshot(pinned, state -> uuid(state.get(Family.META, IDENTITY_KEY)));
    }

    private UUID uuid(byte @Nullable [] identity) {
        if (identity == null) {
            throw new IllegalStateException("The store in " + folder + " has no identity");
        }
        return UUID.fromString(new String(identity, StandardCharsets.US_ASCII));
    }

    /** The identity of a database of this store. */
    UUID idOf(String database) {
        return UUID.nameUUIDFromBytes(
                (identity() + "/" + database).getBytes(StandardCharsets.US_ASCII));
    }

    /** Number of the last group of commits that is durable; 0 when there is none. */
    long lastGroup() {
        return group(get(Family.META, LAST_GROUP_KEY));
    }

    /** The same, as a kept state has it. */
    long lastGroup(Pinned pinned) {
        return snapshot(pinned, state -> group(state.get(Family.META, LAST_GROUP_KEY)));
    }

    /** The greatest number with which a versionstamp of a kept state can begin. */
    long lastStamp(Pinned pinned) {
        return lastGroup(pinned) + standings.ahead();
    }

    private static long group(byte @Nullable [] last) {
        return last == null ? 0 : ByteBuffer.wrap(last).getLong();
    }

    void putLastGroup(WriteBatch batch, long group) throws RocksDBException {
        put(
                batch,
                Family.META,
                LAST_GROUP_KEY,
                ByteBuffer.allocate(Long.BYTES).putLong(group).array());
    }

    void put(WriteBatch batch, Family family, byte[] key, byte[] value) throws RocksDBException {
        batch.put(handle(family), key, value);
        touched(family, key);
    }

    void delete(WriteBatch batch, Family family, byte[] key) throws RocksDBException {
        batch.delete(handle(family), key);
        touched(family, key);
    }

    /** Deletes all keys from one, inclusive, to another, exclusive. */
    void deleteRange(WriteBatch batch, Family family, byte[] from, byte[] to)
            throws RocksDBException {
        batch.deleteRange(handle(family), from, to);
        notes.forEach(TouchedRows::giveUp);
    }

    private void touched(Family family, byte[] key) {
        for (TouchedRows touched : notes) {
            touched.add(family, key);
        }
    }

    /** Tells what batches touch from now on. */
    void noteIn(TouchedRows touched) {
        notes.add(touched);
    }

    void noteInNoLonger(TouchedRows touched) {
        notes.remove(touched);
    }

    /** Makes a batch durable, as far as that is this engine's to do, and readable. */
    void write(WriteBatch batch) throws RocksDBException {
        running().write(writes, batch);
    }

    byte @Nullable [] get(Family family, byte[] key) {
        lock.readLock().lock();
        try {
            return running().get(handle(family), key);
        } catch (RocksDBException e) {
            throw unreadable(e);
        } finally {
            lock.readLock().unlock();
        }
    }

    QueueHeads queueHeads() {
        return queueHeads;
    }

    NearRows nearRows() {
        return nearRows;
    }

    /** For the thread that writes. */
    WrittenSizes writtenSizes() {
        return writtenSizes;
    }

    /** Forgets what was known of rows without looking. */
    void forgetRows() {
        queueHeads.clear();
        nearRows.forget();
        writtenSizes.forget();
    }

    Optional<Row> row(byte[] rowKey) {
        byte[] stored = get(Family.ROWS, rowKey);
        return stored == null ? Optional.empty() : Optional.of(Row.decode(stored));
    }

    /** How much each database holds. */
    Sizes sizes() {
        return sizes;
    }

    /** How the databases stand here. */
    Standings standings() {
        return standings;
    }

    /** How they stood in a kept state. */
    Standings standings(Pinned pinned) {
        return Standings.of(this, unlisted, pinned);
    }

    /**
     * Finds how much the databases hold, by counting where something was written uncounted, and how
     * they stand.
     */
    void learn() {
        sizes = Sizes.of(this);
        standings = Standings.of(this, unlisted);
    }

    /** Size of what a key holds; {@link #ABSENT} when it holds nothing. */
    int valueBytes(Family family, byte[] key) {
        lock.readLock().lock();
        try {
            return running().get(handle(family), key, NOTHING);
        } catch (RocksDBException e) {
            throw unreadable(e);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** What several reads from one state of the database return. */
    <T> T snapshot(SnapshotRead<T> read) {
        lock.readLock().lock();
        try (Snapshot snapshot = new Snapshot(running(), this::handle)) {
            return read.from(snapshot);
        } catch (RocksDBException e) {
            throw unreadable(e);
        } finally {
            lock.readLock().unlock();
        }
    }

    /**
     * Keeps the present state of the database to be read later, until {@link #unpin} or until the
     * database is closed or opened anew.
     */
    Pinned pin() {
        lock.readLock().lock();
        try {
            Pinned pinned = new Pinned(new Snapshot(running(), this::handle));
            pins.add(pinned);
            return pinned;
        } finally {
            lock.readLock().unlock();
        }
    }

    void unpin(Pinned pinned) {
        lock.readLock().lock();
        try {
            if (pins.remove(pinned)) {
                pinned.snapshot().close();
            }
        } finally {
            lock.readLock().unlock();
        }
    }

    /** What reads from a pinned state return. */
    <T> T snapshot(Pinned pinned, SnapshotRead<T> read) {
        lock.readLock().lock();
        try {
            if (!pins.contains(pinned)) {
                throw new EchelonException(
                        ErrorCode.UNAVAILABLE, "The store was opened anew meanwhile; begin again");
            }
            return read.from(pinned.snapshot());
        } catch (RocksDBException e) {
            throw unreadable(e);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** A state of the database that is kept. */
    static final class Pinned {
        private final Snapshot snapshot;

        private Pinned(Snapshot snapshot) {
            this.snapshot = snapshot;
        }

        private Snapshot snapshot() {
            return snapshot;
        }
    }

    /** Reads that belong together. */
    interface SnapshotRead<T> {
        T from(Snapshot snapshot) throws RocksDBException;
    }

    /** Closes and opens RocksDB, after a write failed; rows that were durable are there again. */
    void reopen() {
        lock.writeLock().lock();
        try {
            stop();
            start();
            learn();
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** What is asked of the open database itself. */
    <T> T inspect(Inspection<T> question) {
        lock.readLock().lock();
        try {
            return question.answer(running(), this::handle);
        } catch (RocksDBException e) {
            throw unreadable(e);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** A question about RocksDB's own affairs. */
    interface Inspection<T> {
        T answer(RocksDB database, Function<Family, ColumnFamilyHandle> handles)
                throws RocksDBException;
    }

    /** Puts everything that was written on the disk. */
    void flush() throws RocksDBException {
        try (FlushOptions flush = new FlushOptions().setWaitForFlush(true)) {
            running().flush(flush, List.copyOf(handles.values()));
        }
    }

    /** Writes the database into a new folder, sharing with it files that never change. */
    void checkpoint(Path target) {
        try (Checkpoint checkpoint = Checkpoint.create(running())) {
            checkpoint.createCheckpoint(target.toString());
        } catch (RocksDBException e) {
            throw unreadable(e);
        }
    }

    /** Closes the database and opens a copy of a checkpoint in its place. */
    void replaceWith(Path checkpoint) {
        Path making = folder.resolveSibling(folder.getFileName() + ".making");
        lock.writeLock().lock();
        try {
            CarryOver.copy(checkpoint, making);
            stop();
            CarryOver.delete(folder);
            Files.move(making, folder, StandardCopyOption.ATOMIC_MOVE);
            start();
            learn();
        } catch (IOException e) {
            throw new EchelonException(
                    ErrorCode.UNAVAILABLE,
                    "The store in %s could not take over a snapshot".formatted(folder),
                    e);
        } finally {
            lock.writeLock().unlock();
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            stop();
            writes.close();
            options.close();
            familyOptions.close();
            bloom.close();
            cache.close();
        } finally {
            lock.writeLock().unlock();
        }
    }

    static boolean noSpace(RocksDBException e) {
        Status status = e.getStatus();
        return (status != null && status.getSubCode() == Status.SubCode.NoSpace)
                || String.valueOf(e.getMessage()).contains("No space left");
    }

    private void stop() {
        pins.forEach(pinned -> pinned.snapshot().close());
        pins.clear();
        handles.values().forEach(ColumnFamilyHandle::close);
        handles.clear();
        RocksDB open = database;
        database = null;
        if (open != null) {
            open.close();
        }
    }

    private RocksDB running() {
        RocksDB open = database;
        if (open == null) {
            throw new EchelonException(
                    ErrorCode.UNAVAILABLE, "The store in %s is closed".formatted(folder));
        }
        return open;
    }

    private ColumnFamilyHandle handle(Family family) {
        ColumnFamilyHandle handle = handles.get(family);
        if (handle == null) {
            throw new IllegalStateException("Column family " + family + " is not open");
        }
        return handle;
    }

    private EchelonException unreadable(RocksDBException e) {
        LOG.log(System.Logger.Level.ERROR, "The store in " + folder + " cannot be read", e);
        return new EchelonException(
                ErrorCode.UNAVAILABLE,
                "The store could not read its files; the log has the cause",
                e);
    }
}

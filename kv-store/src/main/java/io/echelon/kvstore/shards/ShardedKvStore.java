package io.echelon.kvstore.shards;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.BlobHash;
import io.echelon.kvstore.DatabasePlace;
import io.echelon.kvstore.DatabaseSize;
import io.echelon.kvstore.HeldStore;
import io.echelon.kvstore.KvChecks;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvStore;
import io.echelon.kvstore.StoreBackup;
import io.echelon.kvstore.StoreDigest;
import io.echelon.kvstore.StoreMark;
import io.echelon.kvstore.StoreStatus;
import io.echelon.kvstore.ratis.Entrance;
import io.echelon.kvstore.ratis.Member;
import io.echelon.kvstore.ratis.RatisKvStore;
import io.echelon.kvstore.ratis.RatisOptions;
import io.echelon.kvstore.ratis.Replicated;
import io.echelon.kvstore.ratis.Shard;
import io.echelon.kvstore.rocksdb.PinnedBackup;
import io.echelon.tenants.DatabaseRef;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * Replicas of all shards of a store. The first shard is what a store of one shard is, with the same
 * files and members: a store becomes one of several by opening all its replicas as this.
 *
 * <p>A database lies in the first shard until it is moved; new ones of tenants are moved by
 * themselves while they are small ({@link Balance}). Commits of one database are strictly
 * serializable, as always, and its versionstamps grow across moves; those of databases in different
 * shards cannot be compared.
 *
 * <p>Lifecycle, failure and thread safety are those of {@link KvStore}. A change of a database that
 * is being moved waits for up to {@link Shards#PATIENCE}, and fails with UNAVAILABLE, not done,
 * after that.
 */
public final class ShardedKvStore implements HeldStore, Replicated {
    /** Most shards of a store. */
    public static final int SHARDS_MAX = 64;

    private static final String FOLDER = "shard-";
    private static final int WHOLE_ATTEMPTS = 100;

    private final Shards shards;
    private final PlacementTable table;
    private final Moves moves;
    private final ExecutorService answers;

    private ShardedKvStore(List<RatisKvStore> each, ExecutorService answers) {
        this.answers = answers;
        this.shards = new Shards(each, answers);
        this.table = new PlacementTable(each.getFirst());
        this.moves = new Moves(shards, table);
    }

    /**
     * Opens the replicas, or makes them.
     *
     * @param options of the first shard's; the others keep their files below its folder
     * @param count how many shards there are, 2 to {@link #SHARDS_MAX}; the same for all members,
     *     and never less than before
     */
    public static ShardedKvStore open(RatisOptions options, int count) {
        requireAll(options.state().folder(), count);
        Entrance entrance = new Entrance();
        List<RatisKvStore> each = new ArrayList<>();
        try {
            for (int number = 0; number < count; number++) {
                Shard shard = new Shard(number, options.group(), entrance);
                Path folder = options.state().folder();
                each.add(
                        RatisKvStore.open(
                                options.withShard(
                                        options.state()
                                                .withFolder(
                                                        number == 0
                                                                ? folder
                                                                : folder.resolve(FOLDER + number)),
                                        shard)));
            }
        } catch (RuntimeException e) {
            each.forEach(RatisKvStore::close);
            throw e;
        }
        ShardedKvStore store =
                new ShardedKvStore(
                        each,
                        Executors.newThreadPerTaskExecutor(
                                Thread.ofVirtual().name("kv-store-shards-", 0).factory()));
        store.moves.start();
        return store;
    }

    /**
     * Refuses to open a store with fewer shards than it has files of.
     *
     * @param folder of the first shard
     * @throws EchelonException INVALID_CONFIGURATION
     */
    public static void requireAll(Path folder, int count) {
        if (count < 1 || count > SHARDS_MAX) {
            throw new EchelonException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "A store has %d shards; from 1 to %d are possible"
                            .formatted(count, SHARDS_MAX));
        }
        for (int number = count; number < SHARDS_MAX; number++) {
            if (Files.exists(folder.resolve(FOLDER + number))) {
                throw new EchelonException(
                        ErrorCode.INVALID_CONFIGURATION,
                        "The store in %s has a shard %d and is to have %d shards; it can have more than before, but not fewer"
                                .formatted(folder, number, count));
            }
        }
    }

    @Override
    public KvDatabase database(String name) {
        return new ShardedDatabase(KvChecks.databaseName(name), shards);
    }

    /** All that a tenant cannot name lies in the first shard. */
    private static boolean isMovable(String database) {
        return DatabaseRef.ofStoreName(database).isPresent();
    }

    @Override
    public CompletableFuture<Void> move(String database, int shard) {
        if (!isMovable(database)) {
            return refused(
                    "Only databases of tenants can be moved, and \"%s\" is none"
                            .formatted(database));
        }
        if (shard < 0 || shard >= shards.each().size()) {
            return refused(
                    "There is no shard %d; the store has %d, the first of which is 0"
                            .formatted(shard, shards.each().size()));
        }
        return table.of(database).thenCompose(row -> want(row, shard));
    }

    private CompletableFuture<Void> want(PlacementTable.Entry row, int shard) {
        Placement now = row.placement();
        if (now.to() == null ? now.shard() == shard : now.to() == shard) {
            return CompletableFuture.completedFuture(null);
        }
        if (!now.isAtRest()) {
            return CompletableFuture.failedFuture(
                    new EchelonException(
                            ErrorCode.CONFLICT,
                            "The database \"%s\" is being moved already; wait until it has come"
                                    .formatted(row.database())));
        }
        return table.change(row, now.movingTo(shard))
                .thenAccept(
                        done -> {
                            if (!done) {
                                throw new EchelonException(
                                        ErrorCode.CONFLICT,
                                        "The database \"%s\" was moved by somebody else meanwhile; try again"
                                                .formatted(row.database()));
                            }
                        });
    }

    private static CompletableFuture<Void> refused(String why) {
        return CompletableFuture.failedFuture(
                new EchelonException(ErrorCode.INVALID_ARGUMENT, why));
    }

    @Override
    public CompletableFuture<List<DatabasePlace>> places() {
        return table.all()
                .thenApply(
                        rows ->
                                rows.values().stream()
                                        .map(
                                                row ->
                                                        new DatabasePlace(
                                                                row.database(),
                                                                row.placement().shard(),
                                                                row.placement().to()))
                                        .toList());
    }

    @Override
    public CompletableFuture<List<String>> queues() {
        List<CompletableFuture<List<String>>> each =
                shards.each().stream().map(KvStore::queues).toList();
        return all(each)
                .thenApply(
                        all -> {
                            Set<String> names = new TreeSet<>();
                            all.forEach(names::addAll);
                            return List.copyOf(names);
                        });
    }

    private static <T> CompletableFuture<List<T>> all(List<CompletableFuture<T>> each) {
        return CompletableFuture.allOf(each.toArray(CompletableFuture[]::new))
                .thenApply(_ -> each.stream().map(CompletableFuture::join).toList());
    }

    @Override
    public CompletableFuture<StoreBackup> backup() {
        return backup(WHOLE_ATTEMPTS);
    }

    private CompletableFuture<StoreBackup> backup(int attempts) {
        List<CompletableFuture<PinnedBackup>> each =
                shards.each().stream().map(RatisKvStore::pinnedBackup).toList();
        return all(each)
                .whenComplete(
                        (_, failure) -> {
                            if (failure != null) {
                                each.forEach(ShardedKvStore::close);
                            }
                        })
                .thenApply(ShardedBackup::new)
                .thenCompose(
                        backup -> {
                            if (backup.isWhole()) {
                                return CompletableFuture.completedFuture(backup);
                            }
                            backup.close();
                            return attempts > 1
                                    ? shards.inAMoment().thenCompose(_ -> backup(attempts - 1))
                                    : CompletableFuture.failedFuture(
                                            new EchelonException(
                                                    ErrorCode.UNAVAILABLE,
                                                    "A database is on its way from one shard to another; try again in a moment"));
                        });
    }

    private static void close(CompletableFuture<PinnedBackup> backup) {
        var _ = backup.thenAccept(PinnedBackup::close);
    }

    @Override
    public CompletableFuture<StoreMark> mark() {
        return all(shards.each().stream().map(RatisKvStore::mark).toList())
                .thenApply(
                        marks ->
                                new StoreMark(
                                        marks.stream()
                                                .map(mark -> mark.ofShards().getFirst())
                                                .toList()));
    }

    @Override
    public CompletableFuture<StoreDigest> digest(StoreMark mark) {
        if (mark.ofShards().size() != shards.each().size()) {
            return CompletableFuture.failedFuture(
                    new EchelonException(
                            ErrorCode.INVALID_ARGUMENT,
                            "The mark %s is one of %d shards; this replica has %d"
                                    .formatted(
                                            mark, mark.ofShards().size(), shards.each().size())));
        }
        List<CompletableFuture<StoreDigest>> each = new ArrayList<>();
        for (int i = 0; i < shards.each().size(); i++) {
            StoreMark ofShard = new StoreMark(List.of(mark.ofShards().get(i)));
            each.add(shards.each().get(i).digest(ofShard));
        }
        return all(each).thenApply(ShardedKvStore::join);
    }

    private static StoreDigest join(List<StoreDigest> each) {
        MessageDigest all = BlobHash.digest();
        each.forEach(digest -> all.update(digest.sha256().getBytes(StandardCharsets.US_ASCII)));
        return new StoreDigest(
                each.stream().mapToLong(StoreDigest::entries).sum(),
                each.stream().mapToLong(StoreDigest::messages).sum(),
                each.stream().mapToLong(StoreDigest::bytes).sum(),
                HexFormat.of().formatHex(all.digest()));
    }

    /** That of the first shard; {@link #shards} has all. */
    @Override
    public StoreStatus status() {
        return shards.first().status();
    }

    @Override
    public List<StoreStatus> shards() {
        return shards.each().stream().map(RatisKvStore::status).toList();
    }

    @Override
    public List<DatabaseSize> sizes() {
        return sizes(RatisKvStore::sizes);
    }

    @Override
    public List<DatabaseSize> sizes(String beginning) {
        return sizes(shard -> shard.sizes(beginning));
    }

    private List<DatabaseSize> sizes(Function<RatisKvStore, List<DatabaseSize>> of) {
        List<DatabaseSize> all = new ArrayList<>();
        for (RatisKvStore shard : shards.each()) {
            of.apply(shard).stream()
                    .filter(size -> shard.standing(size.name()).isReadable())
                    .forEach(all::add);
        }
        all.sort(Comparator.comparing(DatabaseSize::name));
        return all;
    }

    /** A database that is being copied from one shard to another counts in both. */
    @Override
    public long bytes(String beginning) {
        return shards.each().stream().mapToLong(shard -> shard.bytes(beginning)).sum();
    }

    @Override
    public long growthAtMost(String database, AtomicWrite write) {
        return shards.first().growthAtMost(database, write);
    }

    @Override
    public CompletableFuture<Long> growth(String database, AtomicWrite write) {
        RatisKvStore shard = shards.readable(database);
        return (shard == null ? shards.first() : shard).growth(database, write);
    }

    @Override
    public CompletableFuture<Set<Integer>> replace(String lost, Member member) {
        List<CompletableFuture<Integer>> led = new ArrayList<>();
        for (int i = 0; i < shards.each().size(); i++) {
            int number = i;
            RatisKvStore shard = shards.each().get(i);
            if (shard.leads()) {
                led.add(shard.replace(lost, member).thenApply(_ -> number));
            }
        }
        return led.isEmpty()
                ? CompletableFuture.failedFuture(
                        new EchelonException(
                                ErrorCode.CONFLICT, "This replica leads no shard of the store"))
                : all(led).thenApply(Set::copyOf);
    }

    @Override
    public CompletableFuture<Void> ended() {
        return CompletableFuture.anyOf(
                        shards.each().stream()
                                .map(RatisKvStore::ended)
                                .toArray(CompletableFuture[]::new))
                .thenApply(_ -> null);
    }

    /** The replicas, by their shards' numbers. */
    public List<RatisKvStore> replicas() {
        return shards.each();
    }

    @Override
    public void close() {
        moves.close();
        shards.each().reversed().forEach(RatisKvStore::close);
        answers.shutdown();
    }
}

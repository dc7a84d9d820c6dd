package io.echelon.kvstore.ratis;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.DatabaseSize;
import io.echelon.kvstore.HeldStore;
import io.echelon.kvstore.KvChecks;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvSnapshot;
import io.echelon.kvstore.KvStore;
import io.echelon.kvstore.StoreBackup;
import io.echelon.kvstore.StoreDigest;
import io.echelon.kvstore.StoreMark;
import io.echelon.kvstore.StoreStatus;
import io.echelon.kvstore.rocksdb.Command;
import io.echelon.kvstore.rocksdb.Decision;
import io.echelon.kvstore.rocksdb.Marks;
import io.echelon.kvstore.rocksdb.MovedRows;
import io.echelon.kvstore.rocksdb.PinnedBackup;
import io.echelon.kvstore.rocksdb.RocksState;
import io.echelon.kvstore.rocksdb.Standing;
import io.echelon.kvstore.rocksdb.TouchedRows;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One replica of a store: a commit is acknowledged when a majority of the replicas has it on the
 * disk. Every replica takes commits and strong reads and sees to it that the leader has its say.
 *
 * <p>Lifecycle, failure and thread safety are those of {@link KvStore}. One process at a time has a
 * folder; a second {@link #open} fails with CONFLICT. While no majority is reachable, commits and
 * strong reads wait and then fail with UNAVAILABLE; eventual reads and watches go on.
 */
public final class RatisKvStore implements HeldStore, Replicated {
    private final RocksState state;
    private final Replica replica;
    private final Gateway gateway;
    private final StrongReads strongReads;
    private final Joining joining;
    private final Preference preference;
    private final Clock clock;
    private final ExecutorService readers;
    private final ExecutorService answers;
    private final ScheduledExecutorService keeper;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private RatisKvStore(
            RatisOptions options, RocksState state, Replica replica, ExecutorService answers) {
        this.state = state;
        this.replica = replica;
        this.answers = answers;
        this.clock = options.state().clock();
        this.readers =
                Executors.newFixedThreadPool(
                        Math.max(2, Runtime.getRuntime().availableProcessors()),
                        daemons("kv-store-reader-"));
        this.keeper = Executors.newSingleThreadScheduledExecutor(daemons("kv-store-keeper-"));
        this.gateway = new Gateway(replica, answers);
        this.strongReads = new StrongReads(replica, options.isAlone());
        this.joining = new Joining(replica, options);
        this.preference = new Preference(replica, options.preferredLeader());
    }

    /**
     * Opens a replica, or makes it; a store that {@code RocksKvStore} has written is carried over.
     */
    public static RatisKvStore open(RatisOptions options) {
        ExecutorService answers =
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("kv-store-answer-", 0).factory());
        RocksState state =
                RocksState.open(options.state(), options.group(), options.unlisted(), answers);
        try {
            if (!options.isAlone()
                    && options.origin() != RatisOptions.Origin.SAME_COPY
                    && ReplicatedState.isCarriedOver(state)) {
                throw new EchelonException(
                        ErrorCode.CONFLICT,
                        "The store in %s was written by a single node; open it alone once, and then add replicas, or give every replica a copy of it"
                                .formatted(options.state().folder()));
            }
            AtomicReference<@Nullable Replica> made = new AtomicReference<>();
            ReplicatedState replicated =
                    new ReplicatedState(
                            state,
                            options.state().clock(),
                            options.snapshotEveryBytes(),
                            () -> {
                                Replica replica = made.get();
                                if (replica != null) {
                                    replica.snapshot();
                                }
                            });
            Replica replica = Replica.start(options, replicated);
            made.set(replica);
            RatisKvStore store = new RatisKvStore(options, state, replica, answers);
            store.start(options);
            return store;
        } catch (RuntimeException e) {
            state.close();
            answers.shutdown();
            throw e;
        }
    }

    private void start(RatisOptions options) {
        gateway.start();
        strongReads.start();
        replica.answerOthers(strongReads, answers);
        long everyMs = options.state().sweepEvery().toMillis();
        var _ = keeper.scheduleWithFixedDelay(this::keep, everyMs, everyMs, TimeUnit.MILLISECONDS);
    }

    /**
     * What is done every second: sees whether the replica still runs, keeps connections to all
     * members, has itself taken in as a listener if it is to be one, and, on the leader, has
     * expired values removed, or puts an empty entry into the log while a member lags, which
     * otherwise may wait for the next commit (RATIS-2523).
     */
    private void keep() {
        try {
            if (!replica.isAlive()) {
                ended.complete(null);
                return;
            }
            replica.reachAll();
            joining.keep();
            if (!replica.leads()) {
                return;
            }
            if (state.hasExpired(clock.millis())) {
                gateway.sweep();
            } else if (replica.hasLaggard()) {
                gateway.tick();
            } else {
                preference.keep();
            }
        } catch (EchelonException e) {
            System.getLogger(RatisKvStore.class.getName())
                    .log(System.Logger.Level.WARNING, "The store was not swept", e);
        }
    }

    @Override
    public KvDatabase database(String name) {
        return new RatisKvDatabase(
                KvChecks.databaseName(name), state, gateway, strongReads, readers);
    }

    @Override
    public CompletableFuture<List<String>> queues() {
        return CompletableFuture.supplyAsync(state::queues, readers);
    }

    @Override
    public CompletableFuture<StoreBackup> backup() {
        return pinnedBackup().thenApply(Function.identity());
    }

    /** The same, which tells what of it lay in this store's group. */
    public CompletableFuture<PinnedBackup> pinnedBackup() {
        return strongReads.ready().thenApplyAsync(_ -> state.backup(clock.instant()), readers);
    }

    /** Keeps the present state of a database, with all that was committed before the call. */
    public CompletableFuture<KvSnapshot> snapshot(String database) {
        return strongReads.ready().thenApply(_ -> state.snapshot(database, readers));
    }

    @Override
    public CompletableFuture<StoreMark> mark() {
        return Marks.make(this);
    }

    @Override
    public CompletableFuture<StoreDigest> digest(StoreMark mark) {
        return state.digest(mark, readers);
    }

    @Override
    public StoreStatus status() {
        return replica.status(state.files());
    }

    @Override
    public List<DatabaseSize> sizes() {
        return state.sizes();
    }

    @Override
    public List<DatabaseSize> sizes(String beginning) {
        return state.sizes(beginning);
    }

    @Override
    public long bytes(String beginning) {
        return state.bytes(beginning);
    }

    @Override
    public long growthAtMost(String database, AtomicWrite write) {
        return RocksState.growthAtMost(database, write);
    }

    @Override
    public CompletableFuture<Long> growth(String database, AtomicWrite write) {
        try {
            return CompletableFuture.supplyAsync(() -> state.growth(database, write), readers);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(
                    new EchelonException(ErrorCode.UNAVAILABLE, "The store is closed", e));
        }
    }

    /** How a database stands in this store's group, as far as is applied here. */
    public Standing standing(String database) {
        return state.standing(database);
    }

    /** Whether this replica leads. */
    public boolean leads() {
        return replica.leads();
    }

    /**
     * Takes a step of a database's move from one group to another.
     *
     * @return how the database stands then; fails with CONFLICT when the step cannot be taken
     */
    public CompletableFuture<Decision.Stands> step(Command.Step step) {
        return gateway.submit(step)
                .thenApply(
                        decision -> {
                            if (decision instanceof Decision.Stands stands) {
                                return stands;
                            }
                            throw new IllegalStateException("An unexpected decision: " + decision);
                        });
    }

    /**
     * What a database holds in this store's group, after all steps that were taken.
     *
     * @param before the state of it that was copied before, or null
     */
    public CompletableFuture<MovedRows> moved(String database, @Nullable MovedRows before) {
        TouchedRows since = state.touched(database);
        return strongReads
                .ready()
                .thenApplyAsync(_ -> state.moved(database, since, before), readers)
                .whenComplete(
                        (_, failure) -> {
                            if (failure != null) {
                                since.close();
                            }
                        });
    }

    /**
     * Name of the replica that leads as far as is known here, this one too; null while none does.
     */
    public @Nullable String leader() {
        return replica.leader();
    }

    @Override
    public CompletableFuture<Set<Integer>> replace(String lost, Member member) {
        return replaceHere(lost, member).thenApply(_ -> Set.of(0));
    }

    private CompletableFuture<Void> replaceHere(String lost, Member member) {
        List<Set<String>> quorums = replica.quorums();
        if (replica.leads() && quorums.size() == 1) {
            Set<String> voters = quorums.getFirst();
            if (!voters.contains(lost) && voters.contains(member.id())) {
                return CompletableFuture.completedFuture(null);
            }
            if (!voters.contains(lost) || lost.equals(replica.self())) {
                return CompletableFuture.failedFuture(
                        new EchelonException(
                                ErrorCode.CONFLICT,
                                "The replica %s cannot be replaced; the others of %s can"
                                        .formatted(lost, voters)));
            }
        }
        return change(lost, member, RatisOptions.Part.VOTER);
    }

    /**
     * Takes another replica in while the others serve. It is opened first, with the members as they
     * will be and the same part.
     *
     * @return completes when the new replica has caught up; fails with CONFLICT when this replica
     *     does not lead
     */
    public CompletableFuture<Void> add(Member member, RatisOptions.Part part) {
        return change(null, member, part);
    }

    /**
     * Has the group go on without a replica, which may be closed then and must not come back.
     *
     * @return completes when the group has agreed; fails with CONFLICT when this replica does not
     *     lead
     */
    public CompletableFuture<Void> remove(String member) {
        return change(member, null, RatisOptions.Part.VOTER);
    }

    private CompletableFuture<Void> change(
            @Nullable String gone, @Nullable Member joining, RatisOptions.Part part) {
        if (!replica.leads()) {
            return CompletableFuture.failedFuture(
                    new EchelonException(
                            ErrorCode.CONFLICT,
                            "The replica %s does not lead; ask %s"
                                    .formatted(replica.self(), replica.leader())));
        }
        return replica.change(gone, joining, part);
    }

    @Override
    public CompletableFuture<Void> ended() {
        return ended.copy();
    }

    /** A number that is the same for two replicas that have applied the same commits. */
    public long checksum() {
        return state.checksum();
    }

    /** Has this replica replace its log by a snapshot, soon. */
    public void snapshot() {
        replica.snapshot();
    }

    /** What lies beneath. */
    Replica replica() {
        return replica;
    }

    @Override
    public void close() {
        keeper.shutdownNow();
        replica.handOver();
        gateway.close();
        strongReads.close();
        replica.close();
        readers.shutdown();
        answers.shutdown();
        state.close();
    }

    private static ThreadFactory daemons(String prefix) {
        return Thread.ofPlatform().daemon().name(prefix, 0).factory();
    }
}

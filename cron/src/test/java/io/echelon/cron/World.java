package io.echelon.cron;

import io.echelon.cron.CronRunner.End;
import io.echelon.cron.CronRunner.Verdict;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.CommitResult;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvSelector;
import io.echelon.kvstore.rocksdb.RocksKvStore;
import io.echelon.kvstore.rocksdb.RocksOptions;
import io.echelon.tenants.AppName;
import io.echelon.tenants.CronOverlap;
import io.echelon.tenants.CronSpec;
import io.echelon.tenants.MissedFires;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Nodes with clocks of their own over one real store, in a time that passes only when a test says
 * so. What is due is done on real threads, all nodes at once.
 */
final class World implements AutoCloseable {
    static final Instant START = Instant.parse("2026-11-21T12:00:00Z");
    static final TenantName TENANT = new TenantName("default");
    static final AppName APP = new AppName("app");
    static final RevisionId REVISION = new RevisionId(TENANT, APP, 1);

    /** A call of a handler. */
    record Called(String node, String cron, Instant scheduledTime, int attempt, Instant at) {}

    private record Open(
            Instant end,
            CompletableFuture<End> future,
            Function<Called, End> outcome,
            Called called) {
        void finish() {
            future.complete(outcome.apply(called));
        }
    }

    private final RocksKvStore store;
    private final AtomicInteger busy = new AtomicInteger();
    private final List<Node> nodes = new ArrayList<>();
    final Queue<Called> calls = new ConcurrentLinkedQueue<>();
    final AtomicInteger canceled = new AtomicInteger();
    private volatile Instant now = START;

    /** How long handlers take. */
    volatile Duration takes = Duration.ZERO;

    /** How handlers end. */
    volatile Function<Called, End> ending = called -> ok();

    World(Path folder) {
        store = RocksKvStore.open(RocksOptions.of(folder));
    }

    static End ok() {
        return new End("ok", Verdict.SUCCEEDED, null);
    }

    static End thrown() {
        return new End("exception", Verdict.FAILED, "it threw");
    }

    KvDatabase database() {
        return store.database(SystemRows.DATABASE);
    }

    /** The order as a node sees it that knows those ids and nothing more. */
    static FirstChoice firstChoice(String node, List<String> ids) {
        return new FirstChoice(
                node, ids.stream().map(id -> new FiringNode(id, Instant.EPOCH)).toList());
    }

    CronAdministration administration() {
        return new CronAdministration(database());
    }

    Instant now() {
        return now;
    }

    /** Holds back commits until there are so many of them. */
    static final class Gate {
        private final AtomicInteger missing;
        private final CompletableFuture<Void> open = new CompletableFuture<>();

        Gate(int commits) {
            missing = new AtomicInteger(commits);
        }

        boolean isOpen() {
            return open.isDone();
        }

        private CompletableFuture<Void> pass() {
            if (missing.decrementAndGet() == 0) {
                open.complete(null);
            }
            return open;
        }
    }

    /** A node whose clock is wrong by some time. */
    final class Node implements CronTime, CronRunner, CronObserver {
        private final String id;
        private final Duration skew;
        private final Queue<Open> open = new ConcurrentLinkedQueue<>();
        private final CronScheduler scheduler;
        private final AtomicInteger requests = new AtomicInteger();

        /** How many commits it asked for. */
        final AtomicInteger commits = new AtomicInteger();

        /** What its commits wait at. */
        volatile @Nullable Gate gate;

        /** What happens once, after the next list of rows and before its reader has it. */
        final AtomicReference<@Nullable Runnable> listed = new AtomicReference<>();

        final Queue<Duration> lateness = new ConcurrentLinkedQueue<>();
        private boolean stopped;

        Node(String id, Duration skew, List<String> all) {
            this.id = id;
            this.skew = skew;
            this.scheduler =
                    new CronScheduler(
                            id, all, new CronStore(watched()), this, this, this, World.this::work);
        }

        private KvDatabase watched() {
            KvDatabase real = database();
            return (KvDatabase)
                    Proxy.newProxyInstance(
                            KvDatabase.class.getClassLoader(),
                            new Class<?>[] {KvDatabase.class},
                            (_, method, arguments) ->
                                    switch (method.getName()) {
                                        case "commit" -> commit(real, (AtomicWrite) arguments[0]);
                                        case "listAll" -> list(real, (KvSelector) arguments[0]);
                                        default -> method.invoke(real, arguments);
                                    });
        }

        private CompletableFuture<CommitResult> commit(KvDatabase real, AtomicWrite write) {
            commits.incrementAndGet();
            Gate before = gate;
            return before == null
                    ? real.commit(write)
                    : before.pass().thenCompose(nothing -> real.commit(write));
        }

        private CompletableFuture<List<KvEntry>> list(KvDatabase real, KvSelector selector) {
            CompletableFuture<List<KvEntry>> rows =
                    CompletableFuture.completedFuture(real.listAll(selector).join());
            Runnable then = listed.getAndSet(null);
            if (then != null) {
                then.run();
            }
            return rows;
        }

        /** Ends all handlers that run, and waits until that is written down. */
        void endAll() {
            for (Open call = open.poll(); call != null; call = open.poll()) {
                call.finish();
            }
            while (scheduler.running() > 0) {
                LockSupport.parkNanos(20_000);
            }
        }

        CronScheduler scheduler() {
            return scheduler;
        }

        void plan(Cron... crons) {
            scheduler.plan(TENANT, APP, List.of(crons));
        }

        /** Stands still, as a process does that was stopped or killed. */
        void stop() {
            stopped = true;
        }

        void proceed() {
            stopped = false;
        }

        @Override
        public Instant now() {
            return now.plus(skew);
        }

        @Override
        public long nanos() {
            return Duration.between(START, now).toNanos();
        }

        @Override
        public Running run(Cron cron, Start start) {
            Called called =
                    new Called(id, cron.id().name(), start.scheduledTime(), start.attempt(), now);
            calls.add(called);
            CompletableFuture<End> end = new CompletableFuture<>();
            open.add(new Open(now.plus(takes), end, ending, called));
            return new Running() {
                @Override
                public CompletableFuture<End> end() {
                    return end;
                }

                @Override
                public void cancel() {
                    if (end.complete(new End("canceled", Verdict.FAILED, null))) {
                        canceled.incrementAndGet();
                    }
                }
            };
        }

        @Override
        public String newRequestId() {
            return id + "-" + requests.incrementAndGet();
        }

        @Override
        public void started(Cron cron, Duration late) {
            lateness.add(late);
        }

        @Override
        public void ended(Cron cron, String outcome) {}

        private void tick() {
            if (!stopped) {
                open.removeIf(
                        call -> {
                            boolean over = !call.end().isAfter(now);
                            if (over) {
                                call.finish();
                            }
                            return over;
                        });
                scheduler.tick();
            }
        }
    }

    Node node(String id, Duration skew) {
        return node(id, skew, List.of());
    }

    /**
     * @param all the nodes that it knows of
     */
    Node node(String id, Duration skew, List<String> all) {
        Node node = new Node(id, skew, all);
        nodes.add(node);
        return node;
    }

    Node node(String id) {
        return node(id, Duration.ZERO);
    }

    /** Forgets a node as if it had been killed. */
    void kill(Node node) {
        nodes.remove(node);
    }

    /** Lets time pass in steps. */
    void pass(Duration duration, Duration step) {
        for (Instant end = now.plus(duration); now.isBefore(end); ) {
            step(step);
        }
    }

    void pass(Duration duration) {
        pass(duration, Duration.ofMillis(500));
    }

    /** Lets some time pass at once, and everything happen that is due then. */
    void step(Duration step) {
        now = now.plus(step);
        settle();
    }

    /** Lets everything happen that is due. */
    void settle() {
        for (int quiet = 0; quiet < 3; ) { // what ended may have made more due
            int before = calls.size();
            for (Node node : nodes) {
                work(node::tick);
            }
            while (busy.get() > 0) {
                LockSupport.parkNanos(20_000);
            }
            quiet = calls.size() == before ? quiet + 1 : 0;
        }
    }

    private void work(Runnable task) {
        busy.incrementAndGet();
        Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                task.run();
                            } finally {
                                busy.decrementAndGet();
                            }
                        });
    }

    List<Called> callsOf(String cron) {
        return calls.stream().filter(call -> call.cron().equals(cron)).toList();
    }

    /** Runs of a cron, oldest first. */
    List<CronRun> runs(String cron) {
        return administration().runs(new CronId(TENANT, APP, cron), 1_000, null).runs().reversed();
    }

    /** The outcomes of a cron's runs, oldest first. */
    List<String> outcomes(String cron) {
        return runs(cron).stream().map(CronRun::outcome).toList();
    }

    static Cron cron(CronSpec spec, Instant since) {
        return Cron.of(DeclaredCron.configured(spec), REVISION, since);
    }

    static Cron cron(String name, String schedule) {
        return cron(new CronSpec(name, schedule), START);
    }

    static Cron cron(String schedule, CronOverlap overlap, MissedFires missed) {
        return cron(new CronSpec("tick", schedule, null, overlap, missed, null, null, null), START);
    }

    @Override
    public void close() {
        store.close();
    }
}

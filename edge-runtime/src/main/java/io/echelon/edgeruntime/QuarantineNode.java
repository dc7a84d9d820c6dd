package io.echelon.edgeruntime;

import io.echelon.isolatepool.IsolatePool;
import io.echelon.isolatepool.PoolOptions;
import io.echelon.isolatepool.PoolOptions.EngineRequirement;
import io.echelon.isolatepool.graal.GraalIsolatePool;
import io.echelon.kvstore.KvStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The process that answers what a node has in {@link Quarantine}. It has the engine, the bindings
 * and the quotas that the node has, and the same store; no public ports, no crons, no queues and no
 * row among the platform's nodes. It only gets what others leave of the processors, from its start
 * on. It loads what it is asked for, and hands what functions log to the node. The kernel ends it
 * before others when the machine has no memory left.
 */
final class QuarantineNode implements NodeProgram {
    private static final Logger LOG = Logger.getLogger(QuarantineNode.class);
    private static final Duration DRAIN = Duration.ofSeconds(30);
    private static final Duration SWEEP = Duration.ofSeconds(10);
    private static final long LOAD_SAMPLE_MILLIS = 100;
    private static final long DATE_MILLIS = 500;
    private static final Path MEMORY_SCORE = Path.of("/proc/self/oom_score_adj");
    private static final String FIRST_TO_GO = "1000";

    private final EdgeConfiguration configuration;
    private final URI node;
    private final Vertx vertx;
    private final MeterRegistry registry;
    private final InternalPort internal;
    private final NodeReadiness readiness;
    private final Clock clock = Clock.systemUTC();
    private final Traffic traffic = new Traffic(clock);
    private final List<Consumer<EdgeConfiguration>> live = new CopyOnWriteArrayList<>();
    private final Deque<Runnable> closing = new ArrayDeque<>();
    private @Nullable UsageLedger usage;

    /**
     * @param node the internal address of the node whose quarantine this is
     */
    QuarantineNode(
            EdgeConfiguration configuration,
            URI node,
            Vertx vertx,
            MeterRegistry registry,
            InternalPort internal,
            NodeReadiness readiness) {
        this.configuration = configuration;
        this.node = node;
        this.vertx = vertx;
        this.registry = registry;
        this.internal = internal;
        this.readiness = readiness;
    }

    @Override
    public void apply(EdgeConfiguration now) {
        live.forEach(each -> each.accept(now));
    }

    @Override
    public Map<String, String> start(int internalPort) throws InterruptedException {
        goFirst();
        ClusterSecret secret = ClusterSecret.read(configuration.clusterSecretFile());
        ClusterAccess cluster = ClusterAccess.of(configuration, clock);
        closing.push(cluster::close);
        TenantGates gates = new TenantGates(EdgeEnvironment.admission(configuration));
        NodeStore store =
                NodeStore.open(configuration, secret, cluster, clock).metered(registry, gates);
        closing.push(store::close);
        UsageLedger ledger = new UsageLedger(store.system(), clock, configuration.nodeId());
        closing.push(ledger::close);
        ledger.start();
        usage = ledger;
        StoreReach reach = new StoreReach(store.system());
        closing.push(reach::close);
        reach.register(registry);
        readiness.tell(reach);
        reach.start();
        KvStore databases = store.forCallers(reach);
        IsolatePool pool =
                GraalIsolatePool.create(
                        PoolOptions.forThisMachine(
                                configuration.allowInterpreter()
                                        ? EngineRequirement.ANY
                                        : EngineRequirement.OPTIMIZING,
                                tenant -> gates.of(tenant).weight()));
        closing.push(pool::close);
        LogStore logs = openLogs(secret);
        DatabaseRegister register = new DatabaseRegister(store.system(), gates);
        QuotaWatch quotas = new QuotaWatch(store.system(), gates, register, clock);
        closing.push(quotas::close);
        quotas.start();
        NodeLoad load = new NodeLoad(EdgeEnvironment.admission(configuration), pool);
        every(LOAD_SAMPLE_MILLIS, load::sample);
        every(DATE_MILLIS, traffic::tick);
        live.add(now -> load.set(EdgeEnvironment.admission(now)));
        live.add(now -> gates.set(EdgeEnvironment.admission(now)));
        NodeMetrics.register(registry, pool, traffic);
        Traces traces = Traces.off();
        Outside outside = Outside.open(configuration, vertx, closing::push, live::add);
        NodeCaches caches = NodeCaches.open(configuration, false, List::of, registry, clock);
        BlobSweep blobs =
                new BlobSweep(
                        new SystemReader(store.system()), store.copies(), store.files(), clock);
        closing.push(blobs::close);
        blobs.start();
        RevisionLoader loader =
                new NodeLoader(
                                vertx,
                                pool,
                                store,
                                databases,
                                register,
                                gates,
                                ledger,
                                outside,
                                caches.binding(gates, traces),
                                TenantKeys.open(configuration, store),
                                new NodeLog(logs, traces),
                                traces,
                                clock)
                        .open();
        QuarantinedRevisions revisions =
                new QuarantinedRevisions(
                        new SystemReader(store.system()),
                        loader,
                        pool,
                        new Targets(gates, registry, ledger),
                        System::nanoTime);
        every(SWEEP.toMillis(), revisions::sweep);
        Invocations invocations = new Invocations(databases, store.unbounded(), clock);
        ForwardRoutes.mount(
                internal.router(),
                new ForwardRoutes.Parts(
                        new Admission(
                                pool,
                                load,
                                new InvocationRequests(invocations, clock, traces, _ -> {}),
                                null),
                        revisions,
                        traffic,
                        traces,
                        () -> !traffic.isDraining() && !reach.isAway(),
                        () -> WarmList.EMPTY,
                        () -> EdgeEnvironment.connections(configuration).body()));
        internal.open();
        Thread.ofPlatform().daemon().name("echelon-warm-up").start(() -> warmUp(pool));
        return Map.of(
                "internal", PublicAddresses.at("http", InternalPort.HOST, internalPort).toString());
    }

    @Override
    public void stop() {
        traffic.drain();
        long end = System.nanoTime() + DRAIN.toNanos();
        while (traffic.underWay() > 0 && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(20_000_000);
        }
        UsageLedger ledger = usage;
        if (ledger != null) {
            quietly(ledger::write);
        }
        while (!closing.isEmpty()) {
            quietly(closing.pop());
        }
    }

    /** Logs that lie here until the node has taken them, and are kept there. */
    private LogStore openLogs(ClusterSecret secret) {
        Path data = configuration.data();
        LogStore logs = new LogStore(data.resolve("logs"), configuration.nodeId(), clock);
        logs.set(EdgeEnvironment.logs(configuration));
        closing.push(logs::close);
        LogShipper shipper =
                LogShipper.begin(
                        logs,
                        new HttpLogSink(
                                node.resolve(QuarantineLog.PATH),
                                HttpLogSink.Form.LINES,
                                Map.of("authorization", "Bearer " + secret.value())),
                        data.resolve("log-shipping.json"),
                        registry);
        closing.push(shipper::close);
        return logs;
    }

    private static void warmUp(IsolatePool pool) {
        try {
            WarmUp.run(pool);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void goFirst() {
        try {
            if (Files.isWritable(MEMORY_SCORE)) {
                Files.writeString(MEMORY_SCORE, FIRST_TO_GO);
            }
        } catch (IOException e) {
            LOG.debug("The kernel is not told that this process may go first", e);
        }
    }

    private void every(long millis, Runnable task) {
        long timer = vertx.setPeriodic(millis, id -> task.run());
        closing.push(() -> vertx.cancelTimer(timer));
    }

    private static void quietly(Runnable end) {
        try {
            end.run();
        } catch (RuntimeException e) {
            LOG.warn("A part of the quarantine did not close well", e);
        }
    }
}

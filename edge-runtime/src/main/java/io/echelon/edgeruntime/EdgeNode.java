package io.echelon.edgeruntime;

import io.echelon.cron.CronScheduler;
import io.echelon.isolatepool.IsolatePool;
import io.echelon.isolatepool.PoolOptions;
import io.echelon.isolatepool.PoolOptions.EngineRequirement;
import io.echelon.isolatepool.graal.GraalIsolatePool;
import io.echelon.kvstore.HeldStore;
import io.echelon.kvstore.KvStore;
import io.echelon.tenants.Diagnostics;
import io.echelon.tenants.ProcessLifecycle;
import io.echelon.tenants.StartPhases;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Quarkus;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One edge node: everything it is made of, in the order in which it starts, and back.
 *
 * <p><b>Lifecycle.</b> {@link #start} once, which returns when the node answers; then {@link #stop}
 * once, which lets requests under way end.
 */
final class EdgeNode implements NodeProgram {
    private static final Logger LOG = Logger.getLogger(EdgeNode.class);
    private static final Duration DRAIN = Duration.ofSeconds(30);

    private static final long LOAD_SAMPLE_MILLIS = 100;
    private static final long DATE_MILLIS = 500;
    private static final long CACHE_LOOK_MILLIS = 1_000;
    static final String VERSION = "0.1.0";

    private final EdgeConfiguration configuration;
    private final Vertx vertx;
    private final MeterRegistry registry;
    private final InternalPort internal;
    private final NodeReadiness readiness;
    private final StartPhases phases;
    private final Diagnostics diagnostics;
    private final List<Consumer<EdgeConfiguration>> live = new CopyOnWriteArrayList<>();
    private final Clock clock = Clock.systemUTC();
    private final Traffic traffic = new Traffic(clock);
    private final Deque<Runnable> closing = new ArrayDeque<>();
    private @Nullable UsageLedger usage;
    private @Nullable PublicKv kv;
    private @Nullable QueueDispatcher queues;
    private @Nullable CronScheduler crons;
    private @Nullable PublicPort http;
    private @Nullable PublicPort https;
    private @Nullable NodePresence presence;
    private volatile @Nullable NodeForwarding forwarding;

    EdgeNode(
            EdgeConfiguration configuration,
            Vertx vertx,
            MeterRegistry registry,
            InternalPort internal,
            NodeReadiness readiness,
            ProcessLifecycle lifecycle) {
        this.configuration = configuration;
        this.vertx = vertx;
        this.registry = registry;
        this.internal = internal;
        this.readiness = readiness;
        this.phases = lifecycle.phases();
        this.diagnostics = lifecycle.diagnostics();
    }

    @Override
    public void apply(EdgeConfiguration now) {
        live.forEach(each -> each.accept(now));
    }

    @Override
    public Map<String, String> start(int internalPort) throws InterruptedException {
        ClusterAccess cluster = ClusterAccess.of(configuration, clock);
        closing.push(cluster::close);
        AdmissionPolicy policy = EdgeEnvironment.admission(configuration);
        TenantGates gates = new TenantGates(policy);
        NodeStore store = openStore(cluster, gates);
        UsageLedger ledger = new UsageLedger(store.system(), clock, configuration.nodeId());
        StoreReach reach = reach(store);
        KvStore databasesOfCallers = store.forCallers(reach);
        HeldStore held = store.held();
        if (held != null) {
            ledger.meter(new StoredUsage(() -> held.status().role(), held::sizes, ledger::of));
        }
        closing.push(ledger::close);
        ledger.start();
        usage = ledger;
        phases.ended("store");
        Traces traces =
                NodeTraces.open(configuration, registry, clock, internal.router(), closing::push);
        IsolatePool pool =
                GraalIsolatePool.create(
                        PoolOptions.forThisMachine(
                                configuration.allowInterpreter()
                                        ? EngineRequirement.ANY
                                        : EngineRequirement.OPTIMIZING,
                                tenant -> gates.of(tenant).weight()));
        closing.push(pool::close);
        LogStore logs =
                new LogStore(configuration.data().resolve("logs"), configuration.nodeId(), clock);
        logs.set(EdgeEnvironment.logs(configuration));
        closing.push(logs::close);
        live.add(now -> logs.set(EdgeEnvironment.logs(now)));
        LogShipper.begin(configuration, logs, registry)
                .ifPresent(shipper -> closing.push(shipper::close));
        LogRoutes.mount(internal.router(), logs);
        NodeCaches caches =
                NodeCaches.open(configuration, cluster.hasJoined(), this::peers, registry, clock);
        caches.mount(internal.router());
        URI forOthers = cluster.open(vertx, internal, store);
        internal.open();
        NodeMetrics.register(registry, pool, traffic);
        NodeSections.add(diagnostics, registry, pool, store.held());
        phases.ended("engine");

        NodeLoad load = new NodeLoad(policy, pool);
        every(LOAD_SAMPLE_MILLIS, load::sample);
        every(DATE_MILLIS, traffic::tick);

        live.add(now -> load.set(EdgeEnvironment.admission(now)));
        live.add(now -> gates.set(EdgeEnvironment.admission(now)));
        DatabaseRegister register = new DatabaseRegister(store.system(), gates);
        QuotaWatch quotas = new QuotaWatch(store.system(), gates, register, clock);
        closing.push(quotas::close);
        quotas.start();

        phases.ended("quotas");
        WarmUp.run(pool);
        phases.ended("warm-up");
        CronScheduler scheduler =
                new CronScheduler(
                        configuration.nodeId(),
                        StoreMembers.of(configuration).map(StoreMembers::nodes).orElseGet(List::of),
                        store.system(),
                        new CronCalls(pool, gates, ledger, clock, traces),
                        new CronMetrics(registry));
        closing.push(scheduler::close);
        crons = scheduler;
        Outside outside = Outside.open(configuration, vertx, closing::push, live::add);
        every(CACHE_LOOK_MILLIS, caches::look);
        TenantKeys keys = TenantKeys.open(configuration, store);
        RevisionLoader loader =
                new NodeLoader(
                                vertx,
                                pool,
                                store,
                                databasesOfCallers,
                                register,
                                gates,
                                ledger,
                                outside,
                                caches.binding(gates, traces),
                                keys,
                                new NodeLog(logs, traces),
                                traces,
                                clock)
                        .open();
        RevisionAgent agent =
                agent(
                        store,
                        loader,
                        pool,
                        new Targets(gates, registry, ledger),
                        new CronPlans(scheduler::plan));
        agent.awaitSynced();
        phases.ended("revisions");
        diagnostics.section("routes", agent::routes);
        BlobSweep sweep =
                new BlobSweep(
                        new SystemReader(store.system()), store.copies(), store.files(), clock);
        closing.push(sweep::close);
        sweep.start();
        if (store.isHere() && configuration.storeMembers().isPresent()) {
            BlobCatchUp blobs = new BlobCatchUp(new SystemReader(store.system()), store.files());
            closing.push(blobs::close);
            blobs.start();
        }
        Invocations invocations = new Invocations(databasesOfCallers, store.unbounded(), clock);
        QueueDispatcher dispatcher =
                new QueueDispatcher(
                        agent,
                        store.unbounded(),
                        new QueueConsumer.Services(
                                pool,
                                load::refusal,
                                traffic,
                                logs,
                                clock,
                                QueueConsumer.LEASE,
                                traces),
                        new InvocationCalls(
                                        pool,
                                        invocations,
                                        new Callbacks(
                                                outside.clients(), outside.destinations(), logs),
                                        clock,
                                        traces)
                                ::begin);
        dispatcher.start();
        closing.push(dispatcher::close);
        queues = dispatcher;

        PublicKv databases =
                new PublicKv(
                        databasesOfCallers,
                        new DatabaseTokens(store.system(), System::nanoTime),
                        gates,
                        ledger::of,
                        clock,
                        configuration.baseDomain());
        closing.push(databases::close);
        kv = databases;
        CustomDomains domains =
                new CustomDomains(
                        new SystemReader(store.system()),
                        keys,
                        new HostNames(configuration.baseDomain()));
        closing.push(domains::close);
        domains.start();
        DomainAnswers answers =
                new DomainAnswers(domains, new AcmeAnswers(AcmeChallenges.of(store.system())));
        Supplier<List<Cidr>> trustedProxies =
                following(now -> Cidr.parseList(now.trustedProxies().orElse("")));
        Supplier<ConnectionLimits> connections = following(EdgeEnvironment::connections);
        SystemReader rows = new SystemReader(store.system());
        Admission admission =
                new Admission(
                        pool,
                        load,
                        new InvocationRequests(invocations, clock, traces, dispatcher::expect),
                        quarantine(pool, logs, internalPort));
        NodeForwarding others =
                new NodeForwarding(
                        configuration,
                        following(EdgeConfiguration::forward)::get,
                        new NodeForwarding.Parts(
                                vertx, registry, cluster, rows, reach, admission, agent, traffic,
                                traces));
        closing.push(others::close);
        forwarding = others;
        PublicHandler.Services services =
                new PublicHandler.Services(
                        agent,
                        answers,
                        databases,
                        admission,
                        others.forwarding(),
                        traffic,
                        traces,
                        reach::isAway,
                        trustedProxies);
        SniCertificates certificates =
                new SniCertificates(cluster.hosts(), configuration.baseDomain(), clock, domains);
        certificates.prepare();
        https =
                PublicPort.open(
                        vertx,
                        services,
                        configuration.bind(),
                        configuration.httpsPort(),
                        certificates,
                        connections);
        answers.httpsPort(https.port());
        http =
                PublicPort.open(
                        vertx,
                        services,
                        configuration.bind(),
                        configuration.httpPort(),
                        null,
                        connections);
        PublicAddresses addresses =
                new PublicAddresses(
                        address("http", http.port()),
                        address("https", https.port()),
                        PublicAddresses.at("http", InternalPort.HOST, internalPort),
                        cluster.hosts().file().toAbsolutePath());
        others.begin(internal.router(), () -> connections.get().body());
        NodePresence known =
                NodePresence.begin(
                        rows,
                        addresses.record(configuration, forOthers, clock.instant()),
                        load::vitals,
                        new NodeDrain.Parts(traffic, databases, scheduler, dispatcher),
                        readiness::follow);
        closing.push(known::close);
        presence = known;
        FiringNodes firing =
                new FiringNodes(rows::nodes, others::isSilent, scheduler::among, clock);
        closing.push(firing::close);
        firing.start();
        scheduler.start();
        phases.ended("ports");
        return addresses.announced();
    }

    @Override
    public void stop() {
        traffic.drain();
        NodePresence known = presence;
        if (known != null) {
            known.leave();
        }
        CronScheduler scheduler = crons;
        if (scheduler != null) {
            scheduler.drain();
        }
        PublicKv databases = kv;
        if (databases != null) {
            databases.drain();
        }
        QueueDispatcher dispatcher = queues;
        if (dispatcher != null) {
            dispatcher.drain();
        }
        traffic.awaitSilence();
        ports().forEach(port -> quietly(port::drain));
        long end = System.nanoTime() + DRAIN.toNanos();
        while (traffic.underWay() + (scheduler == null ? 0 : scheduler.running()) > 0
                && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(20_000_000);
        }
        UsageLedger ledger = usage;
        if (ledger != null) {
            quietly(ledger::write); // now, since the other replicas may be stopping as well
        }
        ports().forEach(port -> quietly(port::close));
        while (!closing.isEmpty()) {
            quietly(closing.pop());
        }
    }

    private static void quietly(Runnable end) {
        try {
            end.run();
        } catch (RuntimeException e) {
            LOG.warn("A part of the node did not close well", e);
        }
    }

    private NodeStore openStore(ClusterAccess cluster, TenantGates gates) {
        ClusterSecret secret = ClusterSecret.read(configuration.clusterSecretFile());
        NodeStore store =
                NodeStore.open(configuration, secret, cluster, clock).metered(registry, gates);
        closing.push(store::close);
        var _ =
                store.ended()
                        .thenRun(
                                () -> {
                                    LOG.error(
                                            "The replica of the store on this node has ended; the node ends, to be started again");
                                    Quarkus.asyncExit(1);
                                });
        StorePorts.mount(internal.router(), store, secret, registry, clock, closing::push);
        return store;
    }

    private Quarantine quarantine(IsolatePool pool, LogStore logs, int internalPort) {
        URI own = PublicAddresses.at("http", InternalPort.HOST, internalPort);
        HttpClient client = NodeForwarding.client(vertx, NodeForwarding.options());
        closing.push(client::close);
        QuarantineLog.mount(internal.router(), logs);
        QuarantineProcess process =
                new QuarantineProcess(
                        QuarantineCommand.idOf(configuration),
                        () -> QuarantineCommand.ofThisProcess(configuration, own).builder(),
                        client,
                        "Bearer " + ClusterSecret.read(configuration.clusterSecretFile()).value());
        Quarantine quarantine =
                new Quarantine(
                        new Quarantine.Parts(
                                configuration::quarantine,
                                pool,
                                (revision, level, what) -> logs.write(revision, level, what, null),
                                process),
                        registry,
                        System::nanoTime);
        closing.push(quarantine::close);
        quarantine.start();
        live.add(_ -> process.reload());
        return quarantine;
    }

    /** The other nodes that this one can ask, once it knows them. */
    private List<Peer> peers() {
        NodeForwarding others = forwarding;
        return others == null ? List.of() : others.peers();
    }

    private StoreReach reach(NodeStore store) {
        StoreReach reach = new StoreReach(store.system());
        closing.push(reach::close);
        reach.register(registry);
        readiness.tell(reach);
        reach.start();
        return reach;
    }

    /** What follows from the configuration, as it is in force. */
    private <T> Supplier<T> following(Function<EdgeConfiguration, T> part) {
        AtomicReference<T> present = new AtomicReference<>(part.apply(configuration));
        live.add(now -> present.set(part.apply(now)));
        return present::get;
    }

    private RevisionAgent agent(
            NodeStore store,
            RevisionLoader loader,
            IsolatePool pool,
            Targets targets,
            CronPlans plans) {
        RevisionAgent agent =
                new RevisionAgent(
                        configuration.nodeId(),
                        new SystemReader(store.system()),
                        loader,
                        pool,
                        new HostNames(configuration.baseDomain()),
                        targets,
                        plans);
        closing.push(agent::close);
        agent.start();
        return agent;
    }

    private void every(long millis, Runnable task) {
        long timer = vertx.setPeriodic(millis, id -> task.run());
        closing.push(() -> vertx.cancelTimer(timer));
    }

    private List<PublicPort> ports() {
        return java.util.stream.Stream.of(http, https)
                .filter(java.util.Objects::nonNull)
                .map(java.util.Objects::requireNonNull)
                .toList();
    }

    private URI address(String scheme, int port) {
        return PublicAddresses.at(scheme, configuration.bind(), configuration.clusterHost(), port);
    }
}

package io.echelon.edgeruntime;

import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvStore;
import io.echelon.kvstore.connect.KvAccess;
import io.echelon.tenants.AppName;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.RouteRecord;
import io.echelon.tenants.TenantName;
import io.echelon.tenants.TraceRecord;
import io.echelon.tenants.TrafficSplit;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.X509KeyManager;

/** A public port on a free address with one app, {@code hello.localhost}, behind it. */
final class PublicFixture implements AutoCloseable {
    static final RevisionId HELLO = new RevisionId(TenantName.DEFAULT, new AppName("hello"), 3);

    final EchoPool pool = new EchoPool();
    final Traffic traffic = new Traffic(Clock.systemUTC());
    volatile boolean storeIsAway;
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final UsageMeter usage = new UsageMeter();
    final List<TraceRecord> traced = new CopyOnWriteArrayList<>();
    final Traces traces =
            new Traces(
                    "node-1",
                    new TraceSampler(new TraceSampler.Settings(0, 100, Duration.ofDays(1))),
                    TraceMetrics.unseen(),
                    traced::add);
    final NodeLoad load;
    final Admission admission;
    final Router router;
    final Forwarding forwarding;
    final PublicPort listener;
    final int port;
    private final Target target;
    final Warmth warmth = new Warmth(0);
    final List<String> notices = new CopyOnWriteArrayList<>();
    final AtomicLong nanoTime = new AtomicLong();
    volatile Peer quarantined;
    final AtomicBoolean quarantineNeeded = new AtomicBoolean();
    final AtomicBoolean quarantineComes = new AtomicBoolean();
    final Quarantine quarantine =
            new Quarantine(
                    new Quarantine.Parts(
                            () -> true,
                            pool,
                            (revision, level, what) -> notices.add(level + " " + what),
                            new Quarantine.Ward() {
                                @Override
                                public Peer peer() {
                                    return quarantined;
                                }

                                @Override
                                public boolean isComing() {
                                    return quarantineComes.get();
                                }

                                @Override
                                public void look(boolean isNeeded) {
                                    quarantineNeeded.set(isNeeded);
                                }

                                @Override
                                public void close() {}
                            }),
                    registry,
                    nanoTime::get);
    volatile List<Peer> peers = List.of();
    final Map<String, String> challenges = new ConcurrentHashMap<>();
    final Map<String, CustomDomain> domains = new ConcurrentHashMap<>();
    private volatile RouteTable table = new RouteTable(Map.of());
    final Vertx vertx = Vertx.vertx();
    private final HttpClient client = HttpClient.newHttpClient();

    PublicFixture() {
        this(AdmissionPolicy.DEFAULT, null, null, List.of());
    }

    PublicFixture(ConnectionLimits limits) {
        this(AdmissionPolicy.DEFAULT, null, null, List.of(), limits, noDatabases());
    }

    PublicFixture(ConnectionLimits limits, X509KeyManager certificates) {
        this(AdmissionPolicy.DEFAULT, null, certificates, List.of(), limits, noDatabases());
    }

    PublicFixture(ConnectionLimits limits, PublicKv databases) {
        this(AdmissionPolicy.DEFAULT, null, null, List.of(), limits, databases);
    }

    PublicFixture(PublicKv databases) {
        this(AdmissionPolicy.DEFAULT, null, null, List.of(), ConnectionLimits.DEFAULT, databases);
    }

    PublicFixture(
            AdmissionPolicy policy,
            AssetSite assets,
            X509KeyManager certificates,
            List<Cidr> trustedProxies) {
        this(policy, assets, certificates, trustedProxies, ConnectionLimits.DEFAULT, noDatabases());
    }

    private PublicFixture(
            AdmissionPolicy policy,
            AssetSite assets,
            X509KeyManager certificates,
            List<Cidr> trustedProxies,
            ConnectionLimits limits,
            PublicKv databases) {
        load = new NodeLoad(policy, pool);
        target = target(HELLO, policy, assets);
        leadTo(target);
        Router router =
                new Router() {
                    @Override
                    public Route find(String host) {
                        return table.find(host);
                    }

                    @Override
                    public CompletionStage<Target> wake(String host) {
                        return CompletableFuture.completedFuture(
                                host.equals("asleep.localhost") ? target : null);
                    }

                    @Override
                    public Asleep asleep(String host) {
                        return host.equals("asleep.localhost") ? new Asleep(HELLO, true) : null;
                    }

                    @Override
                    public Target loaded(RevisionId revision) {
                        return revision.equals(HELLO) ? target : null;
                    }
                };
        admission = new Admission(pool, load, noInvocations(), quarantine);
        this.router = router;
        forwarding =
                new Forwarding(
                        new Forwarding.Parts(() -> true, pool, router, load, () -> peers),
                        registry);
        PublicHandler.Services services =
                new PublicHandler.Services(
                        router,
                        new DomainAnswers(
                                domains::get,
                                new AcmeAnswers(
                                        (host, token) ->
                                                CompletableFuture.completedFuture(
                                                        Optional.ofNullable(
                                                                challenges.get(
                                                                        host + " " + token))))),
                        databases,
                        admission,
                        forwarding,
                        traffic,
                        traces,
                        () -> storeIsAway,
                        () -> trustedProxies);
        listener = PublicPort.open(vertx, services, "127.0.0.1", 0, certificates, () -> limits);
        port = listener.port();
    }

    private Target target(RevisionId revision, AdmissionPolicy policy, AssetSite assets) {
        return new Target(
                revision,
                revision.label(),
                new TenantGate(policy, System.nanoTime()),
                new AppMetrics(registry, revision.tenant(), revision.app()),
                usage,
                assets,
                new PermittedHosts(null),
                List.of(),
                warmth);
    }

    private void leadTo(Route route) {
        table = new RouteTable(Map.of("hello.localhost", route, "127.0.0.1", route));
    }

    /** Divides the app's requests between v3 and those of a split, all of which are warm. */
    void divide(TrafficSplit split) {
        leadTo(
                SplitRoute.of(
                        new RouteRecord(HELLO.tenant(), HELLO.app(), 3, null, Instant.EPOCH, split),
                        target,
                        revision -> target(revision, AdmissionPolicy.DEFAULT, null),
                        table.find("hello.localhost")));
    }

    private static KvStore noStore() {
        return new KvStore() {
            @Override
            public KvDatabase database(String name) {
                throw new EchelonException(ErrorCode.UNAVAILABLE, "There is no store");
            }

            @Override
            public void close() {}
        };
    }

    /** A node that answers nothing later. */
    static InvocationRequests noInvocations() {
        return new InvocationRequests(
                new Invocations(noStore(), noStore(), Clock.systemUTC()),
                Clock.systemUTC(),
                Traces.off(),
                database -> {});
    }

    /** A node whose databases nobody has a token for. */
    static PublicKv noDatabases() {
        return new PublicKv(
                noStore(),
                (token, database) -> CompletableFuture.completedFuture(KvAccess.Grant.NONE),
                new TenantGates(AdmissionPolicy.DEFAULT),
                _ -> new UsageMeter(),
                Clock.systemUTC(),
                "localhost");
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }

    HttpResponse<String> get(String path) throws Exception {
        return client.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> send(HttpRequest request) throws Exception {
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /**
     * Sends a text, with line ends for bars, and reads until the server closes or the text is
     * complete.
     */
    String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(request.replace("|", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return readOne(socket.getInputStream());
        }
    }

    /** One response with a Content-Length, or what came before the end. */
    static String readOne(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        int length = -1;
        int headEnd = -1;
        for (int c = in.read(); c >= 0; c = in.read()) {
            text.append((char) c);
            if (headEnd < 0 && text.toString().endsWith("\r\n\r\n")) {
                headEnd = text.length();
                String head = text.toString().toLowerCase(java.util.Locale.ROOT);
                int at = head.indexOf("content-length: ");
                length =
                        at < 0
                                ? -1
                                : Integer.parseInt(head.substring(at + 16, head.indexOf('\r', at)));
            }
            if (headEnd >= 0 && length >= 0 && text.length() >= headEnd + length) {
                break;
            }
        }
        return text.toString();
    }

    @Override
    public void close() {
        client.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}

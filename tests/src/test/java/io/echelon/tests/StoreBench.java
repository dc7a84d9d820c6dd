package io.echelon.tests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.echelon.tests.Http2Load.Figures;
import io.echelon.tests.Http2Load.Question;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A program that measures the store beside etcd, in turns: three nodes of etcd, the three nodes of
 * a platform through KV Connect, and three replicas asked within one of their processes; then a
 * function that gets and sets. {@code tests/bench/store} runs it. Arguments: a folder that is empty
 * and seconds a measurement; one more, whatever it is, leaves out all but commits.
 */
final class StoreBench {
    private static final int NODES = 3;
    private static final List<Integer> CLIENTS = List.of(1, 16, 64, 256);
    private static final int WARMING = 64;

    /** How long nodes are loaded before the first measurement, to be compiled. */
    private static final Duration WARM =
            Duration.ofSeconds(Integer.getInteger("echelon.bench.warmSeconds", 60));

    private static final int WARM_AGAIN_TIMES = 5;

    /** What part of it replicas are loaded that do nothing but commit. */
    private static final int WARM_WITHIN = 3;

    private static final String GET_AND_SET =
            """
            export default {
              async fetch(request, { KV }) {
                const key = ["visits", Math.floor(Math.random() * 1000)];
                const { value } = await KV.get(key);
                await KV.set(key, (value ?? 0) + 1);
                return new Response("ok");
              },
            };
            """;

    private final Duration each;
    private final EtcdNodes etcd;
    private final Platform platform;
    private final StoreMembers members;
    private final StoreQuestions.Etcd asEtcd = new StoreQuestions.Etcd();
    private final StoreQuestions.KvConnect asKvConnect;

    private StoreBench(
            Duration each,
            EtcdNodes etcd,
            Platform platform,
            StoreMembers members,
            StoreQuestions.KvConnect asKvConnect) {
        this.each = each;
        this.etcd = etcd;
        this.platform = platform;
        this.members = members;
        this.asKvConnect = asKvConnect;
    }

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        Duration each = Duration.ofSeconds(Long.parseLong(args[1]));
        Platform platform =
                Platform.start(
                        folder, folder.resolve("platform"), "--nodes", Integer.toString(NODES));
        try (EtcdNodes etcd = EtcdNodes.start(folder);
                StoreMembers members = StoreMembers.start(folder)) {
            StoreBench bench =
                    new StoreBench(each, etcd, platform, members, database(platform, folder));
            bench.commits();
            if (args.length == 2) {
                bench.reads();
                bench.function("request");
                bench.function("revision");
            }
        } finally {
            platform.stop();
        }
    }

    /** A new database of the platform, opened as clients do. */
    private static StoreQuestions.KvConnect database(Platform platform, Path home)
            throws Exception {
        JsonNode opened = platform.edge(home).run("kv", "url", "--db", "bench", "--json").json();
        String path = URI.create(opened.get("url").asText()).getPath();
        try (HttpClient http = HttpClient.newHttpClient()) {
            String metadata =
                    http.send(
                                    HttpRequest.newBuilder(URI.create(opened.get("url").asText()))
                                            .header(
                                                    "authorization",
                                                    "Bearer " + opened.get("token").asText())
                                            .POST(
                                                    HttpRequest.BodyPublishers.ofString(
                                                            "{\"supportedVersions\":[3]}"))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString())
                            .body();
            JsonNode exchanged = new ObjectMapper().readTree(metadata);
            return new StoreQuestions.KvConnect(
                    URI.create(path).resolve(exchanged.at("/endpoints/0/url").asText()).getPath(),
                    exchanged.get("token").asText(),
                    exchanged.get("databaseId").asText());
        }
    }

    private void commits() throws Exception {
        System.out.println(
                "| what | clients | of | a second | p50 ms | p99 ms | not good | client |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        fill(etcd.clients(), asEtcd.fill(), each);
        fill(nodes(), asKvConnect.fill(), WARM);
        for (Duration warmed = Duration.ZERO;
                warmed.compareTo(WARM.dividedBy(WARM_WITHIN)) < 0;
                warmed = warmed.plus(each)) {
            var _ = within("fill", WARMING);
        }
        for (int clients : CLIENTS) {
            print("commits", clients, "etcd", etcd(asEtcd.commit(), clients));
            print("commits", clients, "KV Connect", connect(asKvConnect.commit(), clients));
            print("commits", clients, "in process", within("commit", clients));
        }
    }

    /** Sets all keys, and goes on for at least a time. */
    private static void fill(List<URI> servers, Question fill, Duration time) {
        double filled = 0;
        while (filled < StoreQuestions.KEYS) {
            filled += Http2Load.run(servers, fill, WARMING, time).perSecond() * time.toSeconds();
        }
    }

    private void reads() throws Exception {
        var _ = Http2Load.run(nodes(), asKvConnect.strong(), WARMING, each);
        var _ = within("strong", WARMING);
        for (int clients : List.of(1, WARMING)) {
            print("strong gets", clients, "etcd", etcd(asEtcd.strong(), clients));
            print("strong gets", clients, "KV Connect", connect(asKvConnect.strong(), clients));
            print("strong gets", clients, "in process", within("strong", clients));
            print("eventual gets", clients, "etcd", etcd(asEtcd.eventual(), clients));
            print("eventual gets", clients, "in process", within("eventual", clients));
        }
        var _ = Http2Load.run(nodes(), asKvConnect.list(), WARMING, each);
        for (int clients : List.of(1, WARMING)) {
            print("lists of 1,000", clients, "etcd", etcd(asEtcd.list(), clients));
            print("lists of 1,000", clients, "KV Connect", connect(asKvConnect.list(), clients));
            print("lists of 1,000", clients, "in process", within("list", clients));
        }
    }

    private void function(String isolation) throws Exception {
        String app = "visits-" + isolation;
        platform.api().deploy(app, GET_AND_SET, isolation);
        Question call =
                new Question(
                        List.of(
                                Map.entry(":method", "GET"),
                                Map.entry(":scheme", "http"),
                                Map.entry(":path", "/"),
                                Map.entry(":authority", app + ".localhost")),
                        () -> new byte[0],
                        "ok".getBytes(StandardCharsets.US_ASCII),
                        2);
        var _ = Http2Load.run(nodes(), call, WARMING, each.multipliedBy(WARM_AGAIN_TIMES));
        for (int clients : List.of(16, WARMING)) {
            print("requests that get and set", clients, isolation, connect(call, clients));
        }
    }

    private List<URI> nodes() {
        return IntStream.range(0, NODES).mapToObj(platform::http).toList();
    }

    private Figures etcd(Question question, int clients) {
        return Http2Load.run(etcd.clients(), question, clients, each);
    }

    private Figures connect(Question question, int clients) {
        return Http2Load.run(nodes(), question, clients, each);
    }

    private Figures within(String what, int clients) throws Exception {
        return members.run(what, clients, (int) each.toSeconds());
    }

    private static void print(String what, int clients, String of, Figures figures) {
        System.out.printf(
                "| %s | %d | %s | %,.0f | %.2f | %.2f | %d | %.0f %% |%n",
                what,
                clients,
                of,
                figures.perSecond(),
                figures.p50Millis(),
                figures.p99Millis(),
                figures.bad(),
                100 * figures.client());
    }
}

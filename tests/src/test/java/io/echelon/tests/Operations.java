package io.echelon.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What an operator does with the processes of a platform that runs. */
final class Operations {
    private static final Pattern METRIC =
            Pattern.compile("\\b(?:echelon|jvm|process|system|http)_[a-z0-9_]+");

    /** What a node measures every minute, and at first when it has nothing yet. */
    private static final Set<String> EACH_MINUTE = Set.of("echelon_store_database_bytes");

    private final Path home;
    private final Platform platform;
    private final Edge edge;

    /**
     * @param home where functions are written
     */
    Operations(Path home, Platform platform) {
        this.home = home;
        this.platform = platform;
        this.edge = platform.edge(home);
    }

    private Edge.Result deploy(String name, String source) throws Exception {
        Path folder = Files.createDirectories(home.resolve(name));
        Files.writeString(folder.resolve("main.js"), source);
        return edge.run("deploy", folder.toString(), "--app", name, "--json");
    }

    /** Changes what functions may reach, has something wrong be refused, and takes it back. */
    void changeSettings() throws Exception {
        String asking =
                """
                export default {
                  fetch: () => fetch("%s/q/health/live").then(
                    (response) => new Response(String(response.status)),
                    (error) => new Response(error.name)),
                };
                """
                        .formatted(platform.control());
        assertThat(deploy("asking", asking).exitCode()).isZero();
        assertThat(platform.get("asking.localhost", "/").body()).isEqualTo("PermissionDenied");
        Path file = platform.data().resolve("echelon.conf");
        assertThat(file).content().startsWith("# Settings");

        Files.writeString(file, "ECHELON_EGRESS_ALLOW=127.0.0.0/8\nECHELON_DNS=10.0.0.1\n");
        Edge.Result reloaded = edge.run("reload", "--data", platform.data().toString());
        assertThat(reloaded.exitCode()).as(reloaded.toString()).isZero();
        assertThat(reloaded.out()).contains("ECHELON_EGRESS_ALLOW: not set -> 127.0.0.0/8");
        assertThat(platform.get("asking.localhost", "/").body()).isEqualTo("200");

        Files.writeString(file, "ECHELON_EGRESS_ALLOW=10.0.0.0/8\nECHELON_LOG_DAYS=never\n");
        Edge.Result refused = edge.run("reload", "--data", platform.data().toString());
        assertThat(refused.exitCode()).as(refused.toString()).isEqualTo(1);
        assertThat(refused.out()).contains("refused", "ECHELON_LOG_DAYS");
        assertThat(platform.get("asking.localhost", "/").body()).isEqualTo("200");

        Files.writeString(file, "");
        signal("HUP", platform.supervisor());
        Until.holds(() -> platform.get("asking.localhost", "/").body().equals("PermissionDenied"));
    }

    /** Has all processes say how they are doing, and looks for secrets in that. */
    void diagnose() throws Exception {
        String canary = "canary-" + UUID.randomUUID();
        assertThat(
                        deploy("patient", "export default { fetch: () => new Response('well') };")
                                .exitCode())
                .isZero();
        assertThat(edge.run("secret", "set", "patient", "KEY=" + canary).exitCode()).isZero();
        long node = platform.node(0).pid();

        Edge.Result diagnosed =
                edge.run("diagnose", "--json", "--data", platform.data().toString());
        assertThat(diagnosed.exitCode()).as(diagnosed.toString()).isZero();
        Path file = Path.of(diagnosed.json().path("node-1").asText());
        assertThat(file).content().contains("default/patient/v", "\"role\" : \"ALONE\"");
        assertThat(file).content().contains("ECHELON_BASE_DOMAIN", "echelon.node.isolates.idle");
        signal("USR1", platform.supervisor());
        Until.holds(() -> diagnostics().size() >= 4);

        List<String> secrets =
                List.of(
                        canary,
                        platform.token(),
                        Files.readString(platform.data().resolve("cluster-secret")).strip(),
                        Files.readString(platform.data().resolve("master-key")).strip(),
                        "PRIVATE KEY");
        for (Path written : diagnostics()) {
            assertThat(written).content().doesNotContain(secrets.toArray(String[]::new));
        }
        assertThat(platform.node(0).pid()).isEqualTo(node);
        assertThat(platform.get("patient.localhost", "/").body()).isEqualTo("well");
    }

    private List<Path> diagnostics() throws IOException {
        try (Stream<Path> files = Files.list(platform.data().resolve("diagnostics"))) {
            return files.filter(file -> file.toString().endsWith(".json")).toList();
        }
    }

    private static void signal(String name, ProcessHandle process) throws Exception {
        assertThat(
                        new ProcessBuilder("sh", "-c", "kill -%s %d".formatted(name, process.pid()))
                                .start()
                                .waitFor())
                .isZero();
    }

    /** Compares what the dashboard and the alerts ask for with what processes export. */
    void compareMetrics() throws Exception {
        String busy =
                """
                const kv = await Deno.openKv();
                kv.listenQueue(() => {});
                Deno.cron("tick", "0 0 1 1 *", () => {});
                export default { fetch: async () => new Response(String((await kv.enqueue(1)).ok)) };
                """;
        Edge.Result deployed = deploy("measured", busy);
        assertThat(deployed.exitCode()).as(deployed.toString()).isZero();
        assertThat(platform.get("measured.localhost", "/").body()).isEqualTo("true");
        assertThat(edge.run("cron", "trigger", "measured", "tick").exitCode()).isZero();

        Set<String> asked = new TreeSet<>();
        Path folder = Edge.ROOT.resolve("docs/grafana");
        JsonNode dashboard = new ObjectMapper().readTree(folder.resolve("echelon.json").toFile());
        dashboard.findValuesAsText("expr").forEach(expression -> collect(expression, asked));
        Files.readAllLines(folder.resolve("alerts.yml")).stream()
                .filter(line -> line.strip().startsWith("expr:"))
                .forEach(expression -> collect(expression, asked));
        assertThat(asked).hasSizeGreaterThan(30);
        Until.holds(
                () ->
                        exported()
                                .containsAll(
                                        Set.of("echelon_cron_runs_total", "echelon_queue_depth")));
        asked.removeAll(EACH_MINUTE);
        assertThat(exported()).containsAll(asked);
    }

    private static void collect(String expression, Set<String> asked) {
        METRIC.matcher(expression).results().forEach(match -> asked.add(match.group()));
    }

    /** The names of what the first node and the control plane export. */
    private Set<String> exported() throws Exception {
        Set<String> names = new TreeSet<>();
        for (String text : List.of(platform.metrics(0), platform.controlMetrics())) {
            text.lines()
                    .filter(line -> !line.startsWith("#"))
                    .forEach(line -> names.add(line.split("[{ ]", 2)[0]));
        }
        return names;
    }
}

package io.echelon.tests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Many crons in as many apps as they need, which write down in their databases when they were
 * called. Each cron of an app has a schedule that is written in its own way, so that its handler,
 * which is told the schedule, knows which one it is.
 */
final class CronFleet {
    private static final int PER_APP = 100;
    private static final int WAYS = 8;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Writes down when it was called, before it works. */
    private static final String SOURCE =
            """
            export default {
              async scheduled(event, env) {
                const begun = Date.now();
                const call = [event.cron, event.scheduledTime, crypto.randomUUID()];
                await env.KV.set(["begun", ...call], begun);
                await new Promise((resolve) => setTimeout(resolve, WORK_MILLIS));
              },
              async fetch(request, { KV }) {
                if (!request.url.endsWith("/calls")) return new Response("hi");
                const lines = [];
                for await (const { key, value } of KV.list({ prefix: ["begun"] }, { batchSize: 1000 })) {
                  lines.push(JSON.stringify({ cron: key[1], scheduled: key[2], begun: value }));
                }
                return new Response(lines.join("\\n"));
              },
            };
            """;

    /** A cron, by its app and its schedule. */
    record Cron(String app, String name, String schedule) {}

    /** A time at which a cron was to run. */
    record Fire(Cron cron, Instant scheduled) {
        @Override
        public String toString() {
            return "%s of %s at %s".formatted(cron.name(), cron.app(), scheduled);
        }
    }

    private final Platform platform;
    private final Api api;
    private final int period;
    private final List<Cron> crons = new ArrayList<>();

    /**
     * @param count how many crons
     * @param period seconds from one fire of a cron to the next; divides 60
     */
    CronFleet(Platform platform, int count, int period) {
        this.platform = platform;
        this.api = platform.api();
        this.period = period;
        for (int i = 0; i < count; i++) {
            int index = i % PER_APP;
            crons.add(
                    new Cron(
                            "fleet-" + i / PER_APP,
                            "cron-" + index,
                            schedule(index % period, index / period)));
        }
    }

    /** A schedule that fires at a second of each period, in one of several ways to write it. */
    private String schedule(int second, int way) {
        if (way >= WAYS) {
            throw new IllegalArgumentException("Too many crons an app for so short a period");
        }
        List<String> seconds = new ArrayList<>();
        for (int at = second; at < 60; at += period) {
            seconds.add(String.valueOf(at));
        }
        return "%s %s %s * %s *"
                .formatted(String.join(",", seconds), star(way & 1), star(way & 2), star(way & 4));
    }

    private static String star(int bit) {
        return bit == 0 ? "*" : "*/1";
    }

    List<Cron> crons() {
        return List.copyOf(crons);
    }

    /** The host of one of the apps, which answers requests, too. */
    String host() {
        return crons.getFirst().app() + ".localhost";
    }

    /** All that is to happen after one moment and not after another. */
    List<Fire> fires(Instant after, Instant until) {
        List<Fire> fires = new ArrayList<>();
        for (int i = 0; i < crons.size(); i++) {
            int second = i % PER_APP % period;
            for (long at = after.getEpochSecond() + 1; at <= until.getEpochSecond(); at++) {
                if (Math.floorMod(at, period) == second) {
                    fires.add(new Fire(crons.get(i), Instant.ofEpochSecond(at)));
                }
            }
        }
        return fires;
    }

    /**
     * Deploys the apps.
     *
     * @param workMillis how long a handler works
     */
    void deploy(Edge edge, Path home, int workMillis) throws IOException, InterruptedException {
        Map<String, List<Cron>> apps = new HashMap<>();
        crons.forEach(cron -> apps.computeIfAbsent(cron.app(), _ -> new ArrayList<>()).add(cron));
        for (Map.Entry<String, List<Cron>> app : apps.entrySet()) {
            Path folder = Files.createDirectories(home.resolve(app.getKey()));
            ObjectNode configuration = MAPPER.createObjectNode();
            configuration.put("main", "main.js");
            configuration.putObject("limits").put("cpuMs", 10_000).put("memoryMb", 256);
            ArrayNode declared = configuration.putArray("crons");
            for (Cron cron : app.getValue()) {
                declared.addObject().put("name", cron.name()).put("schedule", cron.schedule());
            }
            Files.writeString(folder.resolve("edge.json"), configuration.toString());
            Files.writeString(
                    folder.resolve("main.js"),
                    SOURCE.replace("WORK_MILLIS", String.valueOf(workMillis)));
            Edge.Result result = edge.run("deploy", folder.toString(), "--app", app.getKey());
            if (result.exitCode() != 0) {
                throw new IllegalStateException(result.toString());
            }
        }
    }

    /** When handlers were called, as they wrote it down, by what they were called for. */
    Map<Fire, List<Instant>> calls() throws IOException, InterruptedException {
        Map<String, Cron> byScheduleOfApp = new HashMap<>();
        crons.forEach(cron -> byScheduleOfApp.put(cron.app() + " " + cron.schedule(), cron));
        Map<Fire, List<Instant>> calls = new HashMap<>();
        for (String app : crons.stream().map(Cron::app).distinct().toList()) {
            HttpResponse<String> response = platform.get(0, app + ".localhost", "/calls");
            if (response.statusCode() != 200) {
                throw new IllegalStateException(response.statusCode() + " " + response.body());
            }
            for (String line : response.body().lines().toList()) {
                JsonNode call = MAPPER.readTree(line);
                Cron cron = byScheduleOfApp.get(app + " " + call.path("cron").asText());
                Instant scheduled = Instant.ofEpochMilli(call.path("scheduled").asLong());
                calls.computeIfAbsent(new Fire(cron, scheduled), _ -> new ArrayList<>())
                        .add(Instant.ofEpochMilli(call.path("begun").asLong()));
            }
        }
        return calls;
    }

    /** The rows of a cron's runs, oldest first. */
    List<JsonNode> runs(Cron cron) throws IOException, InterruptedException {
        List<JsonNode> runs = new ArrayList<>();
        api.read(
                        "apps/%s/crons/%s/runs?limit=1000"
                                .formatted(
                                        cron.app(),
                                        URLEncoder.encode(cron.name(), StandardCharsets.UTF_8)))
                .path("runs")
                .forEach(runs::add);
        return runs.reversed();
    }
}

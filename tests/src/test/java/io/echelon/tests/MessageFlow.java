package io.echelon.tests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;

/** Numbered messages to a function that writes down, in its database, each that it was given. */
final class MessageFlow {
    private static final String APP = "flow";
    private static final String HOST = APP + ".localhost";
    private static final int A_CALL = 500;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static final String SOURCE =
            """
            export default {
              async fetch(request, { KV }) {
                const { pathname, searchParams } = new URL(request.url);
                if (pathname === "/send") {
                  const from = Number(searchParams.get("from"));
                  let commit = KV.atomic().check({ key: ["sent", from], versionstamp: null }).set(["sent", from], true);
                  for (let i = 0; i < Number(searchParams.get("count")); i++) commit = commit.enqueue(from + i);
                  await commit.commit();
                  return new Response("sent");
                }
                if (pathname === "/taken") {
                  const taken = [];
                  const after = Number(searchParams.get("after"));
                  for await (const { key, value } of KV.list({ start: ["taken", after], end: ["taken", after + 5000] }, { batchSize: 1000 })) {
                    taken.push([key[1], value]);
                  }
                  return Response.json(taken);
                }
                return new Response("hi");
              },
              async queue(batch, { KV }) {
                let commit = KV.atomic();
                for (const { body } of batch.messages) commit = commit.set(["taken", body, crypto.randomUUID()], Date.now());
                await commit.commit();
              },
            };
            """;

    private final Platform platform;
    private final Api api;
    private final int messages;

    MessageFlow(Platform platform, int messages) {
        this.platform = platform;
        this.api = platform.api();
        this.messages = messages;
    }

    void deploy() throws IOException, InterruptedException {
        api.deploy(APP, SOURCE, "revision");
    }

    String host() {
        return HOST;
    }

    /** Sends all messages, each once, also when the node that is asked dies meanwhile. */
    void send() throws Exception {
        for (int sent = 0; sent < messages; sent += A_CALL) {
            String path =
                    "/send?from=%d&count=%d".formatted(sent, Math.min(A_CALL, messages - sent));
            var _ = read(path);
        }
    }

    /** Whether the queue has nothing any more, the dead included. */
    boolean isEmpty() throws IOException, InterruptedException {
        JsonNode queue = api.read("databases/%s/queue".formatted(APP)).path("queue");
        return queue.path("waiting").asInt(-1) == 0
                && queue.path("delivering").asInt(-1) == 0
                && queue.path("dead").asInt(-1) == 0;
    }

    /** When the handler was given each message, as it wrote it down, in order of time. */
    Map<Integer, List<Instant>> taken() throws Exception {
        Map<Integer, List<Instant>> taken = new TreeMap<>();
        for (int from = 0; from < messages; from += 5_000) {
            for (JsonNode one : MAPPER.readTree(read("/taken?after=" + from))) {
                taken.computeIfAbsent(one.path(0).asInt(), _ -> new ArrayList<>())
                        .add(Instant.ofEpochMilli(one.path(1).asLong()));
            }
        }
        taken.values().forEach(Collections::sort);
        return taken;
    }

    /** What the function answers, as soon as it does: its node may be away, or just starting. */
    private String read(String path) throws Exception {
        AtomicReference<String> body = new AtomicReference<>();
        Until.holds(
                () -> {
                    try {
                        HttpResponse<String> response = platform.get(0, HOST, path);
                        body.set(response.body());
                        return response.statusCode() == 200;
                    } catch (IOException unreachable) {
                        return false;
                    }
                });
        return body.get();
    }
}

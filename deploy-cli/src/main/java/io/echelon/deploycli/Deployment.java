package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Json;
import io.echelon.tenants.Manifest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Sends a bundle to the platform and waits until every live node has it warm. */
final class Deployment {
    /** What the new revision is to be. */
    enum Purpose {
        /** What the app's own address leads to. */
        PRODUCTION,
        /** Reachable at its own address only. */
        PREVIEW
    }

    private static final int UPLOADS_AT_ONCE = 4;
    private static final int RECONNECTS = 20;
    private static final long RECONNECT_MILLIS = 500;

    private final ApiClient client;
    private final ApiPath tenant;
    private final ApiPath app;
    private final Output output;

    Deployment(ApiClient client, ApiPath tenant, ApiPath app, Output output) {
        this.client = client;
        this.tenant = tenant;
        this.app = app;
        this.output = output;
    }

    /** Deploys; the answer has {@code app}, {@code revision}, {@code url}, {@code previewUrl}. */
    JsonNode run(Manifest manifest, Map<String, Path> contents, Purpose purpose)
            throws InterruptedException {
        upload(contents);
        ApiPath revisions = app.child("revisions");
        JsonNode revision =
                client.post(
                        purpose == Purpose.PREVIEW
                                ? revisions.query(Map.of("preview", "true"))
                                : revisions,
                        manifest);
        String label = Views.text(revision, "revision");
        output.step("  revision %s, %,d bytes".formatted(label, manifest.bytes()));
        return follow(label);
    }

    /** Follows a deployment that has begun to its end. */
    JsonNode follow(String revision) throws InterruptedException {
        return follow(app.child("revisions").child(revision));
    }

    private void upload(Map<String, Path> contents) throws InterruptedException {
        ApiPath blobs = tenant.child("blobs");
        List<String> missing = new ArrayList<>();
        client.post(blobs.child("missing"), Map.of("sha256", contents.keySet()))
                .path("missing")
                .forEach(hash -> missing.add(hash.asText()));
        AtomicInteger done = new AtomicInteger();
        try (ExecutorService uploads =
                Executors.newFixedThreadPool(
                        UPLOADS_AT_ONCE, Thread.ofPlatform().name("upload-", 0).factory())) {
            List<Future<?>> all = new ArrayList<>();
            for (String hash : missing) {
                Path file = contents.get(hash);
                if (file != null) {
                    all.add(
                            uploads.submit(
                                    () -> put(blobs.child(hash), file, done, missing.size())));
                }
            }
            for (Future<?> one : all) {
                await(one, uploads);
            }
        }
        output.step("  %d of %d files uploaded".formatted(missing.size(), contents.size()));
    }

    private Void put(ApiPath blob, Path file, AtomicInteger done, int all)
            throws InterruptedException {
        client.put(blob, file);
        int count = done.incrementAndGet();
        synchronized (output) {
            output.bar("  uploading", count, all);
        }
        return null;
    }

    private static void await(Future<?> upload, ExecutorService uploads)
            throws InterruptedException {
        try {
            upload.get();
        } catch (ExecutionException e) {
            uploads.shutdownNow();
            if (e.getCause() instanceof CliException refused) {
                throw refused;
            }
            throw new CliException(ExitCode.FAILED, "An upload failed: " + e.getCause(), e);
        }
    }

    /** Follows the nodes' progress; a control plane that is started anew resumes a deployment. */
    private JsonNode follow(ApiPath revision) throws InterruptedException {
        for (int attempt = 0; ; attempt++) {
            try {
                JsonNode done = followOnce(revision);
                if (done != null) {
                    return done;
                }
            } catch (CliException e) {
                if (e.exitCode() != ExitCode.UNREACHABLE || attempt >= RECONNECTS) {
                    throw e;
                }
            } catch (IOException e) {
                if (attempt >= RECONNECTS) {
                    throw new UncheckedIOException(e);
                }
            }
            if (attempt >= RECONNECTS) {
                throw new CliException(
                        ExitCode.UNREACHABLE,
                        "The deployment's progress ended early, again and again; `edge revisions` tells how it went");
            }
            output.step("  the connection to the control plane was lost; trying again");
            Thread.sleep(RECONNECT_MILLIS);
        }
    }

    private @Nullable JsonNode followOnce(ApiPath revision)
            throws IOException, InterruptedException {
        try (ServerSentEvents events =
                new ServerSentEvents(
                        client.stream(revision.child("progress"), "text/event-stream"))) {
            for (var event = events.next(); event != null; event = events.next()) {
                JsonNode data = Json.mapper().readTree(event.data());
                switch (event.name()) {
                    case "node" -> {
                        if (Views.text(data, "state").equals("AWAY")) {
                            output.note(progress(data));
                        } else {
                            output.step(progress(data));
                        }
                    }
                    case "done" -> {
                        return data;
                    }
                    case "failed" -> throw failed(data);
                    default -> {
                        // A later platform may tell more.
                    }
                }
            }
        }
        return null;
    }

    private static String progress(JsonNode node) {
        String detail = Views.text(node, "detail");
        return "  %-10s %-9s %5d ms%s"
                .formatted(
                        Views.text(node, "node"),
                        Views.text(node, "state"),
                        node.path("elapsedMs").asLong(),
                        detail.equals("-") ? "" : "  " + detail);
    }

    private static CliException failed(JsonNode data) {
        ExitCode exitCode = ExitCode.FAILED;
        for (ErrorCode code : ErrorCode.values()) {
            if (code.name().equals(Views.text(data, "code"))) {
                exitCode = ExitCode.of(code);
            }
        }
        return new CliException(exitCode, Views.text(data, "message"));
    }
}

package io.echelon.edgeruntime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.Json;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A process beside this node that answers requests of revisions in {@link Quarantine}, and only
 * gets what others leave of the processors: {@link QuarantineNode}. It is started when it is needed
 * first.
 *
 * <p><b>Failure.</b> One that ends, or does not answer for {@link #PATIENCE}, is started again
 * after a pause that doubles each time, up to a minute. It ends with this node, however that ends.
 *
 * <p><b>Thread safety.</b> {@link #peer} and {@link #close} are for any thread, {@link #look} is
 * for one at a time.
 */
final class QuarantineProcess implements Quarantine.Ward {
    private static final Logger LOG = Logger.getLogger(QuarantineProcess.class);

    /** Long, for it may have to wait for a processor. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration ASKED_EVERY = Duration.ofSeconds(5);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LAST_PAUSE = Duration.ofMinutes(1);

    /** How long it may take to start, on a machine that has hardly any time for it. */
    private static final Duration START = Duration.ofMinutes(3);

    /** How long callers are told that it is there soon. */
    private static final Duration SOON = Duration.ofSeconds(20);

    private static final Duration GRACE = Duration.ofSeconds(5);

    private final String id;
    private final Supplier<ProcessBuilder> command;
    private final HttpClient client;
    private final String authorization;
    private Duration pause = FIRST_PAUSE;
    private long notBefore = System.nanoTime();
    private volatile @Nullable Running running;
    private volatile @Nullable Long awaitedSince;
    private volatile boolean closed;

    /** One start of it. */
    private static final class Running {
        private final Process process;
        private final long since = System.nanoTime();
        private volatile @Nullable Peer peer;
        private volatile long askedAt;
        private volatile boolean isAsked;

        Running(Process process) {
            this.process = process;
        }

        private boolean isOlderThan(Duration age) {
            return System.nanoTime() - since > age.toNanos();
        }
    }

    /**
     * @param id what it is called
     * @param command starts it
     * @param client for its port
     * @param authorization what is shown there
     */
    QuarantineProcess(
            String id, Supplier<ProcessBuilder> command, HttpClient client, String authorization) {
        this.id = id;
        this.command = command;
        this.client = client;
        this.authorization = authorization;
    }

    @Override
    public @Nullable Peer peer() {
        Running now = running;
        return now == null ? null : now.peer;
    }

    @Override
    public boolean isComing() {
        Long since = awaitedSince;
        return since != null && peer() == null && System.nanoTime() - since < SOON.toNanos();
    }

    @Override
    public void look(boolean isNeeded) {
        Running now = running;
        if (now == null) {
            if (isNeeded && !closed && System.nanoTime() - notBefore >= 0) {
                if (awaitedSince == null) {
                    awaitedSince = System.nanoTime();
                }
                start();
            }
        } else if (!now.process.isAlive()) {
            ended(now);
        } else if (!isNeeded) {
            LOG.info("Nothing is in quarantine any more; its process ends");
            end(now);
            running = null;
            awaitedSince = null;
        } else if (now.peer == null && now.isOlderThan(START)) {
            LOG.errorf("The quarantine was not ready after %d s", START.toSeconds());
            now.process.destroyForcibly();
        } else {
            ask(now);
        }
    }

    @Override
    public void close() {
        closed = true;
        Running now = running;
        if (now != null) {
            end(now);
        }
    }

    /** Has it read its settings again, as this process has. */
    void reload() {
        Running now = running;
        if (now == null || now.peer == null) {
            return; // one that starts reads them
        }
        try {
            new ProcessBuilder("/bin/sh", "-c", "kill -HUP " + now.process.pid())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            LOG.error("The quarantine is not told of new settings", e);
        }
    }

    private void start() {
        try {
            Running started = new Running(command.get().start());
            started.process.getOutputStream().close();
            Thread.ofPlatform()
                    .daemon()
                    .name("echelon-quarantine-out")
                    .start(() -> listen(started));
            running = started;
            if (closed) {
                end(started);
            }
            LOG.infof("The quarantine starts as process %d", started.process.pid());
        } catch (IOException e) {
            LOG.error("The quarantine cannot be started", e);
            later();
        }
    }

    /** Waits until it says where it answers, and passes on what else it says. */
    private void listen(Running started) {
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(
                                started.process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                URI address = started.peer == null ? announced(line) : null;
                if (address == null) {
                    System.out.println(line);
                } else {
                    LOG.infof("The quarantine is ready at %s", address);
                    started.askedAt = System.nanoTime();
                    awaitedSince = null;
                    started.peer =
                            new Peer(
                                    id,
                                    Instant.now(),
                                    false,
                                    false,
                                    new Peer.Way(address, client, authorization));
                }
            }
        } catch (IOException e) {
            LOG.debug("The quarantine's output cannot be read", e);
        }
    }

    private static @Nullable URI announced(String line) {
        if (!line.startsWith("{")) {
            return null;
        }
        try {
            JsonNode said = Json.mapper().readTree(line);
            return said.path("event").asText().equals("ready")
                    ? URI.create(said.path("internal").asText())
                    : null;
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return null;
        }
    }

    /** Asks whether it answers, now and then. */
    private void ask(Running now) {
        Peer peer = now.peer;
        if (peer == null
                || now.isAsked
                || System.nanoTime() - now.askedAt < ASKED_EVERY.toNanos()) {
            return;
        }
        now.isAsked = true;
        long begun = System.nanoTime();
        var _ =
                client.request(
                                peer.way()
                                        .options(HttpMethod.GET, ForwardRoutes.WARM)
                                        .setConnectTimeout(PATIENCE.toMillis())
                                        .setTimeout(PATIENCE.toMillis()))
                        .compose(request -> Peer.send(request, null, response -> response.body()))
                        .onComplete(
                                answer -> {
                                    now.askedAt = System.nanoTime();
                                    now.isAsked = false;
                                    if (answer.succeeded()) {
                                        peer.answered(null, System.nanoTime() - begun);
                                    } else if (now.process.isAlive()) {
                                        LOG.errorf(
                                                "The quarantine does not answer and is killed: %s",
                                                answer.cause());
                                        now.process.destroyForcibly();
                                    }
                                });
    }

    private void ended(Running now) {
        running = null;
        Peer peer = now.peer;
        if (peer != null) {
            awaitedSince = System.nanoTime(); // it was there, and will be again
            peer.giveUp();
        }
        if (now.isOlderThan(LAST_PAUSE)) {
            pause = FIRST_PAUSE;
        }
        LOG.warnf(
                "The quarantine ended with exit code %d; it is started again in %d s if it is needed",
                now.process.exitValue(), pause.toSeconds());
        later();
    }

    private void later() {
        notBefore = System.nanoTime() + pause.toNanos();
        Duration twice = pause.multipliedBy(2);
        pause = twice.compareTo(LAST_PAUSE) < 0 ? twice : LAST_PAUSE;
    }

    private static void end(Running now) {
        Process process = now.process;
        process.toHandle().destroy(); // by its handle, which leaves its output open
        try {
            if (!process.waitFor(GRACE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
        Peer peer = now.peer;
        if (peer != null) {
            peer.giveUp();
        }
    }
}

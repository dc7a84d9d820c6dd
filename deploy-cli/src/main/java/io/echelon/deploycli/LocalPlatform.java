package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.deploycli.RunningPlatform.Identity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A platform on this machine: edge nodes, of which the first has the store, and a control plane.
 *
 * <p>Lifecycle: {@link #start} takes the folder's lock and starts every process; {@link #close}
 * stops them in good order. Thread safety: {@code close} may be called by any thread, at any time.
 */
final class LocalPlatform implements AutoCloseable {
    private static final long GRACE_SECONDS = 35;

    private final PlatformFolder folder;
    private final PlatformOptions options;
    private final ServerCommands commands;
    private final Consumer<String> notes;
    private final List<Supervised> nodes = new ArrayList<>();
    private @Nullable Supervised controlPlane;
    private @Nullable FileChannel lock;
    private boolean started;
    private boolean closed;

    /**
     * A platform that is not started yet.
     *
     * @param notes told what happens to processes later on
     */
    LocalPlatform(
            Surroundings surroundings,
            PlatformFolder folder,
            PlatformOptions options,
            Consumer<String> notes) {
        this.folder = folder;
        this.options = options;
        this.commands = new ServerCommands(surroundings, folder, options);
        this.notes = notes;
    }

    /** Starts everything; the answer describes what runs. */
    RunningPlatform start() throws IOException, InterruptedException {
        lock = folder.lock();
        RunningPlatform before = folder.running();
        if (before != null) {
            // Its supervisor was killed, and its processes may still hold ports and the store.
            before.endServers();
            folder.clear();
        }
        Ports.requireFree(options);
        URI store = null;
        for (int number = 1; number <= options.nodes(); number++) {
            Supervised node = node(number, store == null ? "local" : store.toString());
            JsonNode ready = node.start();
            if (store == null) {
                store = address(ready, "internal");
            }
        }
        controlPlane(address(nodes.getFirst().ready(), "internal")).start();
        return describe();
    }

    /** Whether the platform was ready once. */
    synchronized boolean wasStarted() {
        return started;
    }

    private synchronized Supervised node(int number, String store) {
        requireOpen();
        String id = "node-" + number;
        Supervised node =
                new Supervised(
                        id,
                        new ProcessLog(folder.log(id)),
                        ready ->
                                commands.node(
                                        id,
                                        port(ready, "http", options.httpOf(number)),
                                        port(ready, "https", options.httpsOf(number)),
                                        port(ready, "internal", 0),
                                        store),
                        notes,
                        this::describeAgain);
        nodes.add(node);
        return node;
    }

    private synchronized Supervised controlPlane(URI store) {
        requireOpen();
        Supervised process =
                new Supervised(
                        "control-plane",
                        new ProcessLog(folder.log("control-plane")),
                        ready ->
                                commands.controlPlane(
                                        port(ready, "control", options.control()), store),
                        notes,
                        this::describeAgain);
        controlPlane = process;
        return process;
    }

    private void requireOpen() {
        if (closed) {
            throw new CliException(ExitCode.FAILED, "The platform was stopped while it started");
        }
    }

    private void describeAgain() {
        try {
            describe();
        } catch (IOException e) {
            notes.accept(FileErrors.describe(e));
        }
    }

    private synchronized RunningPlatform describe() throws IOException {
        Supervised control = Parameter.given(controlPlane);
        RunningPlatform running =
                new RunningPlatform(
                        Identity.of(ProcessHandle.current()),
                        address(control.ready(), "control"),
                        Identity.of(control.handle()),
                        nodes.stream().map(LocalPlatform::describe).toList());
        if (!closed) {
            folder.write(running);
            started = true;
        }
        return running;
    }

    private static RunningPlatform.Node describe(Supervised node) {
        JsonNode ready = node.ready();
        return new RunningPlatform.Node(
                Views.text(ready, "node"),
                Identity.of(node.handle()),
                address(ready, "http"),
                address(ready, "https"),
                address(ready, "internal"),
                ready.path("ca").isTextual() ? ready.path("ca").asText() : null);
    }

    /** The control plane goes first, the node with the store last. */
    @Override
    public void close() {
        List<Supervised> order = new ArrayList<>();
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            order.addAll(nodes.reversed());
            if (controlPlane != null) {
                order.addFirst(controlPlane);
            }
        }
        try {
            for (Supervised process : order) {
                process.stop(GRACE_SECONDS);
            }
            if (lock != null) {
                folder.clear();
                lock.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int port(@Nullable JsonNode ready, String name, int first) {
        return ready == null ? first : address(ready, name).getPort();
    }

    private static URI address(JsonNode ready, String name) {
        return URI.create(ready.path(name).asText());
    }
}

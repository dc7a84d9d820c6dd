package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.deploycli.RunningPlatform.Identity;
import io.echelon.tenants.ProcessSignals;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A platform on this machine: edge nodes and a control plane. The first node has the store; from
 * three nodes on, the first three have a replica each, and further nodes follow them.
 *
 * <p>Lifecycle: {@link #start} takes the folder's lock and starts every process; {@link #close}
 * stops them in good order. Thread safety: {@code close} may be called by any thread, at any time.
 */
final class LocalPlatform implements AutoCloseable {
    private static final long GRACE_SECONDS = 35;

    /** For a process that writes its AOT cache when it ends. */
    private static final long RECORDING_GRACE_SECONDS = 300;

    private static final String LOOPBACK = "127.0.0.1";

    private final PlatformFolder folder;
    private final PlatformOptions options;
    private final ServerCommands commands;
    private final Consumer<String> notes;
    private final long graceSeconds;
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
            AotCache cache,
            Consumer<String> notes) {
        this.folder = folder;
        this.options = options;
        this.commands = new ServerCommands(surroundings, folder, options, cache);
        this.graceSeconds = cache == AotCache.RECORDED ? RECORDING_GRACE_SECONDS : GRACE_SECONDS;
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
        StoreReplicas replicas = StoreReplicas.prepare(folder, options.nodes(), options.shards());
        if (replicas == null) {
            startNodes();
        } else {
            startReplicas(replicas);
        }
        return describe();
    }

    /**
     * Starts nodes of which the first has the store, and the control plane beside that one: a node
     * warms itself long after its store is open.
     */
    private void startNodes() throws IOException, InterruptedException {
        int internal = Ports.choose(Set.of(LOOPBACK), 1).getFirst();
        StoreAccess.Elsewhere store = new StoreAccess.Elsewhere(List.of(internalAddress(internal)));
        startAll(List.of(node(1, internal, new StoreAccess.Here()), controlPlane(store)));
        for (int number = 2; number <= options.nodes(); number++) {
            node(number, 0, store).start();
        }
    }

    /**
     * Starts nodes with a replica each: first those that vote, all at once, for one alone does not
     * become ready, and the control plane with them; and then those that follow.
     */
    private void startReplicas(StoreReplicas replicas) throws IOException, InterruptedException {
        int voters = replicas.nodes().size();
        List<String> names = new ArrayList<>(replicas.nodes());
        for (int number = voters + 1; number <= options.nodes(); number++) {
            names.add(name(number));
        }
        List<Integer> ports = Ports.choose(Set.of(LOOPBACK), voters + names.size());
        List<Integer> internal = ports.subList(0, voters);
        List<Integer> peers = ports.subList(voters, ports.size());
        StoreAccess.Elsewhere addresses =
                new StoreAccess.Elsewhere(
                        internal.stream().map(LocalPlatform::internalAddress).toList());
        Map<String, String> members = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
            members.put(names.get(i), LOOPBACK + ":" + peers.get(i));
        }
        StoreAccess.Replica store =
                new StoreAccess.Replica(
                        replicas, members, names.subList(voters, names.size()), addresses);
        List<Supervised> started = new ArrayList<>();
        for (int i = 0; i < voters; i++) {
            started.add(node(i + 1, internal.get(i), store));
        }
        started.add(controlPlane(addresses));
        startAll(started);
        replicas.opened(folder);
        for (int number = voters + 1; number <= options.nodes(); number++) {
            node(number, 0, store).start();
        }
    }

    private static String name(int number) {
        return "node-" + number;
    }

    private static void startAll(List<Supervised> processes) throws InterruptedException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletionService<JsonNode> ready = new ExecutorCompletionService<>(threads);
            processes.forEach(process -> ready.submit(process::start));
            try {
                for (int i = 0; i < processes.size(); i++) {
                    ready.take().get();
                }
            } catch (ExecutionException e) {
                threads.shutdownNow();
                throw e.getCause() instanceof CliException known
                        ? known
                        : new CliException(
                                ExitCode.FAILED, "A process did not start: " + e.getCause(), e);
            }
        }
    }

    private static URI internalAddress(int port) {
        return URI.create("http://" + LOOPBACK + ":" + port);
    }

    /** Passes a signal on to the processes that run. */
    void pass(ProcessSignals.Kind signal) {
        List<Supervised> all;
        synchronized (this) {
            all = new ArrayList<>(nodes);
            if (controlPlane != null) {
                all.add(controlPlane);
            }
        }
        all.forEach(process -> process.pass(signal));
    }

    /** Whether the platform was ready once. */
    synchronized boolean wasStarted() {
        return started;
    }

    /**
     * @param internal its internal port, 0 for any free one
     */
    private synchronized Supervised node(int number, int internal, StoreAccess store) {
        requireOpen();
        String id = name(number);
        Supervised node =
                new Supervised(
                        id,
                        new ProcessLog(folder.log(id)),
                        ready ->
                                commands.node(
                                        id,
                                        port(ready, "http", options.httpOf(number)),
                                        port(ready, "https", options.httpsOf(number)),
                                        port(ready, "internal", internal),
                                        options.clusterOf(number),
                                        present(store, id)),
                        notes,
                        () -> readyAgain(id));
        nodes.add(node);
        return node;
    }

    private synchronized Supervised controlPlane(StoreAccess.Elsewhere store) {
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

    /**
     * Where a node that starts finds the store; a replica may have been given up for lost since the
     * platform started.
     */
    private StoreAccess present(StoreAccess store, String node) {
        if (!(store instanceof StoreAccess.Replica replica)) {
            return store;
        }
        try {
            StoreReplicas now = StoreReplicas.present(folder);
            if (now.nodes().contains(node)) {
                now.requireFiles(folder, node);
            }
            return replica.with(now);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void readyAgain(String node) {
        try {
            StoreReplicas.seated(folder, node);
        } catch (IOException e) {
            notes.accept(FileErrors.describe(e));
        }
        describeAgain();
    }

    private void describeAgain() {
        if (!wasStarted()) {
            return; // what was ready once and is ready again will be described with the rest
        }
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

    /**
     * The control plane goes first, those with the store last, and all at once: they say good-bye
     * to one another.
     */
    @Override
    public void close() {
        List<Supervised> first = new ArrayList<>();
        List<Supervised> last;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            int replicas = options.nodes() < StoreReplicas.COUNT ? 1 : StoreReplicas.COUNT;
            int split = Math.min(replicas, nodes.size());
            if (controlPlane != null) {
                first.add(controlPlane);
            }
            first.addAll(nodes.subList(split, nodes.size()).reversed());
            last = List.copyOf(nodes.subList(0, split));
        }
        try {
            for (Supervised process : first) {
                process.stop(graceSeconds);
            }
            List<Thread> stopping = new ArrayList<>();
            for (Supervised process : last) {
                stopping.add(Thread.startVirtualThread(() -> stop(process)));
            }
            for (Thread thread : stopping) {
                thread.join();
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

    private void stop(Supervised process) {
        try {
            process.stop(graceSeconds);
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

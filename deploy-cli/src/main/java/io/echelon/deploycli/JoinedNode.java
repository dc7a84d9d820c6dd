package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.ProcessSignals;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A node of this machine that is a part of a platform on another one.
 *
 * <p>Lifecycle: {@link #start} starts it, {@link #awaitRemoval} waits until the platform has it no
 * more, {@link #close} stops it. Thread safety: {@code close} may be called by any thread.
 */
final class JoinedNode implements AutoCloseable {
    private static final long GRACE_SECONDS = 35;
    private static final int ANY = 0;

    private final PlatformFolder folder;
    private final JoinedOptions own;
    private final Joining joining;
    private final ServerCommands commands;
    private final Consumer<String> notes;
    private final CompletableFuture<CliException> removed = new CompletableFuture<>();
    private volatile @Nullable Supervised node;
    private volatile boolean closed;

    /**
     * @param notes told what happens to the node later on
     */
    JoinedNode(
            Surroundings surroundings,
            PlatformFolder folder,
            JoinedOptions own,
            Consumer<String> notes) {
        this.folder = folder;
        this.own = own;
        this.joining = new Joining(surroundings, folder);
        this.notes = notes;
        this.commands =
                new ServerCommands(
                        surroundings,
                        folder,
                        new PlatformOptions(
                                folder.path(),
                                own.http(),
                                own.https(),
                                ANY,
                                1,
                                null,
                                "localhost",
                                own.bind(),
                                List.of(),
                                null),
                        AotCache.USED);
    }

    /** Starts the node; says what it said. */
    JsonNode start(Joined first) throws IOException, InterruptedException {
        Supervised process =
                new Supervised(
                        first.node(),
                        new ProcessLog(folder.log(first.node())),
                        ready ->
                                commands.joined(
                                        ready == null ? first : again(),
                                        own,
                                        port(ready, "http", own.http()),
                                        port(ready, "https", own.https()),
                                        port(ready, "internal", ANY)),
                        notes,
                        () -> {});
        node = process;
        if (closed) {
            throw new CliException(ExitCode.FAILED, "The node was stopped while it started");
        }
        return process.start();
    }

    /** What the platform says before the node starts again. */
    private Joined again() {
        try {
            return joining.again();
        } catch (CliException e) {
            if (e.exitCode() == ExitCode.NOT_ALLOWED) {
                removed.complete(e);
            }
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException(ExitCode.FAILED, "The node is not started again", e);
        }
    }

    /** Waits until the platform has removed the node; says how it said so. */
    CliException awaitRemoval() throws InterruptedException {
        try {
            return removed.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Passes a signal on to the node. */
    void pass(ProcessSignals.Kind signal) {
        Supervised process = node;
        if (process != null) {
            process.pass(signal);
        }
    }

    @Override
    public void close() {
        closed = true;
        Supervised process = node;
        if (process != null) {
            try {
                process.stop(GRACE_SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static int port(@Nullable JsonNode ready, String name, int first) {
        return ready == null ? first : URI.create(ready.path(name).asText()).getPort();
    }

    /** Takes the folder for one node for as long as the lock is open. */
    static FileChannel lock(PlatformFolder folder) throws IOException {
        FileChannel lock = folder.tryLock();
        if (lock == null) {
            throw new CliException(
                    ExitCode.FAILED,
                    "A node already runs on %s; stop it, or choose another --data"
                            .formatted(folder.path()));
        }
        return lock;
    }
}

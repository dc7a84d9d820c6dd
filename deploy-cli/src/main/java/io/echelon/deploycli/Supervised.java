package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.ProcessSignals;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A process that is started again when it ends: at once when it ended because it was asked to, as
 * {@code edge restart} does, and otherwise after a pause that doubles each time.
 *
 * <p>Lifecycle: {@link #start}, then {@link #stop} once. Thread safety: safe for use by several
 * threads.
 */
final class Supervised {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LAST_PAUSE = Duration.ofSeconds(30);
    private static final Duration STEADY = Duration.ofSeconds(60);

    /** How a process ends that got SIGTERM: in good order, or with 128 and the signal's number. */
    private static final Set<Integer> ENDED_AS_ASKED = Set.of(0, 143);

    private final String name;
    private final ProcessLog log;
    private final Function<@Nullable JsonNode, ServerCommand> command;
    private final Consumer<String> notes;
    private final Runnable restarted;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile @Nullable ServerProcess process;
    private volatile @Nullable JsonNode ready;

    /**
     * A process that is not started yet.
     *
     * @param command from what the process said when it was last ready, or null at first, so that
     *     it gets the same ports again
     * @param notes told when the process ends by itself
     * @param restarted run when the process is ready again
     */
    Supervised(
            String name,
            ProcessLog log,
            Function<@Nullable JsonNode, ServerCommand> command,
            Consumer<String> notes,
            Runnable restarted) {
        this.name = name;
        this.log = log;
        this.command = command;
        this.notes = notes;
        this.restarted = restarted;
    }

    /** Starts the process, waits until it is ready, and looks after it from then on. */
    JsonNode start() throws IOException, InterruptedException {
        JsonNode said = startOnce();
        Thread.ofPlatform().daemon().name(name + "-supervisor").start(this::supervise);
        return said;
    }

    /** What the process said when it was last ready. */
    JsonNode ready() {
        JsonNode said = ready;
        if (said == null) {
            throw new IllegalStateException(name + " was never ready");
        }
        return said;
    }

    ProcessHandle handle() {
        ServerProcess current = process;
        if (current == null) {
            throw new IllegalStateException(name + " was never started");
        }
        return current.handle();
    }

    /** Passes a signal on to the process, when it runs. */
    void pass(ProcessSignals.Kind signal) {
        ServerProcess current = process;
        if (current != null) {
            Signals.send(signal, current.handle());
        }
    }

    void stop(long graceSeconds) throws InterruptedException {
        stopping.countDown();
        ServerProcess current = process;
        if (current != null) {
            current.stop(graceSeconds);
        }
        log.close();
    }

    private JsonNode startOnce() throws IOException, InterruptedException {
        ServerProcess started = ServerProcess.start(command.apply(ready), log);
        process = started;
        if (stopping.getCount() == 0) {
            started.stop(1);
        }
        JsonNode said = started.awaitReady();
        ready = said;
        return said;
    }

    private void supervise() {
        Duration pause = FIRST_PAUSE;
        ServerProcess before = null;
        try {
            while (true) {
                ServerProcess current = process;
                boolean isNew = current != before;
                before = current;
                long since = System.nanoTime();
                int exitCode = current == null ? -1 : current.awaitEnd();
                if (stopping.getCount() == 0) {
                    return;
                }
                if (isNew && ENDED_AS_ASKED.contains(exitCode)) {
                    notes.accept(name + " ended as it was asked to and is started again");
                } else {
                    if (System.nanoTime() - since > STEADY.toNanos()) {
                        pause = FIRST_PAUSE;
                    }
                    notes.accept(failure(exitCode, pause));
                    if (stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                        return;
                    }
                    pause = doubled(pause);
                }
                restart();
            }
        } catch (InterruptedException e) {
            notes.accept(name + " is not looked after any more: interrupted");
        }
    }

    private String failure(int exitCode, Duration pause) {
        return "%s ended with exit code %d and is started again in %d s; its log %s ends with%n%s"
                .formatted(
                        name,
                        exitCode,
                        pause.toSeconds(),
                        log.file(),
                        log.tail().indent(2).stripTrailing());
    }

    private static Duration doubled(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LAST_PAUSE) < 0 ? twice : LAST_PAUSE;
    }

    private void restart() throws InterruptedException {
        try {
            startOnce();
            notes.accept(name + " is ready again");
            restarted.run();
        } catch (IOException | UncheckedIOException | CliException e) {
            if (stopping.getCount() > 0) {
                notes.accept(FileErrors.describe(e));
            }
        }
    }
}

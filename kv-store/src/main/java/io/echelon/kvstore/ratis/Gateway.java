package io.echelon.kvstore.ratis;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.CommitResult;
import io.echelon.kvstore.rocksdb.Batch;
import io.echelon.kvstore.rocksdb.Command;
import io.echelon.kvstore.rocksdb.Decision;
import io.echelon.kvstore.rocksdb.PendingCommits;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Where the commits of one process come together. One thread takes every commit that waits, puts
 * them into one request, has the leader put that into the log, and answers them all; meanwhile the
 * next ones gather.
 *
 * <p>A request whose answer does not come is sent again, to whoever leads then, under the same
 * number, until {@link #GIVEN_UP}; the state does it once. Only then its commits fail, and whether
 * they were made is unknown.
 *
 * <p>Lifecycle: runs from {@link #start} until {@link #close}, which waits for what was submitted.
 *
 * <p>Thread safety: commits may be submitted by any thread.
 */
final class Gateway implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Gateway.class.getName());
    private static final Duration GIVEN_UP = Duration.ofSeconds(20);
    private static final Duration CHORE_GIVEN_UP = Duration.ofSeconds(1);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(10);

    private final Replica replica;
    private final PendingCommits pending;
    private final BlockingQueue<Task> waiting = new LinkedBlockingQueue<>();
    private final Thread thread = new Thread(this::run, "kv-store-gateway");
    private UUID session = UUID.randomUUID();
    private long sequence;
    private long answered;
    private @Nullable Task leftOver;
    private volatile boolean closing;
    private volatile boolean finished;

    private sealed interface Task {}

    private record Write(PendingCommits.Commit commit) implements Task {}

    private record Sweep() implements Task {}

    /** An entry without commands. */
    private record Tick() implements Task {}

    private record Stop() implements Task {}

    Gateway(Replica replica, Executor answers) {
        this.replica = replica;
        this.pending = new PendingCommits(answers);
    }

    void start() {
        thread.start();
    }

    CompletableFuture<CommitResult> submit(String database, AtomicWrite write) {
        if (closing) {
            return CompletableFuture.failedFuture(closed());
        }
        PendingCommits.Commit commit;
        try {
            commit = pending.admit(database, write);
        } catch (EchelonException e) {
            return CompletableFuture.failedFuture(e);
        }
        Write task = new Write(commit);
        waiting.add(task);
        if (finished && waiting.remove(task)) {
            pending.refuse(List.of(commit), closed());
        }
        return commit.answer();
    }

    /** Has expired values removed after what waits now. */
    void sweep() {
        if (!closing) {
            waiting.add(new Sweep());
        }
    }

    /** Has an entry put into the log, so that members that lag are told how far it has come. */
    void tick() {
        if (!closing) {
            waiting.add(new Tick());
        }
    }

    @Override
    public void close() {
        closing = true;
        waiting.add(new Stop());
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        boolean running = true;
        while (running) {
            List<Task> tasks = gather();
            running = tasks.stream().noneMatch(Stop.class::isInstance);
            List<PendingCommits.Commit> commits = commits(tasks);
            boolean wanted = tasks.stream().anyMatch(task -> !(task instanceof Stop));
            if (!wanted) {
                continue;
            }
            try {
                List<Command> commands = new ArrayList<>(tasks.size());
                commits.forEach(commit -> commands.add(commit.command()));
                if (tasks.stream().anyMatch(Sweep.class::isInstance)) {
                    commands.add(new Command.Sweep(PendingCommits.SWEEP_MAX_ROWS));
                }
                List<Decision> decisions =
                        deliver(commands, commits.isEmpty() ? CHORE_GIVEN_UP : GIVEN_UP);
                if (pending.answer(commits, decisions)) {
                    sweep();
                }
            } catch (EchelonException e) {
                pending.refuse(commits, e);
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "A request failed", e);
                pending.refuse(commits, unknown(e));
            }
        }
        finished = true;
        List<Task> rest = new ArrayList<>();
        waiting.drainTo(rest);
        pending.refuse(commits(rest), closed());
    }

    /** Waits for a task and takes those behind it that fit into one request. */
    private List<Task> gather() {
        List<Task> tasks = new ArrayList<>();
        long bytes = 0;
        Task next = leftOver;
        leftOver = null;
        while (next == null) {
            try {
                next = waiting.take();
            } catch (InterruptedException e) {
                LOG.log(System.Logger.Level.WARNING, "The gateway is interrupted; it goes on");
            }
        }
        while (next != null) {
            bytes += next instanceof Write write ? write.commit().bytes() : 0;
            if (!tasks.isEmpty() && bytes > LogCodec.REQUEST_FULL_BYTES) {
                leftOver = next;
                break;
            }
            tasks.add(next);
            // One place is left for a sweep; a stop ends the gathering, nothing comes behind it.
            next =
                    tasks.size() < Batch.COMMANDS_MAX - 1 && !(next instanceof Stop)
                            ? waiting.poll()
                            : null;
        }
        return tasks;
    }

    /** Has commands done, and says what became of them. */
    private List<Decision> deliver(List<Command> commands, Duration givenUp) {
        sequence++;
        byte[] request = encoded(commands);
        long end = System.nanoTime() + givenUp.toNanos();
        int attempts = 0;
        Throwable failure = null;
        while (System.nanoTime() - end < 0) {
            String leader = replica.leader();
            if (leader == null || !replica.isAlive()) {
                failure = new IOException("No member is known to lead");
                if (!replica.isAlive()) {
                    break;
                }
            } else {
                try {
                    attempts++;
                    switch (LogCodec.readReply(send(leader, request))) {
                        case Reply.Done(List<Decision> decisions) -> {
                            answered = sequence;
                            return decisions;
                        }
                        case Reply.Superseded _ ->
                                throw new IllegalStateException(
                                        "Request %d of its session came after a later one"
                                                .formatted(sequence));
                        case Reply.Forgotten _ -> {
                            session = UUID.randomUUID();
                            sequence = 1;
                            answered = 0;
                            if (attempts > 1) {
                                throw unknown(null);
                            }
                            attempts = 0;
                            request = encoded(commands);
                            continue;
                        }
                    }
                } catch (ExecutionException e) {
                    failure = e.getCause() == null ? e : e.getCause();
                    if (failure instanceof EchelonException refused
                            && refused.code() == ErrorCode.STORAGE_FULL) {
                        throw refused;
                    }
                } catch (IOException | TimeoutException e) {
                    failure = e;
                }
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        throw unknown(failure);
    }

    private byte[] send(String leader, byte[] request) throws ExecutionException, TimeoutException {
        CompletableFuture<byte[]> reply = replica.write(leader, request);
        while (true) {
            try {
                return reply.get(ANSWER_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                LOG.log(System.Logger.Level.WARNING, "The gateway is interrupted; it goes on");
            }
        }
    }

    private byte[] encoded(List<Command> commands) {
        return LogCodec.write(new Request(session, sequence, answered, commands));
    }

    private static List<PendingCommits.Commit> commits(List<Task> tasks) {
        List<PendingCommits.Commit> commits = new ArrayList<>();
        for (Task task : tasks) {
            if (task instanceof Write write) {
                commits.add(write.commit());
            }
        }
        return commits;
    }

    private static EchelonException unknown(@Nullable Throwable cause) {
        return new EchelonException(
                ErrorCode.UNAVAILABLE,
                "No majority of the store's replicas answered; whether the commit was made is unknown, read before trying again",
                cause);
    }

    private static EchelonException closed() {
        return new EchelonException(ErrorCode.UNAVAILABLE, "The store is closed");
    }
}

package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.CommitResult;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.function.Supplier;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * The one thread that writes. It takes every commit that waits, decides them one after the other,
 * makes them durable in one batch with one fsync, and only then answers: the longer the disk takes,
 * the more commits share the next fsync.
 *
 * <p>Lifecycle: runs from {@link #start} until {@link #close}, which waits for what was submitted.
 *
 * <p>Failure: a group that the disk refused is refused as a whole. When RocksDB itself fails, the
 * outcome of the group is unknown (UNAVAILABLE), and it is reopened before the next group.
 *
 * <p>Thread safety: commits may be submitted by any thread.
 */
final class CommitLoop implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(CommitLoop.class.getName());
    private static final int GROUP_MAX_TASKS = Batch.COMMANDS_MAX;

    private final Engine engine;
    private final DiskSpace disk;
    private final Clock clock;
    private final PendingCommits pending;
    private final Changes changes;
    private final BlockingQueue<Task> waiting = new LinkedBlockingQueue<>();
    private final Thread thread = new Thread(this::run, "kv-store-writer");
    private volatile boolean closing;
    private volatile boolean finished;
    private long lastGroup;
    private boolean broken;

    /** Who is told of groups that were written. */
    interface Changes {
        void made(Group group);
    }

    private sealed interface Task {}

    private record Write(PendingCommits.Commit commit) implements Task {}

    private record Sweep() implements Task {}

    private record Stop() implements Task {}

    /**
     * @param answers where the futures of commits complete
     * @param changes who is told, by the writer thread, what changed; it must not block
     */
    CommitLoop(Engine engine, DiskSpace disk, Clock clock, Executor answers, Changes changes) {
        this.engine = engine;
        this.disk = disk;
        this.clock = clock;
        this.pending = new PendingCommits(answers);
        this.changes = changes;
        this.lastGroup = engine.lastGroup();
    }

    void start() {
        thread.start();
    }

    CompletableFuture<CommitResult> submit(String database, AtomicWrite write) {
        return submit(() -> pending.admit(database, write), PendingCommits.Commit::result);
    }

    /** Has a change of messages decided. */
    CompletableFuture<Decision> submit(Command.Queue change) {
        return submit(() -> pending.admit(change), PendingCommits.Commit::answer);
    }

    private <T> CompletableFuture<T> submit(
            Supplier<PendingCommits.Commit> admission,
            Function<PendingCommits.Commit, CompletableFuture<T>> answer) {
        if (closing) {
            return CompletableFuture.failedFuture(closed());
        }
        PendingCommits.Commit commit;
        try {
            commit = admission.get();
        } catch (EchelonException e) {
            return CompletableFuture.failedFuture(e);
        }
        CompletableFuture<T> answered = answer.apply(commit);
        Write task = new Write(commit);
        waiting.add(task);
        if (finished && waiting.remove(task)) {
            pending.refuse(List.of(commit), closed());
        }
        return answered;
    }

    /** Lets the writer look for expired values after what waits now. */
    void sweep() {
        if (!closing) {
            waiting.add(new Sweep());
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
        List<Task> tasks = new ArrayList<>();
        boolean running = true;
        while (running) {
            tasks.clear();
            try {
                tasks.add(waiting.take());
            } catch (InterruptedException e) {
                LOG.log(System.Logger.Level.WARNING, "The writer is interrupted; it goes on");
                continue;
            }
            waiting.drainTo(tasks, GROUP_MAX_TASKS - 1);
            running = tasks.stream().noneMatch(Stop.class::isInstance);
            try {
                write(tasks);
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "A group of commits failed", e);
                broken = true;
                pending.refuse(
                        commits(tasks),
                        new EchelonException(
                                ErrorCode.UNAVAILABLE,
                                "The commit failed; whether it was made is unknown, read before trying again",
                                e));
            }
        }
        finished = true;
        tasks.clear();
        waiting.drainTo(tasks);
        pending.refuse(commits(tasks), closed());
    }

    private void write(List<Task> tasks) {
        List<PendingCommits.Commit> commits = commits(tasks);
        try {
            recover();
        } catch (EchelonException e) {
            pending.refuse(commits, e);
            return;
        }
        List<Command> commands = new ArrayList<>(tasks.size());
        commits.forEach(commit -> commands.add(commit.command()));
        if (tasks.stream().anyMatch(Sweep.class::isInstance)) {
            commands.add(new Command.Sweep(PendingCommits.SWEEP_MAX_ROWS));
        }
        try {
            Group group = Group.of(engine, new Batch(lastGroup + 1, clock.millis(), commands));
            if (!group.isEmpty()) {
                makeDurable(group);
                changes.made(group);
            }
            if (pending.answer(commits, group.decisions())) {
                sweep();
            }
        } catch (EchelonException e) {
            pending.refuse(commits, e);
        }
    }

    private void makeDurable(Group group) {
        try (WriteBatch batch = new WriteBatch()) {
            group.fill(batch);
            disk.require(batch.getDataSize());
            lastGroup++;
            engine.write(batch);
        } catch (RocksDBException e) {
            broken = true;
            LOG.log(System.Logger.Level.ERROR, "A group of commits could not be written", e);
            throw new EchelonException(
                    ErrorCode.UNAVAILABLE,
                    "The disk failed while the commit was written; whether it was made is unknown, read before trying again",
                    e);
        }
    }

    /** Opens RocksDB anew once that can succeed; until then reads go on with what is open. */
    private void recover() {
        if (broken) {
            disk.require(Engine.REOPEN_BYTES);
            engine.reopen();
            lastGroup = Math.max(lastGroup, engine.lastGroup());
            broken = false;
            LOG.log(System.Logger.Level.INFO, "The store is open again");
        }
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

    private static EchelonException closed() {
        return new EchelonException(ErrorCode.UNAVAILABLE, "The store is closed");
    }
}

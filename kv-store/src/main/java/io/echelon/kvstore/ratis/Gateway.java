package io.echelon.kvstore.ratis;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.CommitResult;
import io.echelon.kvstore.rocksdb.Batch;
import io.echelon.kvstore.rocksdb.Command;
import io.echelon.kvstore.rocksdb.Decision;
import io.echelon.kvstore.rocksdb.PendingCommits;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Where the commits of one process come together. A thread takes every commit that waits, puts them
 * into one request, has the leader put that into the log, and answers them all. There are {@link
 * #DELIVERIES} such threads, so that one request is gathered while another is on a disk; it is sent
 * when at least half as many commits wait as are in the other, or when that is done. They send one
 * after the other, and so in the order in which the commits came.
 *
 * <p>A request whose answer does not come is sent again until {@link #GIVEN_UP}. Only then its
 * commits fail, and whether they were made is unknown.
 *
 * <p>Lifecycle: runs from {@link #start} until {@link #close}, which waits for what was submitted.
 *
 * <p>Thread safety: commits may be submitted by any thread.
 */
final class Gateway implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Gateway.class.getName());
    private static final Duration GIVEN_UP = Duration.ofSeconds(20);
    private static final Duration CHORE_GIVEN_UP = Duration.ofSeconds(1);

    /** How long commits that have begun are waited for at the end, when no majority answers. */
    private static final Duration CLOSED_WITHIN = Duration.ofSeconds(3);

    private static final int DELIVERIES = 2;

    private final Replica replica;
    private final PendingCommits pending;
    private final List<Thread> threads = new ArrayList<>();
    private final Lock queue = new ReentrantLock();
    private final Condition worthARequest = queue.newCondition();

    /** Guarded by {@link #queue}, as is the number of tasks that were taken and not answered. */
    private final Deque<Task> waiting = new ArrayDeque<>();

    private int underWay;

    /** Held by the one who takes commits and sends them; guards the one below. */
    private final Lock sending = new ReentrantLock();

    private boolean stopped;
    private volatile boolean closing;
    private volatile long closingNanos;
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
        for (int i = 0; i < DELIVERIES; i++) {
            threads.add(
                    Thread.ofPlatform()
                            .name("kv-store-gateway-" + i)
                            .start(() -> run(new Delivery(replica, this::isAwaitedInVain))));
        }
    }

    CompletableFuture<CommitResult> submit(String database, AtomicWrite write) {
        return submit(() -> pending.admit(database, write), PendingCommits.Commit::result);
    }

    /** Has a change of messages decided. */
    CompletableFuture<Decision> submit(Command.Queue change) {
        return submit(() -> pending.admit(change), PendingCommits.Commit::answer);
    }

    /** Has a step of a database's move taken. */
    CompletableFuture<Decision> submit(Command.Step step) {
        return submit(() -> pending.admit(step), PendingCommits.Commit::answer);
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
        add(task);
        if (finished && remove(task)) {
            pending.refuse(List.of(commit), closed());
        }
        return answered;
    }

    private void add(Task task) {
        queue.lock();
        try {
            waiting.add(task);
            wakeIfWorthARequest();
        } finally {
            queue.unlock();
        }
    }

    private boolean remove(Task task) {
        queue.lock();
        try {
            return waiting.remove(task);
        } finally {
            queue.unlock();
        }
    }

    /** Has expired values removed after what waits now. */
    void sweep() {
        if (!closing) {
            add(new Sweep());
        }
    }

    /** Has an entry put into the log, so that members that lag are told how far it has come. */
    void tick() {
        if (!closing) {
            add(new Tick());
        }
    }

    @Override
    public void close() {
        closingNanos = System.nanoTime();
        closing = true;
        add(new Stop());
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        finished = true;
        pending.refuse(commits(rest()), closed());
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private List<Task> rest() {
        queue.lock();
        try {
            List<Task> rest = List.copyOf(waiting);
            waiting.clear();
            return rest;
        } finally {
            queue.unlock();
        }
    }

    private boolean isAwaitedInVain() {
        return closing && System.nanoTime() - closingNanos > CLOSED_WITHIN.toNanos();
    }

    private void run(Delivery delivery) {
        while (true) {
            List<PendingCommits.Commit> commits;
            int taken;
            Delivery.Sent sent;
            sending.lock();
            try {
                if (stopped) {
                    return;
                }
                List<Task> tasks = gather();
                taken = tasks.size();
                stopped = tasks.removeIf(Stop.class::isInstance);
                if (tasks.isEmpty()) {
                    return;
                }
                commits = commits(tasks);
                sent = delivery.send(commands(commits, tasks));
            } finally {
                sending.unlock();
            }
            try {
                List<Decision> decisions =
                        delivery.decisions(sent, commits.isEmpty() ? CHORE_GIVEN_UP : GIVEN_UP);
                if (pending.answer(commits, decisions)) {
                    sweep();
                }
            } catch (EchelonException e) {
                pending.refuse(commits, e);
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "A request failed", e);
                pending.refuse(commits, Delivery.unknown(e));
            }
            ended(taken);
        }
    }

    private static List<Command> commands(List<PendingCommits.Commit> commits, List<Task> tasks) {
        List<Command> commands = new ArrayList<>(tasks.size());
        commits.forEach(commit -> commands.add(commit.command()));
        if (tasks.stream().anyMatch(Sweep.class::isInstance)) {
            commands.add(new Command.Sweep(PendingCommits.SWEEP_MAX_ROWS));
        }
        return commands;
    }

    /** Waits for tasks that are worth a request and takes those that fit into one. */
    private List<Task> gather() {
        queue.lock();
        try {
            while (!isWorthARequest()) {
                worthARequest.awaitUninterruptibly();
            }
            List<Task> tasks = new ArrayList<>();
            long bytes = 0;
            Task next = waiting.peek();
            while (next != null) {
                bytes += next instanceof Write write ? write.commit().bytes() : 0;
                if (!tasks.isEmpty() && bytes > LogCodec.REQUEST_FULL_BYTES) {
                    break;
                }
                tasks.add(waiting.remove());
                // One place is left for a sweep; a stop ends the gathering.
                next =
                        tasks.size() < Batch.COMMANDS_MAX - 1 && !(next instanceof Stop)
                                ? waiting.peek()
                                : null;
            }
            underWay += tasks.size();
            return tasks;
        } finally {
            queue.unlock();
        }
    }

    /** Whether enough wait, beside those that are under way, to be sent before these are done. */
    private boolean isWorthARequest() {
        return !waiting.isEmpty() && (closing || 2 * waiting.size() >= underWay);
    }

    private void wakeIfWorthARequest() {
        if (isWorthARequest()) {
            worthARequest.signal();
        }
    }

    private void ended(int tasks) {
        queue.lock();
        try {
            underWay -= tasks;
            wakeIfWorthARequest();
        } finally {
            queue.unlock();
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

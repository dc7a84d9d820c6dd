package io.echelon.kvstore.ratis;

import io.echelon.kvstore.rocksdb.Batch;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where the requests of all gateways become entries of the leader's log. While entries are under
 * way requests wait until they have as many commands as those, or until an entry is done, and then
 * become one entry: most of what an entry costs every replica does not depend on how much is in it,
 * and so about half of all commits wait for the disks while the other half is gathered.
 *
 * <p>Requests of one session never share an entry, for the second may be the first come again.
 *
 * <p>Thread safety: all methods may be called from any thread.
 */
final class GroupCommit {
    /** An entry that takes longer than that holds up no others. */
    static final Duration HELD_UP = Duration.ofSeconds(1);

    private final Log log;
    private final LongSupplier nanos;
    private final Lock lock = new ReentrantLock();

    /** Guarded by {@link #lock}, as is the other. */
    private final Deque<Waiting> waiting = new ArrayDeque<>();

    private final List<Entry> underWay = new ArrayList<>();

    /** The leader's log. */
    interface Log {
        /**
         * Appends an entry.
         *
         * @param content as {@link LogCodec#join} makes it
         * @return the replies, joined in the same way, once it is applied
         */
        CompletableFuture<byte[]> append(byte[] content);
    }

    private record Waiting(byte[] request, CompletableFuture<byte[]> reply) {}

    private record Entry(List<Waiting> requests, int commands, long sentNanos) {}

    /**
     * @param nanos {@link System#nanoTime}
     */
    GroupCommit(Log log, LongSupplier nanos) {
        this.log = log;
        this.nanos = nanos;
    }

    /**
     * Has a request put into the log and done.
     *
     * @return its reply; it fails as its entry does
     */
    CompletableFuture<byte[]> write(byte[] request) {
        Waiting here = new Waiting(request, new CompletableFuture<>());
        Entry entry;
        lock.lock();
        try {
            waiting.add(here);
            entry = next();
        } finally {
            lock.unlock();
        }
        send(entry);
        return here.reply();
    }

    /** Takes those that wait and fit into one entry, when they are worth one. */
    private @Nullable Entry next() {
        long now = nanos.getAsLong();
        if (waiting.isEmpty() || commands(waiting) < commandsUnderWay(now)) {
            return null;
        }
        List<Waiting> together = new ArrayList<>();
        Set<UUID> sessions = new HashSet<>();
        int commands = 0;
        long bytes = 0;
        Waiting next = waiting.peek();
        while (next != null) {
            commands += LogCodec.commands(next.request());
            bytes += next.request().length;
            boolean isFirst = together.isEmpty();
            boolean fits = commands <= Batch.COMMANDS_MAX && bytes <= LogCodec.REQUEST_FULL_BYTES;
            if (!sessions.add(LogCodec.session(next.request())) || !(isFirst || fits)) {
                break;
            }
            together.add(waiting.remove());
            next = waiting.peek();
        }
        Entry entry = new Entry(together, commands(together), now);
        underWay.add(entry);
        return entry;
    }

    private int commandsUnderWay(long now) {
        int commands = 0;
        for (Entry entry : underWay) {
            if (now - entry.sentNanos() < HELD_UP.toNanos()) {
                commands += entry.commands();
            }
        }
        return commands;
    }

    private static int commands(Collection<Waiting> requests) {
        int commands = 0;
        for (Waiting each : requests) {
            commands += Math.max(1, LogCodec.commands(each.request()));
        }
        return commands;
    }

    private void send(@Nullable Entry entry) {
        if (entry != null) {
            var _ =
                    log.append(
                                    LogCodec.join(
                                            entry.requests().stream()
                                                    .map(Waiting::request)
                                                    .toList()))
                            .whenComplete((replies, failure) -> ended(entry, replies, failure));
        }
    }

    private void ended(Entry entry, byte @Nullable [] replies, @Nullable Throwable failure) {
        Entry next;
        lock.lock();
        try {
            underWay.remove(entry);
            next = next();
        } finally {
            lock.unlock();
        }
        if (replies == null) {
            if (next != null) {
                // Not by this thread, in which the log may be giving up all that it has.
                Thread.startVirtualThread(() -> send(next));
            }
            fail(entry, failure == null ? new IOException("The log gave no reply") : failure);
            return;
        }
        send(next);
        try {
            List<byte[]> split = LogCodec.splitReplies(replies, entry.requests().size());
            for (int i = 0; i < split.size(); i++) {
                entry.requests().get(i).reply().complete(split.get(i));
            }
        } catch (IOException e) {
            fail(entry, e);
        }
    }

    private static void fail(Entry entry, Throwable reason) {
        entry.requests().forEach(each -> each.reply().completeExceptionally(reason));
    }
}

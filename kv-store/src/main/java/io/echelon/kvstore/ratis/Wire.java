package io.echelon.kvstore.ratis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a member talks to the others: a door where they come in, and a connection to each of them for
 * each lane, made when it is needed and made again after it broke. It is written for this store
 * because a commit waits for every hand-over between threads on its way to another member and back,
 * and here there are as few as can be: whoever calls writes to the socket, and whoever reads from
 * it does what comes next.
 *
 * <p>Lifecycle: usable from the beginning; others come in from {@link #open} to {@link #close}.
 *
 * <p>Failure: futures fail with an {@link IOException}; whether the call was made is then unknown.
 *
 * <p>Thread safety: all methods may be called from any thread.
 */
final class Wire implements AutoCloseable {
    private static final int REFUSED_WITHIN_MS = 300;

    private final RatisOptions options;
    private final Map<String, Member> members = new ConcurrentHashMap<>();
    private final Map<Way, CompletableFuture<Link>> links = new ConcurrentHashMap<>();
    private final ExecutorService connecting =
            Executors.newThreadPerTaskExecutor(
                    Thread.ofVirtual().name("kv-store-connect-", 0).factory());
    private final Entrance entrance;
    private final AtomicReference<Door.@Nullable Answering> asked = new AtomicReference<>();
    private volatile Door.@Nullable Answering here;
    private volatile Consumer<String> leaving = member -> {};
    private volatile long heardNanos;
    private volatile boolean closed;

    private record Way(String member, Kind.Lane lane) {}

    Wire(RatisOptions options) {
        this.options = options;
        this.entrance = options.entrance();
        this.heardNanos = System.nanoTime();
        options.members().forEach(this::know);
    }

    RatisOptions options() {
        return options;
    }

    /**
     * Learns where a member is. Where those are that this one was opened with is known better than
     * by the log, which has it from when they joined.
     */
    void know(Member member) {
        members.putIfAbsent(member.id(), member);
    }

    /** Where a member is, as far as is known. */
    @Nullable Member member(String name) {
        return members.get(name);
    }

    /** Notes that a leader has spoken. */
    void heard() {
        heardNanos = System.nanoTime();
    }

    /** Whether a leader has spoken within a time. */
    boolean hasHeardWithin(Duration time) {
        return System.nanoTime() - heardNanos < time.toNanos();
    }

    /** Lets other members come in; one that is alone has no door. */
    void open(Door.Answering answering) throws IOException {
        here = answering;
        if (!options.isAlone()) {
            entrance.open(options, new Entrance.Host(answering, member -> leaving.accept(member)));
        }
    }

    /**
     * Connects to all members, so that one that is elected, or wants to be, need not begin with
     * that while others wait for its first word.
     */
    void reachAll() {
        for (String member : members.keySet()) {
            if (!member.equals(options.self().id())) {
                for (Kind.Lane lane : Kind.Lane.values()) {
                    var _ = link(new Way(member, lane));
                }
            }
        }
    }

    /** Sets who answers requests and questions, which are none of Ratis' business. */
    void answerBy(Door.Answering answering) {
        asked.set(answering);
    }

    CompletableFuture<byte[]> ask(Kind kind, byte[] payload) {
        return answer(asked.get(), kind, payload);
    }

    private static CompletableFuture<byte[]> answer(
            Door.@Nullable Answering answering, Kind kind, byte[] payload) {
        return answering == null
                ? CompletableFuture.failedFuture(new IOException("The replica is starting"))
                : answering.answer(kind, payload);
    }

    CompletableFuture<byte[]> call(String member, Kind kind, byte[] payload) {
        CompletableFuture<Link> link = link(new Way(member, kind.lane()));
        return link.state() == CompletableFuture.State.SUCCESS
                ? link.resultNow().call(kind, payload)
                : link.thenCompose(open -> open.call(kind, payload));
    }

    /**
     * Sets who is told the name of a member whose connection for the log has ended; by a thread
     * that may wait.
     */
    void whenOneLeaves(Consumer<String> told) {
        leaving = told;
    }

    /**
     * Whether a member's machine answers that nobody listens at its address, which is certain to be
     * so once its process has ended. Blocks for at most {@link #REFUSED_WITHIN_MS}.
     */
    boolean isRefusedBy(String member) {
        Member known = members.get(member);
        if (known == null) {
            return false;
        }
        try (Socket probe = new Socket()) {
            probe.connect(new InetSocketAddress(known.host(), known.port()), REFUSED_WITHIN_MS);
            return false;
        } catch (ConnectException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Has a call answered here as if another member had made it. */
    CompletableFuture<byte[]> callHere(Kind kind, byte[] payload) {
        return answer(here, kind, payload);
    }

    /** Whether another member can be called without connecting to it first. */
    boolean isConnected(String member) {
        CompletableFuture<Link> link = links.get(new Way(member, Kind.Lane.CALLS));
        return link != null
                && link.state() == CompletableFuture.State.SUCCESS
                && !link.resultNow().isOver();
    }

    private CompletableFuture<Link> link(Way way) {
        CompletableFuture<Link> present = links.get(way);
        return present != null && isUsable(present)
                ? present
                : links.compute(
                        way, (_, there) -> there != null && isUsable(there) ? there : connect(way));
    }

    private static boolean isUsable(CompletableFuture<Link> link) {
        return switch (link.state()) {
            case RUNNING -> true;
            case SUCCESS -> !link.resultNow().isOver();
            case FAILED, CANCELLED -> false;
        };
    }

    private CompletableFuture<Link> connect(Way way) {
        Member member = members.get(way.member());
        if (member == null || closed) {
            return CompletableFuture.failedFuture(
                    new IOException("The member %s is not known".formatted(way.member())));
        }
        Hello hello = new Hello(options.group(), options.self().id(), member.id(), way.lane());
        try {
            return CompletableFuture.supplyAsync(() -> connect(member, hello), connecting);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(new IOException("This member is closed", e));
        }
    }

    private Link connect(Member member, Hello hello) {
        try {
            Link link =
                    Link.open(
                            new InetSocketAddress(member.host(), member.port()),
                            hello,
                            options.tls());
            if (closed) {
                link.close();
            }
            return link;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        closed = true;
        entrance.close(options.group());
        connecting.shutdown();
        links.values()
                .forEach(
                        link -> {
                            if (link.state() == CompletableFuture.State.SUCCESS) {
                                link.resultNow().close();
                            }
                        });
    }
}

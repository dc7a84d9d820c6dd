package io.echelon.kvstore.ratis;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Where other members come in. Whoever does not show who it is within a second, by its certificate
 * if members have any, gets no answer; a member that comes again replaces its earlier connection.
 *
 * <p>Lifecycle: listens from {@link #open} to {@link #close}.
 *
 * <p>Thread safety: all methods may be called from any thread.
 */
final class Door implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Door.class.getName());
    private static final int GREETING_TIMEOUT_MS = 1_000;
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int BACKLOG = 128;
    private static final int STRANGERS_MAX = 64;

    private final ServerSocket listening;
    private final Map<UUID, Entrance.Host> hosts;
    private final String self;
    private final @Nullable MemberTls tls;
    private final Semaphore strangers = new Semaphore(STRANGERS_MAX);
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Map<Whose, Socket> members = new ConcurrentHashMap<>();
    private volatile boolean closed;

    private record Whose(UUID group, String member, Kind.Lane lane) {}

    /** Answers calls, in the thread that reads them; it should not block for long. */
    interface Answering {
        CompletableFuture<byte[]> answer(Kind kind, byte[] payload);
    }

    private Door(
            ServerSocket listening,
            Map<UUID, Entrance.Host> hosts,
            String self,
            @Nullable MemberTls tls) {
        this.listening = listening;
        this.hosts = hosts;
        this.self = self;
        this.tls = tls;
    }

    /**
     * @param options of any of the groups; they are the same as to where members come in
     * @param hosts the groups, as they are at any time
     */
    static Door open(RatisOptions options, Map<UUID, Entrance.Host> hosts) throws IOException {
        ServerSocket listening = new ServerSocket();
        try {
            listening.setReuseAddress(true);
            listening.bind(
                    new InetSocketAddress(options.self().host(), options.self().port()), BACKLOG);
        } catch (IOException e) {
            listening.close();
            throw e;
        }
        Door door = new Door(listening, hosts, options.self().id(), options.tls());
        Thread.ofPlatform().daemon().name("kv-store-door").start(door::accept);
        return door;
    }

    private void accept() {
        while (!closed) {
            try {
                Socket plain = listening.accept();
                if (!strangers.tryAcquire()) {
                    plain.close();
                    continue;
                }
                sockets.add(plain);
                Thread.ofPlatform().daemon().name("kv-store-visitor").start(() -> receive(plain));
                if (closed) {
                    plain.close();
                }
            } catch (IOException e) {
                if (!closed) {
                    LOG.log(System.Logger.Level.WARNING, "A connection was not accepted", e);
                }
            }
        }
    }

    private void receive(Socket plain) {
        Whose whose = null;
        try (plain) {
            plain.setTcpNoDelay(true);
            plain.setKeepAlive(true);
            plain.setSoTimeout(GREETING_TIMEOUT_MS);
            Socket socket = tls == null ? plain : tls.fromMember(plain);
            DataInputStream in =
                    new DataInputStream(
                            new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES));
            Hello hello = Hello.read(in);
            MemberTls.requireMember(socket, hello.from());
            Entrance.Host host = hosts.get(hello.group());
            if (host == null || !hello.to().equals(self)) {
                throw new IOException("%s is wrong at %s".formatted(hello, self));
            }
            plain.setSoTimeout(0);
            socket.getOutputStream().write(Hello.WELCOME);
            strangers.release();
            whose = new Whose(hello.group(), hello.from(), hello.lane());
            Thread.currentThread()
                    .setName("kv-store-door-%s-%s".formatted(hello.from(), hello.lane()));
            Socket earlier = members.put(whose, plain);
            if (earlier != null) {
                earlier.close();
            }
            serve(host.answering(), in, socket.getOutputStream(), plain);
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.DEBUG,
                    "The connection from {0} ends: {1}",
                    plain.getRemoteSocketAddress(),
                    e.getMessage());
        } finally {
            sockets.remove(plain);
            if (whose == null) {
                strangers.release();
            } else {
                ended(whose, plain);
            }
        }
    }

    /** A member's connection has ended; unless it came again, it may have left. */
    private void ended(Whose whose, Socket plain) {
        Entrance.Host host = hosts.get(whose.group());
        if (members.remove(whose, plain)
                && whose.lane() == Kind.Lane.LOG
                && host != null
                && !closed) {
            host.left().accept(whose.member());
        }
    }

    private static void serve(
            Answering answering, DataInputStream in, OutputStream out, Socket plain)
            throws IOException {
        Lock writing = new ReentrantLock();
        while (true) {
            Frames.Frame call = Frames.read(in);
            Kind kind = Kind.of(call.code());
            if (kind == null) {
                throw new IOException("The call %d is not known".formatted(call.code()));
            }
            var _ =
                    answer(answering, kind, call.payload())
                            .whenComplete(
                                    (payload, failure) -> {
                                        Frames.Frame reply = reply(call.number(), payload, failure);
                                        writing.lock();
                                        try {
                                            out.write(reply.encoded());
                                        } catch (IOException e) {
                                            close(plain);
                                        } finally {
                                            writing.unlock();
                                        }
                                    });
        }
    }

    private static CompletableFuture<byte[]> answer(
            Answering answering, Kind kind, byte[] payload) {
        try {
            return answering.answer(kind, payload);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static Frames.Frame reply(
            long number, byte @Nullable [] payload, @Nullable Throwable failure) {
        if (failure == null && payload != null) {
            return new Frames.Frame(number, Frames.DONE, payload);
        }
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        byte outcome =
                switch (cause) {
                    case EchelonException refused when refused.code() == ErrorCode.STORAGE_FULL ->
                            Frames.FULL;
                    case NotReadyException _ -> Frames.NOT_READY;
                    case null, default -> Frames.FAILED;
                };
        String text =
                cause instanceof EchelonException refused
                        ? refused.reason()
                        : String.valueOf(cause);
        return new Frames.Frame(number, outcome, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is of no use any more either way.
        }
    }

    /** Ends the connections of a group's members. */
    void sendAway(UUID group) {
        members.forEach(
                (whose, socket) -> {
                    if (whose.group().equals(group)) {
                        close(socket);
                    }
                });
    }

    @Override
    public void close() {
        closed = true;
        try {
            listening.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "The door did not close as it should", e);
        }
        sockets.forEach(Door::close);
    }
}

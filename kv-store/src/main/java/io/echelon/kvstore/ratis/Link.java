package io.echelon.kvstore.ratis;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A connection to another member, over which any number of calls may be under way.
 *
 * <p>Lifecycle: open from {@link #open} until it is closed, breaks, or leaves a call unanswered for
 * longer than its {@link Kind#patience}; then all its calls fail.
 *
 * <p>Thread safety: all methods may be called from any thread. Futures complete on the thread that
 * reads from the connection, which what depends on them must not block.
 */
final class Link implements AutoCloseable {
    private static final int CONNECT_TIMEOUT_MS = 500;
    private static final int GREETING_TIMEOUT_MS = 1_000;
    private static final int BUFFER_BYTES = 64 * 1024;

    private final Socket plain;
    private final DataInputStream in;
    private final OutputStream out;
    private final Lock writing = new ReentrantLock();
    private final AtomicLong numbers = new AtomicLong();
    private final Map<Long, CompletableFuture<byte[]>> waiting = new ConcurrentHashMap<>();
    private volatile boolean over;

    private Link(Socket plain, Socket socket, DataInputStream in) throws IOException {
        this.plain = plain;
        this.in = in;
        this.out = socket.getOutputStream();
    }

    /** Connects, and makes sure that the right member answers. */
    static Link open(InetSocketAddress address, Hello hello, @Nullable MemberTls tls)
            throws IOException {
        Socket plain = new Socket();
        try {
            plain.setTcpNoDelay(true);
            plain.setKeepAlive(true);
            plain.connect(address, CONNECT_TIMEOUT_MS);
            plain.setSoTimeout(GREETING_TIMEOUT_MS);
            Socket socket = tls == null ? plain : tls.toMember(plain, hello.to());
            hello.write(new DataOutputStream(socket.getOutputStream()));
            DataInputStream in =
                    new DataInputStream(
                            new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES));
            if (in.readByte() != Hello.WELCOME) {
                throw new IOException("%s is not welcome at %s".formatted(hello, address));
            }
            plain.setSoTimeout(0);
            Link link = new Link(plain, socket, in);
            Thread.ofPlatform()
                    .daemon()
                    .name("kv-store-link-%s-%s".formatted(hello.to(), hello.lane()))
                    .start(link::read);
            return link;
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    boolean isOver() {
        return over;
    }

    CompletableFuture<byte[]> call(Kind kind, byte[] payload) {
        long number = numbers.incrementAndGet();
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        waiting.put(number, answer);
        // Before it is written, for writing may be what takes too long.
        var _ =
                answer.orTimeout(kind.patience().toMillis(), TimeUnit.MILLISECONDS)
                        .whenComplete(
                                (_, failure) -> {
                                    waiting.remove(number);
                                    if (failure instanceof TimeoutException) {
                                        close();
                                    }
                                });
        byte[] frame = new Frames.Frame(number, kind.code(), payload).encoded();
        writing.lock();
        try {
            out.write(frame);
        } catch (IOException e) {
            close();
        } finally {
            writing.unlock();
        }
        if (over) {
            answer.completeExceptionally(new IOException("The connection is closed"));
        }
        return answer;
    }

    private void read() {
        try {
            while (true) {
                Frames.Frame frame = Frames.read(in);
                CompletableFuture<byte[]> answer = waiting.get(frame.number());
                if (answer != null) {
                    complete(answer, frame);
                }
            }
        } catch (IOException e) {
            close();
        }
    }

    private static void complete(CompletableFuture<byte[]> answer, Frames.Frame frame) {
        if (frame.code() == Frames.DONE) {
            answer.complete(frame.payload());
            return;
        }
        String text = new String(frame.payload(), StandardCharsets.UTF_8);
        answer.completeExceptionally(
                switch (frame.code()) {
                    case Frames.FULL -> new EchelonException(ErrorCode.STORAGE_FULL, text);
                    case Frames.NOT_READY -> new NotReadyException(text);
                    default -> new IOException(text);
                });
    }

    /** Closes what lies beneath, which ends a write that is stuck as well. */
    @Override
    public void close() {
        over = true;
        try {
            plain.close();
        } catch (IOException e) {
            // It is of no use any more either way.
        }
        IOException closed = new IOException("The connection is closed");
        waiting.values().forEach(answer -> answer.completeExceptionally(closed));
    }
}

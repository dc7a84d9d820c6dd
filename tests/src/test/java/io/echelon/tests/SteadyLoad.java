package io.echelon.tests;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Callers that go on at a steady rate whatever happens, as a balancer sends them: each has a node
 * that it prefers and a connection that it keeps, asks every node's health again and again, and
 * goes to another node when its own does not want it or cannot be reached. A request that was sent
 * is never sent again, so that each that is lost is seen.
 */
final class SteadyLoad implements AutoCloseable {
    private static final int CONNECT_MILLIS = 1_000;
    private static final int HEALTH_MILLIS = 1_000;
    private static final long HEALTH_EVERY_MILLIS = 250;

    private final List<URI> nodes;
    private final List<URI> health;
    private final boolean[] healthy;
    private final byte[] request;
    private final long everyNanos;
    private final Duration patience;
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean over;

    /**
     * What became of a request.
     *
     * @param node index of the node that it was sent to
     * @param begun when it was to be sent, as {@link System#nanoTime()}
     * @param ended when its answer, or its end, came
     * @param status of the response; {@link #LOST} or {@link #LATE}
     */
    record Answer(int node, long begun, long ended, int status) {
        /** The connection ended before its response. */
        static final int LOST = 0;

        /** There was no response within the caller's patience. */
        static final int LATE = -1;

        boolean isGood() {
            return status == 200;
        }

        double millis() {
            return (ended - begun) / 1e6;
        }
    }

    /**
     * Begins at once.
     *
     * @param perSecond requests of all callers together
     * @param callers how many connections
     * @param patience for each response
     */
    SteadyLoad(
            Platform platform,
            int count,
            String host,
            int perSecond,
            int callers,
            Duration patience)
            throws IOException {
        this.patience = patience;
        nodes = new ArrayList<>();
        health = new ArrayList<>();
        healthy = new boolean[count];
        for (int node = 0; node < count; node++) {
            nodes.add(platform.http(node));
            health.add(platform.internal(node).resolve("/q/health/ready"));
            healthy[node] = true;
            int probed = node;
            threads.add(Thread.ofPlatform().start(() -> probe(probed)));
        }
        request =
                "GET / HTTP/1.1\r\nhost: %s\r\n\r\n"
                        .formatted(host)
                        .getBytes(StandardCharsets.US_ASCII);
        everyNanos = TimeUnit.SECONDS.toNanos(1) * callers / perSecond;
        for (int caller = 0; caller < callers; caller++) {
            int number = caller;
            threads.add(Thread.ofPlatform().start(() -> call(number)));
        }
    }

    /** What has become of all requests that ended since the last time, in no order. */
    List<Answer> take() {
        List<Answer> taken = new ArrayList<>();
        for (Answer answer = answers.poll(); answer != null; answer = answers.poll()) {
            taken.add(answer);
        }
        return taken;
    }

    @Override
    public void close() {
        over = true;
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void probe(int node) {
        while (!over) {
            boolean ready = false;
            try {
                HttpURLConnection asked =
                        (HttpURLConnection) health.get(node).toURL().openConnection();
                asked.setConnectTimeout(HEALTH_MILLIS);
                asked.setReadTimeout(HEALTH_MILLIS);
                ready = asked.getResponseCode() == 200;
                asked.disconnect();
            } catch (IOException unreachable) {
                // It is not ready.
            }
            healthy[node] = ready;
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(HEALTH_EVERY_MILLIS));
        }
    }

    private void call(int caller) {
        int preferred = caller % nodes.size();
        long next = System.nanoTime() + everyNanos * caller / Math.max(1, threads.size());
        Line line = null;
        while (!over) {
            LockSupport.parkNanos(next - System.nanoTime());
            long begun = next;
            next = Math.max(next + everyNanos, System.nanoTime() - everyNanos);
            if (line == null || line.node != preferred || !healthy[preferred]) {
                line = connect(line, preferred);
            }
            if (line == null) {
                answers.add(new Answer(preferred, begun, System.nanoTime(), Answer.LOST));
                continue;
            }
            int status = line.ask();
            answers.add(new Answer(line.node, begun, System.nanoTime(), status));
            if (line.isClosed()) {
                line.close();
                line = null;
            }
        }
        if (line != null) {
            line.close();
        }
    }

    /** A connection to the best node that takes one: the preferred, or else a healthy one. */
    private Line connect(Line present, int preferred) {
        for (int turn = 0; turn < 2 * nodes.size(); turn++) {
            int node = (preferred + turn) % nodes.size();
            // First those that say they are well, then, for want of any, the others.
            if (turn < nodes.size() && !healthy[node]) {
                continue;
            }
            if (present != null && present.node == node) {
                return present;
            }
            try {
                Line line = new Line(node);
                if (present != null) {
                    present.close();
                }
                return line;
            } catch (IOException refused) {
                // Nothing was sent; the next one may do.
            }
        }
        return present;
    }

    /** A connection. */
    private final class Line {
        private final int node;
        private final Socket socket = new Socket();
        private final InputStream in;
        private boolean closed;

        Line(int node) throws IOException {
            this.node = node;
            URI address = nodes.get(node);
            try {
                socket.connect(
                        new InetSocketAddress(address.getHost(), address.getPort()),
                        CONNECT_MILLIS);
                socket.setSoTimeout((int) patience.toMillis());
                socket.setTcpNoDelay(true);
                in = new BufferedInputStream(socket.getInputStream());
            } catch (IOException e) {
                socket.close();
                throw e;
            }
        }

        boolean isClosed() {
            return closed;
        }

        void close() {
            try {
                socket.close();
            } catch (IOException e) {
                // It is of no use any more.
            }
        }

        int ask() {
            try {
                socket.getOutputStream().write(request);
                return read();
            } catch (SocketTimeoutException e) {
                closed = true;
                return Answer.LATE;
            } catch (IOException | NumberFormatException broken) {
                closed = true;
                return Answer.LOST;
            }
        }

        private int read() throws IOException {
            int status = Integer.parseInt(line().split(" ", 3)[1]);
            int length = 0;
            for (String header = line(); !header.isEmpty(); header = line()) {
                String lower = header.toLowerCase(Locale.ROOT);
                if (lower.startsWith("content-length:")) {
                    length = Integer.parseInt(lower.substring(15).strip());
                } else if (lower.startsWith("connection:") && lower.contains("close")) {
                    closed = true;
                }
            }
            in.skipNBytes(length);
            return status;
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0) {
                    throw new IOException("The connection ended");
                }
                if (next != '\r') {
                    line.append((char) next);
                }
            }
            return line.toString();
        }
    }
}

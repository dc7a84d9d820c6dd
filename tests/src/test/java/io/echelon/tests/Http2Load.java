package io.echelon.tests;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/** Clients that ask servers over HTTP/2, each the next thing as soon as it has its answer. */
final class Http2Load {
    /** Streams that one connection carries at once. */
    private static final int CLIENTS_PER_CONNECTION = 32;

    private Http2Load() {}

    /**
     * What clients ask for.
     *
     * @param headers of every request
     * @param bodies makes the next request's body, on any thread; empty for a GET
     * @param good what a good answer's body begins with
     * @param goodBytes the least bytes of a good answer
     */
    record Question(
            List<Map.Entry<String, String>> headers,
            Supplier<byte[]> bodies,
            byte[] good,
            int goodBytes) {}

    /**
     * What came of it.
     *
     * @param bad answers that were not good
     * @param client share of all processors that this process used, from 0 to 1
     */
    record Figures(double perSecond, double p50Millis, double p99Millis, long bad, double client) {}

    /** Has clients ask servers, which share them evenly, for a time. */
    static Figures run(List<URI> servers, Question question, int clients, Duration time) {
        int connections = Math.ceilDiv(clients, CLIENTS_PER_CONNECTION);
        if (clients >= servers.size()) {
            connections = Math.max(connections, servers.size());
        }
        OperatingSystemMXBean machine =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long cpuNanos = machine.getProcessCpuTime();
        long begun = System.nanoTime();
        long end = begun + time.toNanos();
        List<Caller> callers = new ArrayList<>();
        List<CompletableFuture<Void>> done = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            int mine = clients / connections + (i < clients % connections ? 1 : 0);
            Caller caller = new Caller(question, mine, end);
            URI server = servers.get(i % servers.size());
            callers.add(caller);
            CompletableFuture<Void> ended = new CompletableFuture<>();
            done.add(ended);
            Thread.ofPlatform().name("load-" + i).start(() -> call(caller, server, ended));
        }
        try {
            done.forEach(CompletableFuture::join);
        } catch (CompletionException e) {
            throw new IllegalStateException(question.headers().toString(), e.getCause());
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        double client =
                (machine.getProcessCpuTime() - cpuNanos)
                        / 1e9
                        / seconds
                        / Runtime.getRuntime().availableProcessors();
        long[] nanos =
                callers.stream().flatMapToLong(caller -> caller.nanos.build()).sorted().toArray();
        return new Figures(
                nanos.length / seconds,
                at(nanos, 0.5),
                at(nanos, 0.99),
                callers.stream().mapToLong(caller -> caller.bad).sum(),
                client);
    }

    private static void call(Caller caller, URI server, CompletableFuture<Void> ended) {
        try (Http2Connection connection = new Http2Connection(server, caller.question.headers())) {
            caller.run(connection);
            ended.complete(null);
        } catch (IOException | RuntimeException e) {
            ended.completeExceptionally(e);
        }
    }

    private static double at(long[] sortedNanos, double quantile) {
        return sortedNanos.length == 0
                ? 0
                : sortedNanos[(int) (quantile * (sortedNanos.length - 1))] / 1e6;
    }

    /** The clients of one connection. */
    private static final class Caller implements Http2Connection.Answers {
        private final Question question;
        private final int clients;
        private final long endNanos;
        private final Map<Integer, Call> underWay = new HashMap<>();
        private final Deque<byte[]> waiting = new ArrayDeque<>();
        private final LongStream.Builder nanos = LongStream.builder();
        private long bad;

        private static final class Call {
            private final long begun = System.nanoTime();
            private long bytes;
            private boolean good;
        }

        Caller(Question question, int clients, long endNanos) {
            this.question = question;
            this.clients = clients;
            this.endNanos = endNanos;
        }

        void run(Http2Connection connection) throws IOException {
            for (int i = 0; i < clients; i++) {
                waiting.add(question.bodies().get());
            }
            do {
                while (!waiting.isEmpty() && connection.takes(waiting.peek().length)) {
                    underWay.put(connection.send(waiting.remove()), new Call());
                }
                connection.await(this);
            } while (!underWay.isEmpty() || !waiting.isEmpty());
        }

        @Override
        public void data(int stream, byte[] bytes, int offset, int length) {
            Call call = underWay.get(stream);
            if (call == null) {
                return;
            }
            if (call.bytes == 0) {
                byte[] good = question.good();
                call.good = length >= good.length;
                for (int i = 0; call.good && i < good.length; i++) {
                    call.good = bytes[offset + i] == good[i];
                }
            }
            call.bytes += length;
        }

        @Override
        public void end(int stream) {
            Call call = underWay.remove(stream);
            if (call == null) {
                return;
            }
            long now = System.nanoTime();
            if (call.good && call.bytes >= question.goodBytes()) {
                nanos.add(now - call.begun);
            } else {
                bad++;
            }
            if (now < endNanos) {
                waiting.add(question.bodies().get());
            }
        }
    }
}

package io.echelon.tests;

import io.echelon.tests.Http2Load.Question;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/** The same questions in the protocols of etcd and of KV Connect: 10,000 keys, 200 bytes each. */
interface StoreQuestions {
    int KEYS = 10_000;
    int LIST = 1_000;
    int VALUE_BYTES = 200;

    /** Sets each key in turn, from the first one on. */
    Question fill();

    Question commit();

    /** Reads a key that shows every commit before. */
    Question strong();

    /** Reads the first thousand keys, strongly. */
    Question list();

    static Supplier<byte[]> inTurn(Function<String, byte[]> body) {
        AtomicInteger next = new AtomicInteger();
        return () -> body.apply(key(next.getAndIncrement() % KEYS));
    }

    static Supplier<byte[]> random(Function<String, byte[]> body) {
        return () -> body.apply(key(ThreadLocalRandom.current().nextInt(KEYS)));
    }

    private static String key(int number) {
        return "%08d".formatted(number);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** etcd's own protocol, which is gRPC. */
    record Etcd() implements StoreQuestions {
        private static final byte[] GOOD = {0}; // an answer that is not compressed, and no error
        private static final int HEADER_BYTES = 5;

        @Override
        public Question fill() {
            return question("Put", inTurn(Etcd::put), HEADER_BYTES + 1);
        }

        @Override
        public Question commit() {
            return question("Put", random(Etcd::put), HEADER_BYTES + 1);
        }

        @Override
        public Question strong() {
            return question("Range", random(key -> range(key, 0)), VALUE_BYTES);
        }

        /** Reads a key as the node that is asked has it. */
        Question eventual() {
            return question("Range", random(key -> range(key, 1)), VALUE_BYTES);
        }

        @Override
        public Question list() {
            byte[] range =
                    framed(
                            new Proto()
                                    .bytes(1, ascii("row/"))
                                    .bytes(2, ascii("row0"))
                                    .number(3, LIST));
            return question("Range", () -> range, LIST * VALUE_BYTES);
        }

        private static Question question(String method, Supplier<byte[]> bodies, int goodBytes) {
            return new Question(
                    List.of(
                            Map.entry(":method", "POST"),
                            Map.entry(":scheme", "http"),
                            Map.entry(":path", "/etcdserverpb.KV/" + method),
                            Map.entry(":authority", "localhost"),
                            Map.entry("te", "trailers"),
                            Map.entry("content-type", "application/grpc")),
                    bodies,
                    GOOD,
                    goodBytes);
        }

        private static byte[] put(String key) {
            return framed(
                    new Proto().bytes(1, ascii("row/" + key)).bytes(2, new byte[VALUE_BYTES]));
        }

        private static byte[] range(String key, int serializable) {
            return framed(new Proto().bytes(1, ascii("row/" + key)).number(7, serializable));
        }

        private static byte[] framed(Proto proto) {
            byte[] message = proto.message();
            return ByteBuffer.allocate(HEADER_BYTES + message.length)
                    .put((byte) 0)
                    .putInt(message.length)
                    .put(message)
                    .array();
        }
    }

    /**
     * A database behind KV Connect.
     *
     * @param path of its data
     */
    record KvConnect(String path, String token, String databaseId) implements StoreQuestions {
        private static final byte[] COMMITTED = {1 << 3, 1};
        private static final int BYTES = 3;
        private static final int SET = 1;

        @Override
        public Question fill() {
            return question("atomic_write", inTurn(KvConnect::set), COMMITTED, 2);
        }

        @Override
        public Question commit() {
            return question("atomic_write", random(KvConnect::set), COMMITTED, 2);
        }

        @Override
        public Question strong() {
            return question("snapshot_read", random(KvConnect::get), new byte[0], VALUE_BYTES);
        }

        @Override
        public Question list() {
            byte[] read =
                    read(new Proto().bytes(1, tuple("row")).bytes(2, tuple("rox")).number(3, LIST));
            return question("snapshot_read", () -> read, new byte[0], LIST * VALUE_BYTES);
        }

        private Question question(
                String method, Supplier<byte[]> bodies, byte[] good, int goodBytes) {
            return new Question(
                    List.of(
                            Map.entry(":method", "POST"),
                            Map.entry(":scheme", "http"),
                            Map.entry(":path", path + "/" + method),
                            Map.entry(":authority", "localhost"),
                            Map.entry("authorization", "Bearer " + token),
                            Map.entry("content-type", "application/x-protobuf"),
                            Map.entry("x-denokv-version", "3"),
                            Map.entry("x-denokv-database-id", databaseId)),
                    bodies,
                    good,
                    goodBytes);
        }

        private static byte[] set(String key) {
            byte[] value = new Proto().bytes(1, new byte[VALUE_BYTES]).number(2, BYTES).message();
            byte[] mutation =
                    new Proto()
                            .bytes(1, tuple("row", key))
                            .bytes(2, value)
                            .number(3, SET)
                            .message();
            return new Proto().bytes(2, mutation).message();
        }

        private static byte[] get(String key) {
            byte[] start = tuple("row", key);
            byte[] end = new byte[start.length + 1];
            System.arraycopy(start, 0, end, 0, start.length);
            return read(new Proto().bytes(1, start).bytes(2, end).number(3, 1));
        }

        private static byte[] read(Proto range) {
            return new Proto().bytes(1, range.message()).message();
        }

        /** A key of texts. */
        private static byte[] tuple(String... texts) {
            ByteArrayOutputStream key = new ByteArrayOutputStream();
            for (String text : texts) {
                key.write(2);
                key.writeBytes(ascii(text));
                key.write(0);
            }
            return key.toByteArray();
        }
    }
}

package io.echelon.kvstore.rocksdb;

import static io.echelon.kvstore.Await.committed;
import static io.echelon.kvstore.Await.result;
import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.Enqueue;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvQueue;
import io.echelon.kvstore.KvQueueContract;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.QueueMessage;
import io.echelon.kvstore.QueueSettlement;
import io.echelon.kvstore.Versionstamp;
import java.io.BufferedReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.WriteBatch;

class RocksQueueTest extends KvQueueContract {
    private static final Duration LEASE = Duration.ofSeconds(30);

    @TempDir Path folder;

    private RocksKvStore store;

    @BeforeEach
    void open() {
        store = RocksKvStore.open(RocksOptions.of(folder).withClock(clock));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Override
    protected KvDatabase database(String name) {
        return store.database(name);
    }

    private KvQueue queue() {
        return store.database("test").queue().orElseThrow();
    }

    private void enqueue(int number, Duration delay) {
        byte[] payload = ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
        committed(
                store.database("test")
                        .commit(
                                AtomicWrite.builder()
                                        .enqueue(
                                                new Enqueue(
                                                        new KvValue.V8(payload),
                                                        clock.instant().plus(delay),
                                                        List.of(),
                                                        List.of(Duration.ofSeconds(1))))
                                        .build()));
    }

    private static int number(QueueMessage message) {
        return ByteBuffer.wrap(message.payload().data()).getInt();
    }

    /** Messages as a list has them: the store must do the same, whatever the order of calls. */
    @Test
    void doesWhatAListOfMessagesWould() {
        record Known(int number, Instant due) {}
        Random random = new Random(5);
        List<Known> waiting = new ArrayList<>();
        List<QueueMessage> claimed = new ArrayList<>();
        int next = 0;
        for (int step = 0; step < 1_000; step++) {
            switch (random.nextInt(20)) {
                case 0, 1, 2, 3, 4, 5, 6 -> {
                    // Every due time is another, so that the order is known.
                    Duration delay = Duration.ofMillis(random.nextInt(2_000) * 10_000L + next);
                    waiting.add(new Known(next, clock.instant().plus(delay)));
                    enqueue(next++, delay);
                }
                case 7, 8, 9, 10 -> clock.advance(Duration.ofSeconds(random.nextInt(2_000)));
                case 11, 12, 13, 14, 15, 16, 17, 18 -> {
                    int limit = 1 + random.nextInt(4);
                    List<QueueMessage> found = result(queue().claim(limit, KvQueue.LEASE_MAX));
                    List<Integer> expected =
                            waiting.stream()
                                    .filter(known -> !known.due().isAfter(clock.instant()))
                                    .sorted(Comparator.comparing(Known::due))
                                    .limit(limit)
                                    .map(Known::number)
                                    .toList();
                    assertThat(found.stream().map(RocksQueueTest::number))
                            .containsExactlyElementsOf(expected);
                    waiting.removeIf(known -> expected.contains(known.number()));
                    for (QueueMessage message : found) {
                        boolean isHeld =
                                result(
                                                queue().settle(
                                                                List.of(
                                                                        random.nextBoolean()
                                                                                ? new QueueSettlement
                                                                                        .Ack(
                                                                                        message
                                                                                                .receipt())
                                                                                : new QueueSettlement
                                                                                        .Extend(
                                                                                        message
                                                                                                .receipt(),
                                                                                        KvQueue
                                                                                                .LEASE_MAX))))
                                        .getFirst()
                                        .map(receipt -> claimed.add(message))
                                        .orElse(false);
                        assertThat(isHeld).isTrue();
                    }
                }
                default -> {
                    store.close();
                    open();
                }
            }
            // No lease runs out in this test: what is claimed for good is purged.
            if (step % 10 == 9) {
                result(queue().purge(KvQueue.Part.LIVE));
                waiting.clear();
            }
        }
        assertThat(claimed).isNotEmpty();
    }

    @Test
    void keepsClaimsAcrossRestarts() {
        enqueue(1, Duration.ZERO);
        enqueue(2, Duration.ZERO);
        QueueMessage first = result(queue().claim(1, LEASE)).getFirst();
        store.close();
        open();
        assertThat(number(result(queue().claim(5, LEASE)).getFirst())).isEqualTo(2);
        assertThat(result(queue().settle(List.of(new QueueSettlement.Ack(first.receipt())))))
                .allMatch(Optional::isPresent);
        clock.advance(LEASE);
        assertThat(result(queue().claim(5, LEASE)))
                .singleElement()
                .matches(message -> number(message) == 2 && message.attempts() == 2);
    }

    @Test
    void deliversWhatWasEnqueuedBeforeMessagesWereDelivered() throws Exception {
        store.close();
        byte[] prefix = RowKey.prefix("test");
        byte[] payload = {(byte) 0xff, 15, 'I', 2};
        byte[] old =
                ByteBuffer.allocate(2 + Integer.BYTES + payload.length)
                        .put((byte) 1)
                        .putInt(1_000)
                        .put((byte) 0)
                        .put(payload)
                        .array();
        try (Engine engine = Engine.open(folder, 1024);
                WriteBatch batch = new WriteBatch()) {
            byte[] key =
                    QueueRow.key(
                            prefix,
                            QueueRow.Region.WAITING,
                            clock.instant().toEpochMilli() - 5_000,
                            new Versionstamp(1, 0),
                            3);
            engine.put(batch, Family.QUEUE, key, old);
            engine.write(batch);
        }
        open();
        QueueMessage message = result(queue().claim(5, LEASE)).getFirst();
        assertThat(message.payload().data()).isEqualTo(payload);
        assertThat(message.attempts()).isEqualTo(1);
        assertThat(
                        result(
                                queue().settle(
                                                List.of(
                                                        new QueueSettlement.Retry(
                                                                message.receipt(), null)))))
                .allMatch(Optional::isPresent);
        assertThat(result(queue().nextDue())).contains(clock.instant().plusSeconds(1));
    }

    @Test
    void deliversAgainWhatAKilledProcessHadClaimedAndNothingThatItHadAcknowledged()
            throws Exception {
        store.close();
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-Xmx128m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                ClaimPrinter.class.getName(),
                                folder.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        Set<Integer> acknowledged = new HashSet<>();
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            // What was printed before the kill counts too; a line that it cut off is none.
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                String[] words = line.split(" ", -1);
                if (words.length == 3 && words[0].equals("ack")) {
                    acknowledged.add(Integer.parseInt(words[1]));
                }
                if (acknowledged.size() == 100) {
                    process.toHandle().destroyForcibly();
                }
            }
        }
        process.waitFor();
        Instant now = Instant.now();
        clock.advance(Duration.between(clock.instant(), now).plus(KvQueue.LEASE_MAX));
        open();
        Set<Integer> again = new HashSet<>();
        List<QueueMessage> found = result(queue().claim(KvQueue.CLAIM_MAX, LEASE));
        while (!found.isEmpty()) {
            found.forEach(message -> again.add(number(message)));
            found = result(queue().claim(KvQueue.CLAIM_MAX, LEASE));
        }
        assertThat(again).doesNotContainAnyElementsOf(acknowledged);
        assertThat(again.size() + acknowledged.size())
                .as("the last acknowledgement may have been made and not printed")
                .isBetween(ClaimPrinter.MESSAGES - 1, ClaimPrinter.MESSAGES);
    }
}

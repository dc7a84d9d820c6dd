package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.Enqueue;
import io.echelon.kvstore.Expiry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvQueue;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.QueueMessage;
import io.echelon.kvstore.QueueReceipt;
import io.echelon.kvstore.QueueSettlement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Everything that can be done to a few keys and queues, in batches, as chance has it. */
final class RandomBatches {
    private final List<String> databases;
    private final SplittableRandom random;
    private final Map<String, List<QueueReceipt>> receipts = new HashMap<>();
    private long number;
    private long timeMs = 1_000_000;

    RandomBatches(List<String> databases, long seed) {
        this.databases = databases;
        this.random = new SplittableRandom(seed);
    }

    /** The next batch; what is decided must be told ({@link #decided}) before another. */
    Batch next() {
        timeMs += random.nextLong(2_000);
        List<Command> commands = new ArrayList<>();
        for (int i = random.nextInt(1, 6); i > 0; i--) {
            commands.add(command());
        }
        number += random.nextLong(1, 3);
        return new Batch(number, timeMs, commands);
    }

    /** The next batch, of commands that are given. */
    Batch next(Command... commands) {
        return new Batch(++number, timeMs, List.of(commands));
    }

    /** The number of the last batch. */
    long number() {
        return number;
    }

    SplittableRandom random() {
        return random;
    }

    private Command command() {
        String database = databases.get(random.nextInt(databases.size()));
        return switch (random.nextInt(10)) {
            case 0 -> new Command.Sweep(random.nextInt(1, 20));
            case 1 -> new Command.Claim(database, random.nextInt(1, 10), random.nextInt(5_000));
            case 2, 3 -> new Command.Settle(database, settlements(database));
            case 4 ->
                    random.nextBoolean()
                            ? new Command.Redrive(database)
                            : new Command.Purge(
                                    database,
                                    random.nextBoolean() ? KvQueue.Part.DEAD : KvQueue.Part.LIVE);
            default -> new Command.Commit(database, commit());
        };
    }

    AtomicWrite commit() {
        AtomicWrite.Builder write = AtomicWrite.builder();
        if (random.nextInt(4) == 0) {
            write.checkAbsent(key());
        }
        for (int i = random.nextInt(1, 8); i > 0; i--) {
            switch (random.nextInt(9)) {
                case 0, 1, 2 -> write.set(key(), value());
                case 3 -> write.set(key(), value(), Expiry.in(Duration.ofMillis(below(9_000))));
                case 4, 5 -> write.delete(key());
                case 6 -> write.sum(KvKey.of("count", random.nextInt(3)), 1);
                case 7 -> write.setVersionstampedKey(KvKey.of("log", below(3)), value());
                default -> write.enqueue(message());
            }
        }
        return write.build();
    }

    private Enqueue message() {
        return new Enqueue(
                new KvValue.V8(bytes()),
                Instant.ofEpochMilli(timeMs + below(3_000)),
                random.nextBoolean() ? List.of() : List.of(key(), KvKey.of("lost", below(4))),
                random.nextBoolean() ? List.of() : List.of(Duration.ofMillis(below(500))));
    }

    private List<QueueSettlement> settlements(String database) {
        List<QueueReceipt> held = receipts.getOrDefault(database, List.of());
        List<QueueSettlement> settlements = new ArrayList<>();
        for (QueueReceipt receipt : held) {
            Duration delay = Duration.ofMillis(below(3_000));
            settlements.add(
                    switch (random.nextInt(6)) {
                        case 0 -> new QueueSettlement.Ack(receipt);
                        case 1 -> new QueueSettlement.Retry(receipt, null);
                        case 2 -> new QueueSettlement.GiveUp(receipt);
                        case 3 -> new QueueSettlement.Release(receipt, delay);
                        case 4 -> new QueueSettlement.Extend(receipt, delay);
                        default -> new QueueSettlement.Again(receipt, delay);
                    });
        }
        return settlements;
    }

    /** Keeps the receipts of what was claimed. */
    void decided(Batch batch, List<Decision> decisions) {
        for (int i = 0; i < decisions.size(); i++) {
            if (batch.commands().get(i) instanceof Command.Claim claim
                    && decisions.get(i) instanceof Decision.Claimed(List<QueueMessage> messages)) {
                receipts.put(
                        claim.database(), messages.stream().map(QueueMessage::receipt).toList());
            }
        }
    }

    KvKey key() {
        return KvKey.of("row", below(12));
    }

    private KvValue value() {
        return random.nextInt(5) == 0 ? KvValue.u64(random.nextLong()) : KvValue.bytes(bytes());
    }

    private byte[] bytes() {
        return new byte[random.nextInt(300)];
    }

    private long below(int bound) {
        return random.nextInt(bound);
    }
}

package io.echelon.kvstore.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.CommitResult;
import io.echelon.kvstore.Enqueue;
import io.echelon.kvstore.Expiry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvQueue;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.Mutation;
import io.echelon.kvstore.QueueMessage;
import io.echelon.kvstore.QueueReceipt;
import io.echelon.kvstore.QueueSettlement;
import io.echelon.kvstore.Versionstamp;
import io.echelon.kvstore.rocksdb.Command;
import io.echelon.kvstore.rocksdb.Decision;
import io.echelon.kvstore.rocksdb.Standing;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LogCodecTest {
    private final Random random = new Random(11);

    @Test
    void readsEveryRequestThatItWrote() throws IOException {
        for (int i = 0; i < 2_000; i++) {
            Request request = request();
            byte[] written = LogCodec.write(request);
            assertThat(LogCodec.readRequests(written, 0)).containsExactly(request);
            assertThat(LogCodec.session(written)).isEqualTo(request.session());
            assertThat(LogCodec.commands(written)).isEqualTo(request.commands().size());
        }
    }

    @Test
    void readsTheRequestsOfAnEntryInTheirOrder() throws IOException {
        for (int count = 1; count < 20; count++) {
            List<Request> requests = Stream.generate(this::request).limit(count).toList();
            byte[] content = LogCodec.join(requests.stream().map(LogCodec::write).toList());
            byte[] entry = new byte[Long.BYTES + content.length];
            System.arraycopy(content, 0, entry, Long.BYTES, content.length);
            assertThat(LogCodec.readRequests(entry, Long.BYTES)).isEqualTo(requests);
        }
    }

    @Test
    void splitsRepliesAsTheyWereJoined() throws IOException {
        for (int count = 1; count < 20; count++) {
            List<byte[]> replies = Stream.generate(this::bytes).limit(count).toList();
            assertThat(LogCodec.splitReplies(LogCodec.join(replies), count))
                    .containsExactlyElementsOf(replies);
        }
    }

    @Test
    void readsEveryReplyThatItWrote() throws IOException {
        List<Reply> replies =
                List.of(
                        new Reply.Superseded(),
                        new Reply.Forgotten(),
                        new Reply.Done(
                                List.of(
                                        new Decision.Made(
                                                new CommitResult.Committed(
                                                        new Versionstamp(7, 65_535))),
                                        new Decision.Made(
                                                new CommitResult.Conflict(List.of(0, 99))),
                                        new Decision.Refused(ErrorCode.INVALID_ARGUMENT, "no"),
                                        new Decision.Swept(1_000),
                                        new Decision.Claimed(
                                                List.of(
                                                        new QueueMessage(
                                                                receipt(),
                                                                new KvValue.V8(bytes()),
                                                                Instant.ofEpochMilli(5),
                                                                3,
                                                                2))),
                                        new Decision.Settled(
                                                List.of(Optional.of(receipt()), Optional.empty())),
                                        new Decision.Moved(17),
                                        new Decision.Away(),
                                        new Decision.Stands(Standing.ARRIVING, 1L << 40))));
        for (Reply reply : replies) {
            assertThat(LogCodec.readReply(LogCodec.write(reply))).isEqualTo(reply);
        }
    }

    @Test
    void shortensARefusalThatQuotesTooMuch() throws IOException {
        Reply reply =
                new Reply.Done(
                        List.of(
                                new Decision.Refused(
                                        ErrorCode.INVALID_ARGUMENT, "9".repeat(200_000))));
        assertThat(LogCodec.readReply(LogCodec.write(reply)).toString()).hasSizeLessThan(3_000);
    }

    @Test
    void refusesBytesThatAreNoRequest() {
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes =
                    LogCodec.join(
                            Stream.generate(() -> LogCodec.write(request()))
                                    .limit(1 + random.nextInt(3))
                                    .toList());
            int damages = 1 + random.nextInt(4);
            for (int j = 0; j < damages; j++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                var _ = LogCodec.readRequests(bytes, 0);
            } catch (IOException
                    | EchelonException
                    | DateTimeException
                    | ArithmeticException expected) {
                // All that the leader refuses a request for.
            }
        }
    }

    private Request request() {
        List<Command> commands = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            String database = "database-" + random.nextInt(3);
            commands.add(
                    switch (random.nextInt(10)) {
                        case 9 -> step(database);
                        case 0 -> new Command.Sweep(1 + random.nextInt(1_000));
                        case 1 -> new Command.Claim(database, 256, random.nextInt(3_600_000));
                        case 2 -> new Command.Settle(database, settlements());
                        case 3 -> new Command.Redrive(database);
                        case 4 ->
                                new Command.Purge(
                                        database,
                                        random.nextBoolean()
                                                ? KvQueue.Part.DEAD
                                                : KvQueue.Part.LIVE);
                        default -> new Command.Commit(database, write());
                    });
        }
        return new Request(
                new UUID(random.nextLong(), random.nextLong()),
                random.nextLong(),
                random.nextLong(),
                commands);
    }

    private Command.Step step(String database) {
        Versionstamp move = new Versionstamp(random.nextLong(), random.nextInt(1 << 16));
        return switch (random.nextInt(7)) {
            case 0 -> new Command.Depart(database, move);
            case 1 -> new Command.Remain(database, move);
            case 2 -> new Command.Leave(database, move);
            case 3 -> new Command.Arrive(database, move);
            case 4 -> new Command.Receive(database, move, random.nextBoolean(), bytes());
            case 5 -> new Command.Begin(database, move, random.nextLong());
            default -> new Command.Clear(database, move);
        };
    }

    private List<QueueSettlement> settlements() {
        return List.of(
                new QueueSettlement.Ack(receipt()),
                new QueueSettlement.Retry(receipt(), null),
                new QueueSettlement.Retry(receipt(), Duration.ofMillis(random.nextInt(1_000_000))),
                new QueueSettlement.Again(receipt(), Duration.ofMillis(random.nextInt(1_000_000))),
                new QueueSettlement.GiveUp(receipt()),
                new QueueSettlement.Release(receipt(), Duration.ofMillis(random.nextInt(1_000))),
                new QueueSettlement.Extend(
                        receipt(), Duration.ofMillis(random.nextInt(3_600_001))));
    }

    private QueueReceipt receipt() {
        return new QueueReceipt(
                new Versionstamp(random.nextLong(), random.nextInt(65_536)),
                random.nextInt(1_000),
                Instant.ofEpochMilli(random.nextInt()),
                random.nextInt());
    }

    private AtomicWrite write() {
        AtomicWrite.Builder write = AtomicWrite.builder();
        for (int i = random.nextInt(3); i > 0; i--) {
            write.check(key(), new Versionstamp(random.nextLong(), random.nextInt(65_536)));
            write.checkAbsent(key());
        }
        for (int i = random.nextInt(6); i > 0; i--) {
            write.mutate(mutation());
        }
        for (int i = random.nextInt(2); i > 0; i--) {
            write.enqueue(
                    new Enqueue(
                            new KvValue.V8(bytes()),
                            Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000)),
                            List.of(key(), key()),
                            List.of(Duration.ofMillis(random.nextInt(3_600_001)))));
        }
        return write.build();
    }

    private Mutation mutation() {
        return switch (random.nextInt(6)) {
            case 0 -> new Mutation.Set(key(), value(), expiry());
            case 1 -> new Mutation.Delete(key());
            case 2 ->
                    new Mutation.Sum(
                            key(),
                            value(),
                            random.nextBoolean() ? null : new KvValue.V8(bytes()),
                            random.nextBoolean() ? null : new KvValue.V8(bytes()),
                            random.nextBoolean()
                                    ? Mutation.OutOfRange.CLAMP
                                    : Mutation.OutOfRange.REFUSE);
            case 3 -> new Mutation.Min(key(), new KvValue.U64(random.nextLong()));
            case 4 -> new Mutation.Max(key(), new KvValue.U64(random.nextLong()));
            default -> new Mutation.SetVersionstamped(key(), value(), expiry());
        };
    }

    private KvKey key() {
        return switch (random.nextInt(3)) {
            case 0 -> KvKey.of("text-" + random.nextInt(), random.nextDouble());
            case 1 -> KvKey.of(random.nextInt(), random.nextBoolean());
            default -> KvKey.of((Object) bytes());
        };
    }

    private KvValue value() {
        return switch (random.nextInt(3)) {
            case 0 -> KvValue.u64(random.nextLong());
            case 1 -> KvValue.v8(bytes());
            default -> KvValue.bytes(bytes());
        };
    }

    private Expiry expiry() {
        return switch (random.nextInt(3)) {
            case 0 -> Expiry.NEVER;
            case 1 -> Expiry.at(Instant.ofEpochMilli(random.nextLong(1L << 50)));
            default -> Expiry.in(Duration.ofNanos(random.nextLong()));
        };
    }

    private byte[] bytes() {
        byte[] bytes = new byte[random.nextInt(60)];
        random.nextBytes(bytes);
        return bytes;
    }
}

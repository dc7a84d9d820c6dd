package io.echelon.kvstore.ratis;

import static io.echelon.kvstore.Await.committed;
import static io.echelon.kvstore.Await.result;
import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.Enqueue;
import io.echelon.kvstore.HeldClock;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvQueue;
import io.echelon.kvstore.KvQueueContract;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.QueueMessage;
import io.echelon.kvstore.QueueSettlement;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Messages of three replicas, asked through one that does not lead. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReplicatedQueueTest extends KvQueueContract {
    private Group3 group;
    private int test;

    @BeforeAll
    void open(@TempDir Path folder) throws IOException {
        group = new Group3(folder, options -> options.withState(options.state().withClock(clock)));
    }

    @AfterAll
    void close() {
        group.close();
    }

    @BeforeEach
    void takeDatabasesThatNoOtherTestHas() {
        test++;
    }

    @Override
    protected KvDatabase database(String name) {
        return group.store(group.follower()).database(name + "-" + test);
    }

    private static KvQueue queue(RatisKvStore store) {
        return store.database("own").queue().orElseThrow();
    }

    @Test
    void onlyTheLeadersClockDecidesAndAllReplicasAgree(@TempDir Path folder) throws IOException {
        AtomicInteger clocks = new AtomicInteger();
        HeldClock[] held = {new HeldClock(), new HeldClock(), new HeldClock()};
        held[1].advance(Duration.ofDays(1));
        held[2].advance(Duration.ofDays(-1));
        try (Group3 own =
                new Group3(
                        folder,
                        options ->
                                options.withState(
                                        options.state()
                                                .withClock(held[clocks.getAndIncrement() % 3])))) {
            RatisKvStore follower = own.store(own.follower());
            KvDatabase database = follower.database("own");
            committed(
                    database.commit(
                            AtomicWrite.builder()
                                    .enqueue(
                                            new Enqueue(
                                                    new KvValue.V8(new byte[] {1}),
                                                    held[2].instant().minusSeconds(60),
                                                    List.of(),
                                                    List.of()))
                                    .build()));
            QueueMessage message =
                    result(queue(follower).claim(1, Duration.ofMinutes(1))).getFirst();
            for (RatisKvStore replica : own.stores()) {
                assertThat(result(queue(replica).claim(1, Duration.ofMinutes(1)))).isEmpty();
            }
            result(queue(follower).settle(List.of(new QueueSettlement.Ack(message.receipt()))));
            for (RatisKvStore replica : own.stores()) { // a strong read waits for what was applied
                result(replica.database("own").get(KvKey.of("any")));
            }
            for (RatisKvStore replica : own.stores()) {
                assertThat(replica.checksum()).isEqualTo(follower.checksum());
            }
        }
    }

    @Test
    void aClaimOutlivesItsLeader(@TempDir Path folder) throws IOException {
        try (Group3 own = new Group3(folder, options -> options)) {
            KvDatabase database = own.store(own.follower()).database("own");
            committed(
                    database.commit(
                            AtomicWrite.builder()
                                    .enqueue(
                                            new Enqueue(
                                                    new KvValue.V8(new byte[] {1}),
                                                    Instant.EPOCH,
                                                    List.of(),
                                                    List.of()))
                                    .build()));
            String leader = own.leader();
            RatisKvStore survivor = own.store(own.follower());
            QueueMessage message =
                    result(queue(survivor).claim(1, Duration.ofMinutes(30))).getFirst();
            own.stop(leader);
            assertThat(result(queue(survivor).claim(1, Duration.ofMinutes(30)))).isEmpty();
            assertThat(
                            result(
                                    queue(survivor)
                                            .settle(
                                                    List.of(
                                                            new QueueSettlement.Ack(
                                                                    message.receipt())))))
                    .allMatch(Optional::isPresent);
        }
    }
}

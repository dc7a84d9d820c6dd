package io.echelon.kvstore;

import static io.echelon.kvstore.Await.committed;
import static io.echelon.kvstore.Await.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.echelon.kvstore.KvQueue.Part;
import io.echelon.tenants.EchelonException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link KvQueue} does, whatever lies behind it. */
public abstract class KvQueueContract {
    private static final Duration LEASE = Duration.ofSeconds(30);

    protected final HeldClock clock = new HeldClock();

    /** A database under test, empty, on {@link #clock}; the same for the same name. */
    protected abstract KvDatabase database(String name);

    private KvDatabase database() {
        return database("test");
    }

    private KvQueue queue() {
        return database().queue().orElseThrow();
    }

    /** The queue, once what was committed before can be read. */
    private KvQueue look() {
        result(database().get(KvKey.of("any")));
        return queue();
    }

    private static KvValue.V8 payload(int number) {
        return new KvValue.V8(new byte[] {(byte) 0xff, 15, 'I', (byte) (2 * number)});
    }

    private Enqueue message(int number, Duration delay, Duration... backoff) {
        return new Enqueue(
                payload(number), clock.instant().plus(delay), List.of(), List.of(backoff));
    }

    private Versionstamp enqueue(Enqueue... messages) {
        AtomicWrite.Builder write = AtomicWrite.builder();
        List.of(messages).forEach(write::enqueue);
        return committed(database().commit(write.build()));
    }

    private List<QueueMessage> claim() {
        return result(queue().claim(100, LEASE));
    }

    private boolean settle(QueueSettlement settlement) {
        return result(queue().settle(List.of(settlement))).getFirst().isPresent();
    }

    private static List<Integer> numbers(List<QueueMessage> messages) {
        return messages.stream().map(message -> message.payload().data()[3] / 2).toList();
    }

    @Test
    void claimsWhatIsDueInItsOrderAndOnlyOnce() {
        enqueue(
                message(1, Duration.ofSeconds(3)),
                message(2, Duration.ofSeconds(1)),
                message(3, Duration.ofSeconds(2)));
        enqueue(message(4, Duration.ofSeconds(60)));
        assertThat(claim()).isEmpty();
        assertThat(result(look().nextDue())).contains(clock.instant().plusSeconds(1));
        clock.advance(Duration.ofSeconds(2));
        assertThat(numbers(claim())).containsExactly(2, 3);
        clock.advance(Duration.ofSeconds(1));
        assertThat(numbers(claim())).containsExactly(1);
        assertThat(claim()).isEmpty();
        assertThat(result(look().nextDue()))
                .as("the end of the first leases")
                .contains(clock.instant().plusSeconds(29));
    }

    @Test
    void claimsNoMoreThanAsked() {
        enqueue(
                IntStream.range(0, 5)
                        .mapToObj(i -> message(i, Duration.ZERO))
                        .toArray(Enqueue[]::new));
        assertThat(numbers(result(queue().claim(2, LEASE)))).containsExactly(0, 1);
        assertThat(numbers(result(queue().claim(2, LEASE)))).containsExactly(2, 3);
        assertThat(numbers(result(queue().claim(2, LEASE)))).containsExactly(4);
    }

    @Test
    void claimsNoMoreBytesThanAllowed() {
        KvValue.V8 large = new KvValue.V8(new byte[KvLimits.VALUE_MAX_BYTES]);
        for (int i = 0; i < 10; i++) {
            enqueue(new Enqueue(large, clock.instant(), List.of(), List.of()));
        }
        assertThat(claim()).hasSize(8);
        assertThat(claim()).hasSize(2);
    }

    @Test
    void tellsOfAMessageWhatItsHandlerWants() {
        Versionstamp stamp = enqueue(message(0, Duration.ZERO), message(1, Duration.ZERO));
        Instant sent = clock.instant();
        clock.advance(Duration.ofSeconds(5));
        QueueMessage second = claim().getLast();
        assertThat(second.payload()).isEqualTo(payload(1));
        assertThat(second.attempts()).isEqualTo(1);
        assertThat(second.sent()).isEqualTo(sent);
        assertThat(second.receipt().messageId()).isEqualTo(stamp.hex() + "0001");
        assertThat(second.receipt().leaseEnd()).isEqualTo(clock.instant().plus(LEASE));
    }

    @Test
    void anAcknowledgedMessageIsGone() {
        enqueue(message(1, Duration.ZERO));
        QueueReceipt receipt = claim().getFirst().receipt();
        assertThat(settle(new QueueSettlement.Ack(receipt))).isTrue();
        assertThat(settle(new QueueSettlement.Ack(receipt))).isFalse();
        clock.advance(Duration.ofHours(2));
        assertThat(claim()).isEmpty();
        assertThat(result(look().nextDue())).isEmpty();
    }

    @Test
    void aMessageWhoseLeaseRanOutIsDueAgainAndItsOldReceiptIsVoid() {
        enqueue(message(1, Duration.ZERO));
        QueueReceipt lost = claim().getFirst().receipt();
        clock.advance(LEASE);
        QueueMessage again = claim().getFirst();
        assertThat(again.attempts()).isEqualTo(2);
        assertThat(again.receipt().messageId()).isEqualTo(lost.messageId());
        assertThat(settle(new QueueSettlement.Ack(lost))).isFalse();
        assertThat(settle(new QueueSettlement.Retry(lost, Duration.ZERO))).isFalse();
        assertThat(settle(new QueueSettlement.Extend(lost, LEASE))).isFalse();
        assertThat(settle(new QueueSettlement.Ack(again.receipt()))).isTrue();
    }

    @Test
    void aLeaseThatRanOutIsHeldForAsLongAsNobodyElseClaimed() {
        enqueue(message(1, Duration.ZERO));
        QueueReceipt late = claim().getFirst().receipt();
        clock.advance(LEASE.multipliedBy(2));
        assertThat(settle(new QueueSettlement.Ack(late))).isTrue();
        assertThat(claim()).isEmpty();
    }

    @Test
    void aReceiptOfAnotherClaimWithTheSameEndIsVoid() {
        enqueue(message(1, Duration.ZERO, Duration.ZERO));
        QueueReceipt first = claim().getFirst().receipt();
        assertThat(settle(new QueueSettlement.Retry(first, null))).isTrue();
        QueueMessage second = claim().getFirst();
        assertThat(second.receipt().leaseEnd()).isEqualTo(first.leaseEnd());
        assertThat(settle(new QueueSettlement.Ack(first))).isFalse();
        assertThat(settle(new QueueSettlement.Ack(second.receipt()))).isTrue();
    }

    @Test
    void anExtendedLeaseLastsFromNow() {
        enqueue(message(1, Duration.ZERO));
        QueueReceipt receipt = claim().getFirst().receipt();
        clock.advance(Duration.ofSeconds(20));
        Optional<QueueReceipt> longer =
                result(queue().settle(List.of(new QueueSettlement.Extend(receipt, LEASE))))
                        .getFirst();
        assertThat(longer.orElseThrow().leaseEnd()).isEqualTo(clock.instant().plus(LEASE));
        clock.advance(Duration.ofSeconds(29));
        assertThat(claim()).isEmpty();
        assertThat(settle(new QueueSettlement.Ack(receipt))).isFalse();
        assertThat(settle(new QueueSettlement.Ack(longer.orElseThrow()))).isTrue();
    }

    @Test
    void retriesByItsBackoffAndThenWritesItsKeysInTheSameCommit() {
        KvKey first = KvKey.of("undelivered", 1);
        KvKey second = KvKey.of("undelivered", 2);
        Enqueue message =
                new Enqueue(
                        payload(7),
                        clock.instant(),
                        List.of(first, second),
                        List.of(Duration.ofMillis(100), Duration.ofSeconds(5)));
        enqueue(message);
        for (Duration step : message.backoff()) {
            assertThat(settle(new QueueSettlement.Retry(claim().getFirst().receipt(), null)))
                    .isTrue();
            clock.advance(step.minusMillis(1));
            assertThat(claim()).isEmpty();
            clock.advance(Duration.ofMillis(1));
        }
        QueueMessage last = claim().getFirst();
        assertThat(last.attempts()).isEqualTo(3);
        assertThat(last.retriesLeft()).isZero();
        assertThat(settle(new QueueSettlement.Retry(last.receipt(), Duration.ofSeconds(1))))
                .isTrue();
        Optional<KvEntry> written = result(database().get(first));
        assertThat(written.orElseThrow().value()).isEqualTo(payload(7));
        assertThat(result(database().get(second)).orElseThrow().versionstamp())
                .isEqualTo(written.orElseThrow().versionstamp());
        clock.advance(Duration.ofHours(1));
        assertThat(claim()).isEmpty();
        assertThat(result(look().counts())).isEqualTo(new QueueCounts(0, 0, 0, null));
    }

    @Test
    void waitsAsLongAsARetryAsks() {
        enqueue(message(1, Duration.ZERO, Duration.ofMillis(100)));
        assertThat(
                        settle(
                                new QueueSettlement.Retry(
                                        claim().getFirst().receipt(), Duration.ofMinutes(5))))
                .isTrue();
        clock.advance(Duration.ofMinutes(5).minusMillis(1));
        assertThat(claim()).isEmpty();
        clock.advance(Duration.ofMillis(1));
        assertThat(claim().getFirst().attempts()).isEqualTo(2);
    }

    @Test
    void triesAgainHoweverOftenItWasTriedAndGivesUpWhenItIsTold() {
        enqueue(message(1, Duration.ZERO));
        for (int i = 1; i <= 150; i++) {
            QueueMessage message = claim().getFirst();
            assertThat(message.attempts()).isEqualTo(i);
            assertThat(message.retriesLeft()).isZero();
            assertThat(settle(new QueueSettlement.Again(message.receipt(), Duration.ofSeconds(1))))
                    .isTrue();
            assertThat(claim()).isEmpty();
            clock.advance(Duration.ofSeconds(1));
        }
        assertThat(settle(new QueueSettlement.GiveUp(claim().getFirst().receipt()))).isTrue();
        assertThat(result(look().counts())).isEqualTo(new QueueCounts(0, 0, 1, null));
        assertThat(result(queue().redrive())).isEqualTo(1);
        assertThat(claim().getFirst().attempts()).isEqualTo(1);
    }

    @Test
    void aReleasedMessageWasNeverTried() {
        enqueue(message(1, Duration.ZERO));
        for (int i = 0; i < 20; i++) {
            QueueMessage message = claim().getFirst();
            assertThat(message.attempts()).isEqualTo(1);
            assertThat(settle(new QueueSettlement.Release(message.receipt(), Duration.ZERO)))
                    .isTrue();
        }
    }

    @Test
    void givesAMessageUpWhoseLeasesRunOutAgainAndAgain() {
        enqueue(message(1, Duration.ZERO));
        for (int i = 0; i <= KvQueue.LAPSES_MAX; i++) {
            assertThat(claim().getFirst().attempts()).isEqualTo(i + 1);
            clock.advance(LEASE);
        }
        assertThat(claim()).isEmpty();
        assertThat(result(look().counts()).dead()).isEqualTo(1);
    }

    @Test
    void keepsTheDeadUntilTheyAreRedrivenOrPurged() {
        enqueue(message(1, Duration.ZERO), message(2, Duration.ZERO), message(3, Duration.ZERO));
        List<QueueMessage> claimed = claim();
        settle(new QueueSettlement.Retry(claimed.get(0).receipt(), null));
        settle(new QueueSettlement.Retry(claimed.get(2).receipt(), null));
        assertThat(result(look().counts())).isEqualTo(new QueueCounts(0, 1, 2, null));
        assertThat(result(look().peek(Part.DEAD, 10)))
                .extracting(QueueEntry::state, QueueEntry::payload, QueueEntry::due)
                .containsExactly(
                        tuple(QueueEntry.State.DEAD, payload(1), clock.instant()),
                        tuple(QueueEntry.State.DEAD, payload(3), clock.instant()));
        assertThat(result(queue().redrive())).isEqualTo(2);
        assertThat(result(queue().redrive())).isZero();
        List<QueueMessage> again = claim();
        assertThat(numbers(again)).containsExactlyInAnyOrder(1, 3);
        assertThat(again).allMatch(message -> message.attempts() == 1);
        settle(new QueueSettlement.Retry(again.get(0).receipt(), null));
        assertThat(result(queue().purge(Part.DEAD))).isEqualTo(1);
        assertThat(result(queue().purge(Part.LIVE))).isEqualTo(2);
        assertThat(result(look().counts())).isEqualTo(new QueueCounts(0, 0, 0, null));
    }

    @Test
    void looksWithoutClaiming() {
        enqueue(message(1, Duration.ZERO), message(2, Duration.ofDays(1)));
        for (int i = 0; i < 2; i++) {
            assertThat(result(look().peek(Part.LIVE, 10)))
                    .extracting(QueueEntry::state, QueueEntry::payload)
                    .containsExactly(
                            tuple(QueueEntry.State.WAITING, payload(1)),
                            tuple(QueueEntry.State.WAITING, payload(2)));
        }
        assertThat(result(look().counts())).isEqualTo(new QueueCounts(2, 0, 0, clock.instant()));
        claim();
        assertThat(result(look().peek(Part.LIVE, 1)).getFirst())
                .matches(
                        entry ->
                                entry.state() == QueueEntry.State.CLAIMED && entry.attempts() == 1);
    }

    @Test
    void aReceiptIsGoodForItsDatabaseAlone() {
        enqueue(message(1, Duration.ZERO));
        QueueReceipt receipt = claim().getFirst().receipt();
        KvQueue other = database("other").queue().orElseThrow();
        assertThat(result(other.settle(List.of(new QueueSettlement.Ack(receipt)))))
                .containsExactly(Optional.empty());
        assertThat(result(other.claim(10, LEASE))).isEmpty();
        assertThat(settle(new QueueSettlement.Ack(receipt))).isTrue();
    }

    @Test
    void wakesWhoWaitsWhenAMessageComesOrIsDueEarlier() throws InterruptedException {
        Semaphore woken = new Semaphore(0);
        try (KvSubscription _ = queue().onChange(woken::release)) {
            enqueue(message(1, Duration.ZERO));
            assertThat(woken.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
            QueueReceipt receipt = claim().getFirst().receipt();
            assertThat(woken.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
            settle(new QueueSettlement.Release(receipt, Duration.ZERO));
            assertThat(woken.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void settlesSeveralClaimsAtOnce() {
        enqueue(
                IntStream.range(0, 50)
                        .mapToObj(i -> message(i, Duration.ZERO))
                        .toArray(Enqueue[]::new));
        List<QueueSettlement> all = new ArrayList<>();
        claim().forEach(message -> all.add(new QueueSettlement.Ack(message.receipt())));
        all.add(all.getFirst());
        List<Optional<QueueReceipt>> settled = result(queue().settle(all));
        assertThat(settled.subList(0, 50)).allMatch(Optional::isPresent);
        assertThat(settled.getLast()).isEmpty();
    }

    @Test
    void refusesWhatIsBeyondItsLimits() {
        assertThatThrownBy(() -> result(queue().claim(0, LEASE)))
                .isInstanceOf(EchelonException.class)
                .hasMessage("A claim is for 0 messages; from 1 to 256 are allowed");
        assertThatThrownBy(() -> result(queue().claim(257, LEASE)))
                .isInstanceOf(EchelonException.class);
        assertThatThrownBy(() -> result(queue().claim(1, Duration.ZERO)))
                .isInstanceOf(EchelonException.class)
                .hasMessageContaining("lease");
        assertThatThrownBy(() -> result(queue().claim(1, Duration.ofMinutes(61))))
                .isInstanceOf(EchelonException.class);
        assertThatThrownBy(() -> result(queue().settle(List.of())))
                .isInstanceOf(EchelonException.class);
        assertThatThrownBy(() -> result(queue().peek(Part.LIVE, 101)))
                .isInstanceOf(EchelonException.class);
    }
}

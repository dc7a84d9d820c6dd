package io.echelon.edgeruntime;

import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** What all public connections of a node share: how much is under way, and whether it is to end. */
final class Traffic {
    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US);

    /** How long callers that go on are told to go elsewhere before nobody is let in any more. */
    private static final Duration NOTICE = Duration.ofSeconds(3);

    /** How long nobody has come when nobody is there. */
    private static final Duration SILENCE = Duration.ofMillis(300);

    /** How long those who were there have not come when they have gone elsewhere. */
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private final Clock clock;
    private final LongAdder begun = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile boolean draining;
    private volatile String date;

    Traffic(Clock clock) {
        this.clock = clock;
        this.date = now(clock);
    }

    void begun() {
        begun.increment();
    }

    void ended() {
        ended.increment();
    }

    /** Calls and responses under way, two for a request; exact once no more begin. */
    long underWay() {
        long over = ended.sum();
        return begun.sum() - over;
    }

    /**
     * Waits until no more requests come, for at most {@link #NOTICE}. While it drains, each
     * response ends its connection and the node's health says that it leaves, so that a caller, or
     * a balancer before it, is elsewhere when the node stops listening.
     */
    void awaitSilence() {
        long end = System.nanoTime() + NOTICE.toNanos();
        long before = begun.sum();
        LockSupport.parkNanos(SILENCE.toNanos());
        while (begun.sum() != before && System.nanoTime() - end < 0) {
            before = begun.sum();
            LockSupport.parkNanos(FAREWELL.toNanos());
        }
    }

    /** How many public connections are open. */
    AtomicInteger connections() {
        return connections;
    }

    /** Makes every response from now on the last of its connection. */
    void drain() {
        draining = true;
    }

    /** Lets connections last again. */
    void resume() {
        draining = false;
    }

    boolean isDraining() {
        return draining;
    }

    /** The value of the header {@code date}, as of the last {@link #tick}. */
    String date() {
        return date;
    }

    /** Moves the date on; to be called every second. */
    void tick() {
        date = now(clock);
    }

    private static String now(Clock clock) {
        return HTTP_DATE.format(ZonedDateTime.ofInstant(clock.instant(), ZoneOffset.UTC));
    }
}

package io.echelon.edgeruntime;

import java.time.Clock;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What all public connections of a node share: how much is under way, and whether it is to end. */
final class Traffic {
    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US);

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

    /** How many calls and responses have begun so far. */
    long begunSoFar() {
        return begun.sum();
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

package io.echelon.tenants;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * When a certificate authority was asked about a host lately. Authorities stop listening to who
 * asks more often than they can like: Let's Encrypt after five failures an hour.
 *
 * @param times oldest first, at most {@value #MAX}
 */
public record AcmeAttempts(List<Instant> times) {
    /** How often it may be asked about one host within {@link #WITHIN}, by whomever. */
    public static final int MAX = 5;

    public static final Duration WITHIN = Duration.ofHours(1);

    public static final AcmeAttempts NONE = new AcmeAttempts(List.of());

    public AcmeAttempts {
        times = List.copyOf(times);
        Checks.range("times", times.size(), 0, MAX);
    }

    /** These and one more, without those that no longer count. */
    public AcmeAttempts with(Instant now) {
        return new AcmeAttempts(with(times, now, MAX));
    }

    /**
     * Times and one more, without those that no longer count.
     *
     * @param most how many of the last are kept
     */
    static List<Instant> with(List<Instant> times, Instant now, int most) {
        List<Instant> all =
                Stream.concat(times.stream(), Stream.of(now))
                        .filter(time -> time.plus(WITHIN).isAfter(now))
                        .toList();
        return all.subList(Math.max(0, all.size() - most), all.size());
    }

    /** When it may be asked again, which is now or later. */
    public Instant next(Instant now) {
        if (times.size() < MAX) {
            return now;
        }
        Instant free = times.getFirst().plus(WITHIN);
        return free.isAfter(now) ? free : now;
    }
}

package io.echelon.tenants;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * When a certificate authority was asked for a tenant lately. All tenants have one account there,
 * and an authority bounds how much an account may order.
 *
 * @param times oldest first, at most {@value #MAX}
 */
public record AcmeOrders(List<Instant> times) {
    /** The most that a tenant can be let order within {@link #WITHIN}. */
    public static final int MAX = 1_000;

    public static final Duration WITHIN = AcmeAttempts.WITHIN;

    public static final AcmeOrders NONE = new AcmeOrders(List.of());

    public AcmeOrders {
        times = List.copyOf(times);
        Checks.range("times", times.size(), 0, MAX);
    }

    /** These and one more, without those that no longer count. */
    public AcmeOrders with(Instant now) {
        return new AcmeOrders(AcmeAttempts.with(times, now, MAX));
    }

    /** How many still count. */
    public long count(Instant now) {
        return times.stream().filter(time -> time.plus(WITHIN).isAfter(now)).count();
    }
}

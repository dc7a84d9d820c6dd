package io.echelon.cron;

import io.echelon.cron.CronStore.Held;
import io.echelon.kvstore.Versionstamp;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * How long this node has seen leases of others as they are; for one thread at a time.
 *
 * <p>A lease has no time in it. Whoever watches one counts by its own clock since it last changed,
 * so that clocks which differ, or jump, end no lease early.
 */
final class Sightings {
    private record Sighting(Versionstamp version, long nanos) {}

    private Map<String, Sighting> sightings = new HashMap<>();

    /**
     * Looks at all leases.
     *
     * @param isOwn whether a fire is this process's own, of which nothing is noted
     */
    void look(List<Held> leases, Predicate<String> isOwn, long nowNanos) {
        Map<String, Sighting> now = new HashMap<>();
        for (Held held : leases) {
            String fire = held.lease().fire();
            if (!isOwn.test(fire)) {
                Sighting before = sightings.get(fire);
                now.put(
                        fire,
                        before != null && before.version().equals(held.version())
                                ? before
                                : new Sighting(held.version(), nowNanos));
            }
        }
        sightings = now;
    }

    /** How long a lease has been as it is; zero when it was not looked at. */
    Duration unchanged(Held held, long nowNanos) {
        Sighting sighting = sightings.get(held.lease().fire());
        return sighting == null ? Duration.ZERO : Duration.ofNanos(nowNanos - sighting.nanos());
    }
}

package io.echelon.kvstore.ratis;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Has the member lead that should, so that several groups do not all have the same one. A leader
 * hands over when the other has been there for a while and lacks nothing; a handing over that fails
 * costs a moment in which nobody leads, so it is not tried often.
 *
 * <p>Thread safety: for one thread, which calls {@link #keep} from time to time on the leader.
 */
final class Preference {
    private static final Duration PAUSE = Duration.ofSeconds(20);
    private static final Duration FIRST_AFTER = Duration.ofSeconds(5);

    private final Replica replica;
    private final @Nullable String preferred;
    private long nextNanos = System.nanoTime() + FIRST_AFTER.toNanos();

    /**
     * @param preferred the member that should lead; null when it may be any
     */
    Preference(Replica replica, @Nullable String preferred) {
        this.replica = replica;
        this.preferred = preferred;
    }

    /** Hands over if another should lead; waits for a moment then. */
    void keep() {
        if (preferred == null
                || preferred.equals(replica.self())
                || System.nanoTime() - nextNanos < 0) {
            return;
        }
        nextNanos = System.nanoTime() + PAUSE.toNanos();
        replica.handOverTo(preferred);
    }
}

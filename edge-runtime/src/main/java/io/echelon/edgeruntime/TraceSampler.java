package io.echelon.edgeruntime;

import io.echelon.isolatepool.CallReport;
import io.echelon.tenants.Outcome;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Which calls of a node are recorded. Four ways lead there, each with a bound of its own, so that
 * none takes what another is to have:
 *
 * <ul>
 *   <li>the first call of each second, so that a quiet platform has traces;
 *   <li>chance, by the operator's ratio;
 *   <li>a caller that says it records its trace, for anybody may say so;
 *   <li>afterwards, without what the function called: one that failed or was slow.
 * </ul>
 *
 * <p><b>Thread safety.</b> Any thread.
 */
final class TraceSampler {
    /**
     * What the operator decides.
     *
     * @param ratio of calls that are recorded by chance, 0 to 1
     * @param perSecond most calls a second that each of the ways but the first may record, 0 to
     *     10,000; 0 is none at all, and no context is passed on
     * @param slow what lasts longer is kept
     */
    record Settings(double ratio, int perSecond, Duration slow) {
        static final Settings OFF = new Settings(0, 0, Duration.ofDays(1));
    }

    private final Settings settings;
    private final long chance;
    private final RateLimit first;
    private final RateLimit byChance;
    private final RateLimit asked;
    private final RateLimit kept;

    TraceSampler(Settings settings) {
        this.settings = settings;
        this.chance = (long) (settings.ratio() * Long.MAX_VALUE);
        long now = System.nanoTime();
        int perSecond = Math.max(1, settings.perSecond());
        this.first = new RateLimit(1, 1, now);
        this.byChance = new RateLimit(perSecond, perSecond, now);
        this.asked = new RateLimit(perSecond, perSecond, now);
        this.kept = new RateLimit(perSecond, perSecond, now);
    }

    boolean isOff() {
        return settings.perSecond() == 0;
    }

    /**
     * Whether a call that begins is recorded.
     *
     * @param caller what the caller says; null when it says nothing
     */
    boolean records(@Nullable TraceContext caller, long nowNanos) {
        if (isOff()) {
            return false;
        }
        if (caller != null) {
            return caller.isSampled() && asked.take(1, nowNanos);
        }
        return first.take(1, nowNanos)
                || ((ThreadLocalRandom.current().nextLong() >>> 1) < chance
                        && byChance.take(1, nowNanos));
    }

    /**
     * Whether a call that was not recorded is kept because of how it ended.
     *
     * @param status of its response; 0 when it gave none
     */
    boolean keeps(CallReport report, int status) {
        boolean isWorthIt =
                status >= 500
                        || report.wallNanos() > settings.slow().toNanos()
                        || isFailure(report.outcome());
        return isWorthIt && !isOff() && kept.take(1, System.nanoTime());
    }

    /** Whether an outcome is the function's or the platform's fault. */
    static boolean isFailure(Outcome outcome) {
        return switch (outcome) {
            case EXCEPTION,
                    EXCEEDED_CPU,
                    EXCEEDED_MEMORY,
                    EXCEEDED_WALL_TIME,
                    STARTUP_FAILED,
                    HUNG,
                    INTERNAL ->
                    true;
            case OK, OVER_QUOTA, OVERLOADED, NOT_FOUND, CANCELED -> false;
        };
    }
}

package io.echelon.cron;

import java.time.Duration;

/**
 * Who counts what crons do.
 *
 * <p><b>Thread safety.</b> Calls come from any thread; they must not block.
 */
public interface CronObserver {
    /** A fire's first attempt began on this node that much later than it was due. */
    void started(Cron cron, Duration lateness);

    /** An attempt ended here, or a fire was decided not to run. */
    void ended(Cron cron, String outcome);
}

package io.echelon.cron;

import io.echelon.cron.CronStore.Held;
import io.echelon.cron.CronStore.Seen;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A fire that this node runs, or will run again.
 *
 * <p><b>Thread safety.</b> Whoever writes its rows holds {@link #lock}; what is read without it may
 * be a moment old.
 */
final class OwnFire {
    private final ReentrantLock lock = new ReentrantLock();
    private volatile Cron cron;
    private volatile Held held;
    private volatile CronRun run;
    private volatile long renewedNanos;
    private volatile CronRunner.@Nullable Running call;
    private volatile @Nullable Seen left;
    private volatile boolean lost;
    private volatile boolean pastDeadline;

    OwnFire(Cron cron, Held held, CronRun run, long nowNanos) {
        this.cron = cron;
        this.held = held;
        this.run = run;
        this.renewedNanos = nowNanos;
    }

    ReentrantLock lock() {
        return lock;
    }

    Cron cron() {
        return cron;
    }

    /** Goes on by what is in force now. */
    void continueAs(Cron now) {
        cron = now;
    }

    /** The lease as it was written last. */
    Held held() {
        return held;
    }

    /** When the lease was written last, by this node's own count. */
    long renewedNanos() {
        return renewedNanos;
    }

    void renewed(Held now, long nowNanos) {
        held = now;
        renewedNanos = nowNanos;
    }

    /** The row of the attempt under way, or of the last one. */
    CronRun run() {
        return run;
    }

    void wrote(CronRun now) {
        run = now;
    }

    /** Notes what the cron's rows will be when this fire has ended; null when that is unknown. */
    void leaves(@Nullable Seen rows) {
        left = rows;
    }

    /**
     * What the cron's rows are after this fire unless somebody else wrote them; null if unknown.
     */
    @Nullable Seen left() {
        return left;
    }

    /** Notes that the handler was called. */
    void began(CronRunner.Running now) {
        pastDeadline = false;
        call = now;
        if (lost) {
            now.cancel();
        }
    }

    void stopped() {
        call = null;
    }

    boolean isRunning() {
        return call != null;
    }

    /** Whether its handler runs, or will when its time comes, and is not only tried again later. */
    boolean isUnderWay() {
        return run.outcome().equals(CronRun.RUNNING);
    }

    boolean isPastDeadline() {
        return pastDeadline;
    }

    /** Stops the handler, whose time is over. */
    void passDeadline() {
        pastDeadline = true;
        cancel();
    }

    boolean isLost() {
        return lost;
    }

    /** Notes that the fire is over, or somebody else's; a handler that still runs is stopped. */
    void lose() {
        lost = true;
        cancel();
    }

    private void cancel() {
        CronRunner.Running running = call;
        if (running != null) {
            running.cancel();
        }
    }
}

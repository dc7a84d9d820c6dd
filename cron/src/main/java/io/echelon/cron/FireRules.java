package io.echelon.cron;

import io.echelon.tenants.CronOverlap;
import io.echelon.tenants.MissedFires;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/**
 * Decides what is to be done about a cron: a function of its rows and the time.
 *
 * <p>Fires are decided in order, each by one commit that moves {@link CronState#decided} to it.
 * That alone makes a fire happen once, whatever the nodes' clocks say: a node whose clock is fast
 * decides early, and one whose clock is slow then finds it decided.
 *
 * <p>A fire that nobody decided for {@link #GRACE} was missed. The grace is longer than clocks may
 * differ and a store takes to elect a leader: within it a late fire is run like any other.
 */
final class FireRules {
    /** How late a fire is still run as if it were on time. */
    static final Duration GRACE = Duration.ofSeconds(30);

    /** How long a fire that has to wait for another is left alone. */
    static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

    /** Most fires that are made up for, or that wait for an earlier one; older ones are missed. */
    static final int BACKLOG_MAX = 100;

    /** Most runs of one cron at a time when its fires may overlap. */
    static final int AT_ONCE_MAX = 100;

    /** Each window is that many times the one before when the last missed fires are looked for. */
    private static final int WINDOW_GROWTH = 60;

    private final Cron cron;
    private final CronState state;
    private final List<CronLease> underWay;
    private final Predicate<CronLease> runsHere;

    /**
     * @param underWay the cron's fires that were claimed and have not ended
     * @param runsHere which of these this node runs just now
     */
    FireRules(Cron cron, CronState state, List<CronLease> underWay, Predicate<CronLease> runsHere) {
        this.cron = cron;
        this.state = state;
        this.underWay = underWay;
        this.runsHere = runsHere;
    }

    FireDecision decide(Instant now) {
        if (state.activity() == CronState.Activity.PAUSED) {
            return new FireDecision.Rest();
        }
        Instant base = base();
        Instant next = cron.next(base);
        if (next == null) {
            return new FireDecision.Rest();
        }
        if (cron.due(next).isAfter(now)) {
            return new FireDecision.Wait(cron.due(next));
        }
        if (Duration.between(cron.due(next), now).compareTo(GRACE) > 0) {
            return late(base, now);
        }
        return onTime(next, now);
    }

    /** After which moment fires count. */
    private Instant base() {
        Instant base = cron.since();
        Instant decided = state.decided();
        if (decided != null) {
            if (cron.scheduleKey().equals(state.scheduleKey())) {
                // it goes on: a fire shortly before the change of revisions may be undecided
                base = base.minus(GRACE);
            }
            base = later(base, decided);
        }
        Instant resumed = state.resumedAt();
        return resumed == null ? base : later(base, resumed);
    }

    private FireDecision onTime(Instant next, Instant now) {
        if (underWay.isEmpty()) {
            return new FireDecision.Fire(next);
        }
        return switch (cron.overlap()) {
            case SKIP ->
                    wasUnderWay(cron.due(next), now)
                            ? new FireDecision.Skip(next)
                            : new FireDecision.Wait(now.plus(LOOK_AGAIN));
            case QUEUE -> new FireDecision.Wait(now.plus(LOOK_AGAIN));
            case ALLOW ->
                    underWay.size() < AT_ONCE_MAX
                            ? new FireDecision.Fire(next)
                            : new FireDecision.Skip(next);
        };
    }

    /**
     * Whether one of the fires had certainly begun when the next was due; else that one is only
     * late. When another node's has begun is said by its clock: that counts only for what is due
     * now, not for what this node finds when it stood still, or its clock is that much faster.
     */
    private boolean wasUnderWay(Instant due, Instant now) {
        boolean isNow = due.plus(LOOK_AGAIN).isAfter(now);
        return underWay.stream()
                .filter(lease -> !lease.startedAt().isAfter(due))
                .anyMatch(lease -> runsHere.test(lease) || (isNow && lease.beginsAt() == null));
    }

    private FireDecision late(Instant base, Instant now) {
        Instant end = now.minus(GRACE).minus(cron.jitter());
        Deque<Instant> late = last(base, end, BACKLOG_MAX + 1);
        if (late.isEmpty()) { // only jitter made it late
            Instant next = cron.next(base);
            return next == null ? new FireDecision.Rest() : onTime(next, now);
        }
        boolean backlog = cron.missed() == MissedFires.ALL || waited(late);
        if (backlog && late.size() <= BACKLOG_MAX) {
            return !underWay.isEmpty() && cron.overlap() != CronOverlap.ALLOW
                    ? new FireDecision.Wait(now.plus(LOOK_AGAIN))
                    : new FireDecision.Fire(late.getFirst());
        }
        if (backlog) {
            return new FireDecision.Miss(
                    late.getFirst(),
                    "more than %d fires are waiting; the oldest are left out"
                            .formatted(BACKLOG_MAX));
        }
        return switch (cron.missed()) {
            case ONE -> onTime(late.getLast(), now);
            case SKIP, ALL ->
                    new FireDecision.Miss(late.getLast(), "no node was there to run it in time");
        };
    }

    /** Whether late fires are so because an earlier one was running. */
    private boolean waited(Deque<Instant> late) {
        if (cron.overlap() != CronOverlap.QUEUE) {
            return false;
        }
        Instant ended = state.endedAt();
        return !underWay.isEmpty() || (ended != null && !cron.due(late.getFirst()).isAfter(ended));
    }

    /** The last fires after one moment and not after another, oldest first. */
    private Deque<Instant> last(Instant after, Instant end, int most) {
        Deque<Instant> last = new ArrayDeque<>();
        Duration window = Duration.ofMinutes(1);
        while (true) {
            Instant from = later(after, end.minus(window));
            last.clear();
            for (Instant time = cron.next(from);
                    time != null && !time.isAfter(end);
                    time = cron.next(time)) {
                last.addLast(time);
                if (last.size() > most) {
                    last.removeFirst();
                }
            }
            if (last.size() == most || from.equals(after)) {
                return last;
            }
            window = window.multipliedBy(WINDOW_GROWTH);
        }
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }
}

package io.echelon.tenants;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How the requests to an app's own address are divided: some per cent of them go to other
 * revisions, the rest to the production revision.
 *
 * @param shares 1 to {@value #SHARES_MAX}, of different revisions, 99 per cent together at most; a
 *     share that grows keeps the callers that it has, as long as those before it stay as they are
 * @param sticky what callers are known by
 */
public record TrafficSplit(List<Share> shares, Stickiness sticky) {
    /** The cookie by which callers are known; its value is a number from 0 to 99. */
    public static final String COOKIE = "echelon-split";

    /** How many revisions may serve besides production. */
    public static final int SHARES_MAX = 4;

    /** What production and the shares have together. */
    public static final int WHOLE = 100;

    /**
     * What one revision gets.
     *
     * @param revision its number
     * @param percent from 1 to 99
     */
    public record Share(int revision, int percent) {
        public Share {
            Checks.range("The share of v" + revision + " in per cent", percent, 1, WHOLE - 1);
        }
    }

    public TrafficSplit {
        shares = List.copyOf(shares);
        Checks.range("The number of revisions beside production", shares.size(), 1, SHARES_MAX);
        Checks.range("What production is left in per cent", rest(shares), 1, WHOLE - 1);
        Set<Integer> revisions = new HashSet<>();
        for (Share share : shares) {
            if (!revisions.add(share.revision())) {
                throw new EchelonException(
                        ErrorCode.INVALID_ARGUMENT,
                        "v%d is in the split twice".formatted(share.revision()));
            }
        }
    }

    /** What a caller asks to give to a revision: 0 is nothing, 100 is everything. */
    public static int checkedPercent(int percent) {
        if (percent < 0 || percent > WHOLE) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT,
                    "A share of %,d per cent is none; it must be from 0 to 100".formatted(percent));
        }
        return percent;
    }

    /** The per cent that the production revision gets. */
    public int rest() {
        return rest(shares);
    }

    /** Whether a revision has a share. */
    public boolean has(int revision) {
        return shares.stream().anyMatch(share -> share.revision() == revision);
    }

    /** The same with another share; one of the same revision is replaced. */
    public TrafficSplit with(Share share, Stickiness newSticky) {
        List<Share> changed = new ArrayList<>(shares);
        changed.replaceAll(old -> old.revision() == share.revision() ? share : old);
        if (!has(share.revision())) {
            changed.add(share);
        }
        return new TrafficSplit(changed, newSticky);
    }

    /** The same without a revision; empty when no share is left. */
    public Optional<TrafficSplit> without(int revision) {
        List<Share> left = shares.stream().filter(share -> share.revision() != revision).toList();
        return left.isEmpty() ? Optional.empty() : Optional.of(new TrafficSplit(left, sticky));
    }

    private static int rest(List<Share> shares) {
        return WHOLE - shares.stream().mapToInt(Share::percent).sum();
    }
}

package io.echelon.edgeruntime;

import io.echelon.tenants.RevisionId;
import io.echelon.tenants.RouteRecord;
import io.echelon.tenants.Stickiness;
import io.echelon.tenants.TrafficSplit;
import io.echelon.tenants.TrafficSplit.Share;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A host whose requests are divided among revisions. Nothing is allocated for a request, but a
 * cookie's header is looked at.
 *
 * <p>A request has a point from 0 to 99; the shares lie one after the other from 0 on, and what is
 * beyond them is production's. Points of requests by themselves go round in steps of 61: of each
 * hundred in a row every point is that of one, so that a share of ten per cent gets ten of them,
 * spread over the hundred. A caller that is known always has the same point. The point is all that
 * a caller can choose: whatever it sends leads to a revision of the split.
 *
 * <p><b>Thread safety.</b> Every event loop uses it at once.
 */
final class SplitRoute implements Route {
    /** A week: longer than a split is meant to last. */
    private static final long COOKIE_SECONDS = 7 * 24 * 3_600;

    /** Has no divisor in common with 100, and is near its golden section. */
    private static final int STEP = 61;

    private static final CharSequence[] COOKIES =
            IntStream.range(0, TrafficSplit.WHOLE)
                    .mapToObj(
                            point ->
                                    HttpHeaders.createOptimized(
                                            "%s=%d; Path=/; Max-Age=%d; HttpOnly; SameSite=Lax"
                                                    .formatted(
                                                            TrafficSplit.COOKIE,
                                                            point,
                                                            COOKIE_SECONDS)))
                    .toArray(CharSequence[]::new);

    private final Target main;
    private final Target[] byPoint;
    private final Stickiness sticky;
    private final AtomicInteger turns;
    private final int salt;

    private SplitRoute(Target main, Target[] byPoint, Stickiness sticky, @Nullable Route before) {
        this.main = main;
        this.byPoint = byPoint;
        this.sticky = sticky;
        this.turns = before instanceof SplitRoute split ? split.turns : new AtomicInteger();
        this.salt = main.revision().app().value().hashCode();
    }

    /**
     * Where an app's host leads.
     *
     * @param main the production revision
     * @param warm the target of a revision; null when it is not warm here, so that the production
     *     revision answers for it
     * @param before where the host led before, whose requests are counted on; null for nowhere
     */
    static Route of(
            RouteRecord route,
            Target main,
            Function<RevisionId, @Nullable Target> warm,
            @Nullable Route before) {
        TrafficSplit split = route.split();
        if (split == null) {
            return main;
        }
        Target[] byPoint = new Target[TrafficSplit.WHOLE];
        Arrays.fill(byPoint, main);
        int start = 0;
        for (Share share : split.shares()) {
            Target target =
                    warm.apply(new RevisionId(route.tenant(), route.app(), share.revision()));
            if (target != null) {
                Arrays.fill(byPoint, start, start + share.percent(), target);
            }
            start += share.percent();
        }
        return new SplitRoute(main, byPoint, split.sticky(), before);
    }

    @Override
    public Target main() {
        return main;
    }

    @Override
    public Target choose(RequestHead head, MultiMap response) {
        return byPoint[
                switch (sticky) {
                    case Stickiness.None() -> turn();
                    case Stickiness.Header(String name) -> pointOfHeader(head, name);
                    case Stickiness.Cookie() -> pointOfCookie(head, response);
                }];
    }

    private int turn() {
        return Math.floorMod(turns.getAndIncrement() * STEP, TrafficSplit.WHOLE);
    }

    private int pointOfHeader(RequestHead head, String name) {
        int at = head.indexOf(name, 0);
        if (at < 0) {
            return turn();
        }
        int hash = (head.valueAt(at).hashCode() ^ salt) * 0x9E3779B9;
        hash = (hash ^ (hash >>> 15)) * 0x85EBCA6B;
        return Math.floorMod(hash ^ (hash >>> 13), TrafficSplit.WHOLE);
    }

    private int pointOfCookie(RequestHead head, MultiMap response) {
        for (int at = head.indexOf("cookie", 0); at >= 0; at = head.indexOf("cookie", at + 2)) {
            int point = pointIn(head.valueAt(at));
            if (point >= 0) {
                return point;
            }
        }
        int point = turn();
        response.add(HttpHeaders.SET_COOKIE, COOKIES[point]);
        return point;
    }

    /** The point that a line of cookies has; -1 when there is none, or it is none of ours. */
    static int pointIn(String cookies) {
        String name = TrafficSplit.COOKIE;
        for (int start = 0; start < cookies.length(); start++) {
            while (start < cookies.length() && cookies.charAt(start) == ' ') {
                start++;
            }
            int end = cookies.indexOf(';', start);
            end = end < 0 ? cookies.length() : end;
            int value = start + name.length() + 1;
            if (cookies.startsWith(name, start)
                    && value < end
                    && end - value <= 2
                    && cookies.charAt(value - 1) == '=') {
                int tens = Character.digit(cookies.charAt(value), 10);
                int ones = Character.digit(cookies.charAt(end - 1), 10);
                if (tens >= 0 && ones >= 0) {
                    return end - value == 1 ? ones : 10 * tens + ones;
                }
            }
            start = end;
        }
        return -1;
    }
}

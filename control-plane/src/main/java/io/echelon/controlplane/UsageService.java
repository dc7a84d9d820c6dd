package io.echelon.controlplane;

import io.echelon.controlplane.UsageViews.Point;
import io.echelon.controlplane.UsageViews.Series;
import io.echelon.controlplane.UsageViews.Usage;
import io.echelon.kvstore.KeyPart;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvSelector;
import io.echelon.tenants.AppName;
import io.echelon.tenants.TenantName;
import io.echelon.tenants.UsageCounts;
import io.echelon.tenants.UsageRecord;
import io.echelon.tenants.UsageRows;
import io.echelon.tenants.UsageStep;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What tenants and apps used: the rows of all nodes, added up. */
@Singleton
final class UsageService {
    /** Apps that one page looks at, with usage or without. */
    private static final int APPS_PER_PAGE_MAX = 500;

    /** Where a row's key has its app, its begin and its revision. */
    private static final int APP_PART = 3;

    private static final int BEGIN_PART = 4;
    private static final int REVISION_PART = 5;

    /** A sum for every step, and one of all. */
    private record Sums(List<UsageCounts> steps, UsageCounts total) {
        static Sums of(UsageQuery query) {
            List<UsageCounts> steps = new ArrayList<>();
            for (int i = 0; i < query.points(); i++) {
                steps.add(new UsageCounts());
            }
            return new Sums(steps, new UsageCounts());
        }

        List<Point> points(UsageQuery query) {
            List<Point> points = new ArrayList<>();
            for (int i = 0; i < steps.size(); i++) {
                points.add(Point.of(query.time(i), steps.get(i)));
            }
            return points;
        }
    }

    private final SystemDatabase database;
    private final AppService apps;
    private final TenantService tenants;
    private final InstantSource clock;

    UsageService(
            SystemDatabase database, AppService apps, TenantService tenants, InstantSource clock) {
        this.database = database;
        this.apps = apps;
        this.tenants = tenants;
        this.clock = clock;
    }

    /** The usage of a tenant, of one of its apps, or of a revision. */
    Usage read(UsageQuery query) {
        return read(query, null, null);
    }

    /**
     * The same, and a page of the series of the tenant's apps.
     *
     * @param limit series at most; fewer when there are many steps
     * @param cursor the app after which the page begins
     */
    Usage readByApp(UsageQuery query, int limit, @Nullable String cursor) {
        List<Series> series = new ArrayList<>();
        int most = Math.clamp(UsageQuery.POINTS_MAX / query.points(), 1, limit);
        String last = cursor == null ? UsageRows.WHOLE_TENANT : new AppName(cursor).value();
        Optional<String> next = appAfter(query, last);
        for (int looked = 0;
                next.isPresent() && looked < APPS_PER_PAGE_MAX && series.size() < most;
                looked++) {
            last = next.get();
            Sums sums = sum(query, last);
            if (sums.total().requests() > 0) {
                series.add(
                        new Series(last, sums.points(query), Point.of(query.from(), sums.total())));
            }
            next = appAfter(query, last);
        }
        return read(query, series, next.isPresent() ? last : null);
    }

    /** What a tenant used today, in UTC. */
    UsageCounts today(TenantName tenant) {
        return of(tenant, UsageStep.DAY, UsageStep.DAY.begin(clock.instant()));
    }

    /** What a tenant used in the last whole minute. */
    UsageCounts lastMinute(TenantName tenant) {
        Instant begin = UsageStep.MINUTE.begin(clock.instant());
        return of(tenant, UsageStep.MINUTE, begin.minus(UsageStep.MINUTE.length()));
    }

    private UsageCounts of(TenantName tenant, UsageStep step, Instant begin) {
        return sum(
                        new UsageQuery(tenant, null, null, begin, begin.plus(step.length()), step),
                        UsageRows.WHOLE_TENANT)
                .total();
    }

    private Usage read(UsageQuery query, @Nullable List<Series> series, @Nullable String cursor) {
        var _ = tenants.require(query.tenant());
        Sums sums = sum(query, query.appInRows());
        AppName app = query.app();
        if (app != null && sums.total().requests() == 0) {
            var _ = apps.require(query.tenant(), app);
        }
        return new Usage(
                query.from(),
                query.to(),
                query.step().wireName(),
                sums.points(query),
                Point.of(query.from(), sums.total()),
                series,
                cursor);
    }

    private Sums sum(UsageQuery query, String app) {
        Sums sums = Sums.of(query);
        Integer revision = query.revision();
        database.scan(
                KvSelector.range(
                        KvKey.of(UsageRows.from(query.step(), query.tenant(), app, query.from())),
                        KvKey.of(UsageRows.from(query.step(), query.tenant(), app, query.to()))),
                UsageRecord.class,
                (key, row) -> {
                    List<KeyPart> parts = key.parts();
                    if (revision == null || parts.get(REVISION_PART).equals(KeyPart.of(revision))) {
                        Instant begin =
                                Instant.ofEpochSecond(
                                        (long) ((KeyPart.Numeric) parts.get(BEGIN_PART)).value());
                        sums.steps().get(query.index(begin)).add(row);
                        sums.total().add(row);
                    }
                });
        return sums;
    }

    /** The next app, by name, that has rows. */
    private Optional<String> appAfter(UsageQuery query, String app) {
        KvKey prefix = KvKey.of(UsageRows.of(query.step(), query.tenant()));
        return database.firstKey(new KvSelector.PrefixFrom(prefix, prefix.child(app + "\0")))
                .map(key -> ((KeyPart.Text) key.parts().get(APP_PART)).value());
    }
}

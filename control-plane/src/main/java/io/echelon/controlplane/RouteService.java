package io.echelon.controlplane;

import io.echelon.controlplane.SystemDatabase.Row;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.KvKey;
import io.echelon.tenants.AppName;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.RevisionRecord;
import io.echelon.tenants.RouteRecord;
import io.echelon.tenants.Stickiness;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import io.echelon.tenants.TrafficSplit;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Moves routes by hand: to a revision that is ready, in part or whole, or back. */
@Singleton
final class RouteService {
    private final SystemDatabase database;
    private final AppService apps;
    private final InstantSource clock;

    RouteService(SystemDatabase database, AppService apps, InstantSource clock) {
        this.database = database;
        this.apps = apps;
        this.clock = clock;
    }

    /** Leads the app's own address to a revision alone; it may be there already. */
    Views.Switch promote(RevisionId target, IfMatch ifMatch) {
        return Conflicts.retry(
                "The promotion of %s".formatted(target.label()),
                () -> {
                    apps.require(target.tenant(), target.app());
                    return move(target, route(target.tenant(), target.app(), ifMatch));
                });
    }

    /**
     * Leads some of the requests to the app's own address to a revision, beside the production
     * revision and those that have a share already.
     *
     * @param percent 1 to 99, or 0 to take the revision out of the split
     * @param sticky what callers are known by; null leaves it as it is, at first by nothing
     */
    Views.Switch split(
            RevisionId target, int percent, @Nullable Stickiness sticky, IfMatch ifMatch) {
        return Conflicts.retry(
                "The split of app \"%s\"".formatted(target.app()),
                () -> {
                    apps.require(target.tenant(), target.app());
                    Optional<Row<RouteRecord>> route =
                            route(target.tenant(), target.app(), ifMatch);
                    Row<RevisionRecord> revision = ready(target);
                    RouteRecord now = route.map(Row::value).orElse(null);
                    if (now == null) {
                        throw nothingBefore(target.app(), route);
                    }
                    if (now.production() == target.number()) {
                        throw new EchelonException(
                                ErrorCode.CONFLICT,
                                "%s is the production revision, which gets what the others leave; give another one its share, or promote %s without a percentage to end the split"
                                        .formatted(target.label(), target.label()));
                    }
                    return write(
                            route,
                            now.with(divided(now.split(), target.number(), percent, sticky)),
                            target,
                            revision);
                });
    }

    private static @Nullable TrafficSplit divided(
            @Nullable TrafficSplit now, int revision, int percent, @Nullable Stickiness sticky) {
        if (percent == 0) {
            return now == null ? null : now.without(revision).orElse(null);
        }
        TrafficSplit.Share share = new TrafficSplit.Share(revision, percent);
        if (now == null) {
            return new TrafficSplit(
                    List.of(share), sticky == null ? new Stickiness.None() : sticky);
        }
        return now.with(share, sticky == null ? now.sticky() : sticky);
    }

    /**
     * Leads the app's own address to the production revision alone when there is a split, else to
     * the revision that served before; twice is back again.
     */
    Views.Switch rollback(TenantName tenant, AppName app, IfMatch ifMatch) {
        return Conflicts.retry(
                "The rollback of app \"%s\"".formatted(app),
                () -> {
                    apps.require(tenant, app);
                    Optional<Row<RouteRecord>> route = route(tenant, app, ifMatch);
                    if (route.isPresent() && route.get().value().split() != null) {
                        return move(route.get().value().target(), route);
                    }
                    Integer previous = route.map(row -> row.value().previous()).orElse(null);
                    if (previous == null) {
                        throw nothingBefore(app, route);
                    }
                    return move(new RevisionId(tenant, app, previous), route);
                });
    }

    private Optional<Views.Switch> move(RevisionId target, Optional<Row<RouteRecord>> route) {
        Row<RevisionRecord> revision = ready(target);
        RouteRecord now = route.map(Row::value).orElse(null);
        if (now != null && now.production() == target.number()) {
            return write(route, now.with(null), target, revision);
        }
        return write(
                route,
                new RouteRecord(
                        target.tenant(),
                        target.app(),
                        target.number(),
                        now == null ? null : now.production(),
                        clock.instant()),
                target,
                revision);
    }

    private Row<RevisionRecord> ready(RevisionId target) {
        Row<RevisionRecord> revision = apps.require(target);
        RevisionRecord.State state = revision.value().state();
        if (state != RevisionRecord.State.READY) {
            throw new EchelonException(
                    ErrorCode.CONFLICT,
                    "%s is %s; only a revision that is READY can serve%s"
                            .formatted(
                                    target.label(),
                                    state,
                                    state == RevisionRecord.State.DEPLOYING
                                            ? ", so wait for its deployment to end"
                                            : ""));
        }
        return revision;
    }

    private Optional<Views.Switch> write(
            Optional<Row<RouteRecord>> before,
            RouteRecord after,
            RevisionId target,
            Row<RevisionRecord> revision) {
        RouteRecord was = before.map(Row::value).orElse(null);
        Views.Switch answer =
                new Views.Switch(
                        was == null ? null : was.target().label(),
                        target.label(),
                        apps.addresses().production(target.tenant(), target.app()),
                        was == null ? null : Views.Split.of(was),
                        Views.Split.of(after));
        if (after.equals(was)) {
            return Optional.of(answer);
        }
        KvKey key = KvKey.of(SystemRows.route(target.tenant(), target.app()));
        AtomicWrite.Builder write =
                SystemDatabase.change(target.tenant(), target.app())
                        .check(key, SystemDatabase.stamp(before))
                        .check(KvKey.of(SystemRows.revision(target)), revision.stamp())
                        .set(key, SystemDatabase.value(after));
        return database.commit(write) ? Optional.of(answer) : Optional.empty();
    }

    private Optional<Row<RouteRecord>> route(TenantName tenant, AppName app, IfMatch ifMatch) {
        Optional<Row<RouteRecord>> route =
                database.get(SystemRows.route(tenant, app), RouteRecord.class);
        ifMatch.require(EntityTag.of(route), "Where app \"%s\" leads".formatted(app));
        return route;
    }

    private static EchelonException nothingBefore(AppName app, Optional<Row<RouteRecord>> route) {
        return new EchelonException(
                ErrorCode.CONFLICT,
                route.isEmpty()
                        ? "App \"%s\" has no revision that serves; `edge promote %s REV` chooses one"
                                .formatted(app, app)
                        : "App \"%s\" has served nothing before %s; `edge promote %s REV` chooses another"
                                .formatted(app, route.get().value().target().label(), app));
    }
}

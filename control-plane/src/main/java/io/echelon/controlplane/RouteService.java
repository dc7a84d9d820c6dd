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
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Moves routes by hand: to a revision that is ready, or back to the one before. */
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

    /** Leads the app's own address to a revision; it may be there already. */
    Views.Switch promote(RevisionId target) {
        return Conflicts.retry(
                "The promotion of %s".formatted(target.label()),
                () -> {
                    apps.require(target.tenant(), target.app());
                    return move(target, route(target.tenant(), target.app()));
                });
    }

    /** Leads the app's own address to the revision that served before; twice is back again. */
    Views.Switch rollback(TenantName tenant, AppName app) {
        return Conflicts.retry(
                "The rollback of app \"%s\"".formatted(app),
                () -> {
                    apps.require(tenant, app);
                    Optional<Row<RouteRecord>> route = route(tenant, app);
                    Integer previous = route.map(row -> row.value().previous()).orElse(null);
                    if (previous == null) {
                        throw nothingBefore(app, route);
                    }
                    return move(new RevisionId(tenant, app, previous), route);
                });
    }

    private Optional<Views.Switch> move(RevisionId target, Optional<Row<RouteRecord>> route) {
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
        @Nullable Integer serving = route.map(row -> row.value().production()).orElse(null);
        Views.Switch answer =
                new Views.Switch(
                        serving == null ? null : "v" + serving,
                        target.label(),
                        apps.addresses().production(target.tenant(), target.app()));
        if (serving != null && serving == target.number()) {
            return Optional.of(answer);
        }
        KvKey key = KvKey.of(SystemRows.route(target.tenant(), target.app()));
        AtomicWrite.Builder write =
                SystemDatabase.change(target.tenant(), target.app())
                        .check(key, SystemDatabase.stamp(route))
                        .check(KvKey.of(SystemRows.revision(target)), revision.stamp())
                        .set(
                                key,
                                SystemDatabase.value(
                                        new RouteRecord(
                                                target.tenant(),
                                                target.app(),
                                                target.number(),
                                                serving,
                                                clock.instant())));
        return database.commit(write) ? Optional.of(answer) : Optional.empty();
    }

    private Optional<Row<RouteRecord>> route(TenantName tenant, AppName app) {
        return database.get(SystemRows.route(tenant, app), RouteRecord.class);
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

package io.echelon.controlplane;

import io.echelon.controlplane.SystemDatabase.Row;
import io.echelon.cron.CronAdministration;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.KvKey;
import io.echelon.tenants.AppName;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.RevisionRecord;
import io.echelon.tenants.RouteRecord;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/**
 * How long revisions stay: the newest {@value #REVISIONS_KEPT} of an app, and always the one that
 * serves, those of a split, the one that a rollback leads to, and those whose deployment has not
 * ended.
 */
@Singleton
final class Retention {
    static final int REVISIONS_KEPT = 50;
    private static final int BATCH = 200;

    private final SystemDatabase database;
    private final CronAdministration crons;

    Retention(SystemDatabase database, CronAdministration crons) {
        this.database = database;
        this.crons = crons;
    }

    /** Deletes an app's revisions that no longer stay. */
    void prune(TenantName tenant, AppName app) {
        List<Row<RevisionRecord>> revisions =
                database.all(SystemRows.revisions(tenant, app), RevisionRecord.class);
        if (revisions.size() <= REVISIONS_KEPT) {
            return;
        }
        Optional<Row<RouteRecord>> route =
                database.get(SystemRows.route(tenant, app), RouteRecord.class);
        List<Row<RevisionRecord>> old =
                revisions.subList(0, revisions.size() - REVISIONS_KEPT).stream()
                        .filter(row -> row.value().state() != RevisionRecord.State.DEPLOYING)
                        .filter(row -> !isRouted(row.value().id(), route))
                        .limit(BATCH)
                        .toList();
        if (old.isEmpty()) {
            return;
        }
        AtomicWrite.Builder write =
                SystemDatabase.change(tenant, app)
                        .check(
                                KvKey.of(SystemRows.route(tenant, app)),
                                SystemDatabase.stamp(route));
        old.forEach(row -> write.delete(KvKey.of(SystemRows.revision(row.value().id()))));
        if (database.commit(write)) {
            for (Row<RevisionRecord> row : old) {
                forgetReports(row.value().id());
                crons.forget(row.value().id());
            }
        }
    }

    /** Deletes what nodes reported of a revision that is gone. */
    void forgetReports(RevisionId id) {
        List<KvKey> reports = database.keys(SystemRows.readiness(id));
        for (int i = 0; i < reports.size(); i += BATCH) {
            AtomicWrite.Builder write = AtomicWrite.builder();
            reports.subList(i, Math.min(reports.size(), i + BATCH)).forEach(write::delete);
            database.commit(write);
        }
    }

    private static boolean isRouted(RevisionId id, Optional<Row<RouteRecord>> route) {
        return route.map(Row::value).filter(to -> to.needs(id.number())).isPresent();
    }
}

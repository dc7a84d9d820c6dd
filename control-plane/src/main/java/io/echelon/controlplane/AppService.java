package io.echelon.controlplane;

import io.echelon.controlplane.SystemDatabase.Page;
import io.echelon.controlplane.SystemDatabase.Row;
import io.echelon.cron.CronAdministration;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.ListOptions;
import io.echelon.kvstore.Order;
import io.echelon.tenants.AppName;
import io.echelon.tenants.AppRecord;
import io.echelon.tenants.DatabaseRef;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.RevisionRecord;
import io.echelon.tenants.RouteRecord;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Apps and revisions as they are, and their end. */
@Singleton
final class AppService {
    private final SystemDatabase database;
    private final Retention retention;
    private final CronAdministration crons;
    private final String baseDomain;

    AppService(
            SystemDatabase database,
            Retention retention,
            CronAdministration crons,
            Settings settings) {
        this.database = database;
        this.retention = retention;
        this.crons = crons;
        this.baseDomain = settings.baseDomain();
    }

    Addresses addresses() {
        return Addresses.of(baseDomain, database.nodes());
    }

    Views.Apps list(TenantName tenant, ListOptions options) {
        Addresses addresses = addresses();
        Page<AppRecord> page = database.page(SystemRows.apps(tenant), AppRecord.class, options);
        List<Optional<Row<RouteRecord>>> routes =
                database.getAll(
                        page.values().stream()
                                .map(app -> SystemRows.route(app.tenant(), app.app()))
                                .toList(),
                        RouteRecord.class);
        List<Optional<Row<RevisionRecord>>> newest =
                database.getAll(
                        page.values().stream().map(AppService::latest).toList(),
                        RevisionRecord.class);
        List<Views.App> apps = new ArrayList<>();
        for (int i = 0; i < routes.size(); i++) {
            apps.add(
                    Views.App.of(
                            page.values().get(i),
                            routes.get(i).map(Row::value),
                            newest.get(i).map(Row::value),
                            addresses));
        }
        return new Views.Apps(apps, page.cursor());
    }

    /** An app; its tag is that of where its own address leads. */
    Tagged<Views.App> get(TenantName tenant, AppName app) {
        Optional<Row<RouteRecord>> route =
                database.get(SystemRows.route(tenant, app), RouteRecord.class);
        AppRecord record = require(tenant, app).value();
        Optional<RevisionRecord> newest =
                database.get(latest(record), RevisionRecord.class).map(Row::value);
        return new Tagged<>(
                Views.App.of(record, route.map(Row::value), newest, addresses()),
                EntityTag.of(route));
    }

    /** The row of an app's newest revision; that of number 1 when there is none yet. */
    private static List<Object> latest(AppRecord app) {
        return SystemRows.revision(
                new RevisionId(app.tenant(), app.app(), Math.max(1, app.latest())));
    }

    Views.Revisions revisions(TenantName tenant, AppName app, ListOptions options) {
        require(tenant, app);
        Addresses addresses = addresses();
        Page<RevisionRecord> page =
                database.page(
                        SystemRows.revisions(tenant, app),
                        RevisionRecord.class,
                        options.withOrder(Order.REVERSE));
        return new Views.Revisions(
                page.values().stream()
                        .map(revision -> Views.Revision.of(revision, addresses))
                        .toList(),
                page.cursor());
    }

    Row<AppRecord> require(TenantName tenant, AppName app) {
        return database.get(SystemRows.app(tenant, app), AppRecord.class)
                .orElseThrow(
                        () ->
                                new EchelonException(
                                        ErrorCode.NOT_FOUND,
                                        "Tenant \"%s\" has no app \"%s\"; `edge apps` lists those that it has"
                                                .formatted(tenant, app)));
    }

    Row<RevisionRecord> require(RevisionId id) {
        return database.get(SystemRows.revision(id), RevisionRecord.class)
                .orElseThrow(
                        () ->
                                new EchelonException(
                                        ErrorCode.NOT_FOUND,
                                        "App \"%s\" of tenant \"%s\" has no revision %s; `edge revisions %s` lists those that it has"
                                                .formatted(
                                                        id.app(),
                                                        id.tenant(),
                                                        id.label(),
                                                        id.app())));
    }

    /**
     * Deletes an app with all its revisions and its route in one commit; deployments under way end.
     */
    void delete(TenantName tenant, AppName app) {
        List<RevisionId> deleted =
                Conflicts.retry(
                        "The deletion of app \"%s\"".formatted(app), () -> tryDelete(tenant, app));
        deleted.forEach(retention::forgetReports);
        crons.forget(tenant, app);
    }

    private Optional<List<RevisionId>> tryDelete(TenantName tenant, AppName app) {
        Row<AppRecord> record = require(tenant, app);
        List<RevisionId> revisions =
                database.all(SystemRows.revisions(tenant, app), RevisionRecord.class).stream()
                        .map(row -> row.value().id())
                        .toList();
        KvKey key = KvKey.of(SystemRows.app(tenant, app));
        AtomicWrite.Builder write =
                SystemDatabase.change(tenant, app)
                        .check(key, record.stamp())
                        .delete(key)
                        .delete(KvKey.of(SystemRows.route(tenant, app)))
                        .set(
                                KvKey.of(SystemRows.database(DatabaseRef.of(tenant, app))),
                                SystemDatabase.value(DatabaseRef.of(tenant, app)))
                        .set(
                                KvKey.of(SystemRows.lastNumber(tenant, app)),
                                SystemDatabase.value(record.value().latest()));
        database.keys(SystemRows.settings(tenant, app)).forEach(write::delete);
        DomainService.deleteAll(database, tenant, app, write);
        for (RevisionId id : revisions) {
            write.delete(KvKey.of(SystemRows.revision(id)));
            write.delete(KvKey.of(SystemRows.deploying(id)));
        }
        return database.commit(write) ? Optional.of(revisions) : Optional.empty();
    }
}

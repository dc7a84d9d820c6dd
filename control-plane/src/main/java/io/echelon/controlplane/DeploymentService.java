package io.echelon.controlplane;

import io.echelon.controlplane.SystemDatabase.Row;
import io.echelon.cron.DeclaredCron;
import io.echelon.cron.RevisionCrons;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.KvKey;
import io.echelon.tenants.AppName;
import io.echelon.tenants.AppRecord;
import io.echelon.tenants.Json;
import io.echelon.tenants.Manifest;
import io.echelon.tenants.Quota;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.RevisionRecord;
import io.echelon.tenants.RevisionRecord.Kind;
import io.echelon.tenants.RevisionRecord.State;
import io.echelon.tenants.RouteRecord;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import io.echelon.tenants.TenantRecord;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes manifests revisions and hands them to {@link Rollouts}. */
@Singleton
final class DeploymentService {
    private final SystemDatabase database;
    private final BlobService blobs;
    private final Rollouts rollouts;
    private final TenantService tenants;
    private final SettingsService settings;
    private final QuotaRules quotas;
    private final CronQuota crons;
    private final InstantSource clock;

    /** A manifest, and the hash of the blob that holds it. */
    private record Bundle(Manifest manifest, String blob) {}

    /**
     * What a revision is to be made of.
     *
     * @param note what it changes
     */
    record Draft(Manifest manifest, String note) {}

    DeploymentService(
            SystemDatabase database,
            BlobService blobs,
            Rollouts rollouts,
            TenantService tenants,
            SettingsService settings,
            QuotaRules quotas,
            CronQuota crons,
            InstantSource clock) {
        this.quotas = quotas;
        this.crons = crons;
        this.settings = settings;
        this.database = database;
        this.tenants = tenants;
        this.blobs = blobs;
        this.rollouts = rollouts;
        this.clock = clock;
    }

    /** Writes a new revision of an app, which comes into being with its first, and begins it. */
    RevisionRecord deploy(TenantName tenant, AppName app, Manifest manifest, Kind kind) {
        var _ =
                RevisionCrons.checked(
                        manifest.crons().stream().map(DeclaredCron::configured).toList());
        quotas.requireSize(tenant, Quota.BUNDLE_BYTES, manifest.bytes(), "The bundle");
        quotas.requireSize(
                tenant, Quota.CRONS_PER_APP, manifest.crons().size(), "App \"%s\"".formatted(app));
        crons.require(tenant, app, manifest.crons().size());
        blobs.require(manifest.files());
        String manifestBlob = blobs.store(Json.bytes(manifest));
        RevisionRecord revision =
                Conflicts.retry(
                        "The deployment of app \"%s\"".formatted(app),
                        () -> create(tenant, app, new Bundle(manifest, manifestBlob), kind, null));
        rollouts.begin(revision.id());
        return revision;
    }

    /**
     * Makes a new revision, with the settings of now, of the bundle that the app serves, or of a
     * newer one that is being deployed.
     *
     * @param note what changed
     * @return empty when the app serves nothing yet
     */
    Optional<RevisionRecord> redeploy(TenantName tenant, AppName app, String note) {
        return redeploy(tenant, app, manifest -> new Draft(manifest, note));
    }

    /**
     * Makes a new revision, with the settings of now and of the same files, of what the app serves,
     * or of what is newer and being deployed.
     *
     * @param change makes the manifest there is into another; may be asked again, and may refuse
     * @return empty when the app serves nothing yet
     */
    Optional<RevisionRecord> redeploy(
            TenantName tenant, AppName app, Function<Manifest, Draft> change) {
        if (base(tenant, app).isEmpty()) {
            return Optional.empty();
        }
        RevisionRecord revision =
                Conflicts.retry(
                        "The deployment of app \"%s\"".formatted(app),
                        () -> base(tenant, app).flatMap(base -> create(tenant, app, base, change)));
        rollouts.begin(revision.id());
        return Optional.of(revision);
    }

    private Optional<RevisionRecord> create(
            TenantName tenant, AppName app, RevisionRecord base, Function<Manifest, Draft> change) {
        Bundle bundle = stillThere(bundle(base));
        Draft draft = change.apply(bundle.manifest());
        Bundle changed =
                draft.manifest().equals(bundle.manifest())
                        ? bundle
                        : new Bundle(draft.manifest(), blobs.store(Json.bytes(draft.manifest())));
        return create(tenant, app, changed, Kind.PRODUCTION, draft.note());
    }

    /** The manifest of what the app serves, or of what is newer and being deployed. */
    Optional<Manifest> current(TenantName tenant, AppName app) {
        return base(tenant, app).map(this::manifest);
    }

    private Optional<RevisionRecord> base(TenantName tenant, AppName app) {
        Optional<RouteRecord> route =
                database.get(SystemRows.route(tenant, app), RouteRecord.class).map(Row::value);
        int serving = route.map(RouteRecord::production).orElse(0);
        List<RevisionRecord> revisions =
                database.all(SystemRows.revisions(tenant, app), RevisionRecord.class).stream()
                        .map(Row::value)
                        .toList();
        return revisions.reversed().stream()
                .filter(
                        revision ->
                                revision.id().number() == serving
                                        || (revision.id().number() > serving
                                                && revision.state() == State.DEPLOYING
                                                && revision.kind() == Kind.PRODUCTION))
                .findFirst();
    }

    /** The manifest of a revision. */
    Manifest manifest(RevisionRecord revision) {
        return bundle(revision).manifest();
    }

    private Bundle bundle(RevisionRecord revision) {
        return new Bundle(
                Json.read(blobs.read(revision.manifest()), Manifest.class), revision.manifest());
    }

    /** A bundle whose blobs stay even when the revision that has them is deleted meanwhile. */
    private Bundle stillThere(Bundle bundle) {
        blobs.require(bundle.manifest().files());
        List<String> missing = blobs.missing(List.of(bundle.blob()));
        if (!missing.isEmpty()) {
            throw new MissingBlobsException(missing);
        }
        return bundle;
    }

    private Optional<RevisionRecord> create(
            TenantName tenant, AppName app, Bundle bundle, Kind kind, @Nullable String note) {
        Instant now = clock.instant();
        KvKey appKey = KvKey.of(SystemRows.app(tenant, app));
        Optional<Row<AppRecord>> existing =
                database.get(SystemRows.app(tenant, app), AppRecord.class);
        Optional<Row<TenantRecord>> room = tenants.find(tenant); // read before what is counted
        if (existing.isEmpty()) {
            quotas.requireRoom(
                    tenant,
                    Quota.APPS,
                    database.keys(SystemRows.apps(tenant)).size(),
                    "App \"%s\"".formatted(app));
        }
        int number =
                1
                        + existing.map(row -> row.value().latest())
                                .orElseGet(() -> lastNumber(tenant, app));
        RevisionId id = new RevisionId(tenant, app, number);
        KvKey revisionKey = KvKey.of(SystemRows.revision(id));
        RevisionRecord revision =
                new RevisionRecord(
                        id,
                        bundle.blob(),
                        bundle.manifest().files().size(),
                        bundle.manifest().bytes(),
                        kind,
                        now,
                        State.DEPLOYING,
                        null,
                        settings.snapshot(id, bundle.manifest()),
                        note);
        AppRecord record =
                new AppRecord(
                        tenant,
                        app,
                        existing.map(row -> row.value().createdAt()).orElse(now),
                        number);
        AtomicWrite.Builder write =
                begin(tenant, app, existing, room)
                        .check(appKey, SystemDatabase.stamp(existing))
                        .checkAbsent(revisionKey)
                        .set(appKey, SystemDatabase.value(record))
                        .set(revisionKey, SystemDatabase.value(revision))
                        .set(KvKey.of(SystemRows.deploying(id)), SystemDatabase.value(id));
        return database.commit(write) ? Optional.of(revision) : Optional.empty();
    }

    /**
     * The beginning of the commit; an app's first one may not meet the end of its tenant, nor the
     * beginning of another app.
     */
    private AtomicWrite.Builder begin(
            TenantName tenant,
            AppName app,
            Optional<Row<AppRecord>> existing,
            Optional<Row<TenantRecord>> room) {
        return existing.isPresent()
                ? SystemDatabase.change(tenant, app)
                : SystemDatabase.change(tenants.begin(tenant, room), tenant, app);
    }

    private int lastNumber(TenantName tenant, AppName app) {
        return database.get(SystemRows.lastNumber(tenant, app), Integer.class)
                .map(Row::value)
                .orElse(0);
    }
}

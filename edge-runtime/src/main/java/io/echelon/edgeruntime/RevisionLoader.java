package io.echelon.edgeruntime;

import io.echelon.cron.CronAdministration;
import io.echelon.cron.RevisionCrons;
import io.echelon.isolatepool.EventKind;
import io.echelon.isolatepool.FunctionImage;
import io.echelon.isolatepool.GuestLog;
import io.echelon.isolatepool.HostBinding;
import io.echelon.isolatepool.IsolatePool;
import io.echelon.tenants.Assets;
import io.echelon.tenants.BundleFile;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Limits;
import io.echelon.tenants.Manifest;
import io.echelon.tenants.Permissions;
import io.echelon.tenants.QueueConsumption;
import io.echelon.tenants.QueueProducer;
import io.echelon.tenants.Quota;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.RevisionRecord;
import io.echelon.tenants.TenantName;
import io.echelon.tenants.TenantQuotas;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Brings a revision from the store into the pool: its manifest, its files, its warm isolates.
 *
 * <p><b>Thread safety.</b> May be used from any thread; blocks.
 */
final class RevisionLoader {
    private static final long INSTALL_SECONDS = 120;

    /** Makes a name in an environment that of a queue; no variable's name has such a sign. */
    private static final String QUEUE_PREFIX = "=";

    private final IsolatePool pool;
    private final LocalBlobs blobs;
    private final Function<Permissions, List<HostBinding>> bindings;
    private final GuestLog log;
    private final Function<RevisionRecord, Map<String, String>> settings;
    private final CronAdministration crons;
    private final Function<TenantName, TenantQuotas> quotas;

    /**
     * @param bindings what a function with these permissions may reach
     * @param settings the variables and secrets that a revision has besides its manifest's
     * @param quotas what a tenant may have
     */
    RevisionLoader(
            IsolatePool pool,
            LocalBlobs blobs,
            Function<Permissions, List<HostBinding>> bindings,
            GuestLog log,
            Function<RevisionRecord, Map<String, String>> settings,
            CronAdministration crons,
            Function<TenantName, TenantQuotas> quotas) {
        this.quotas = quotas;
        this.settings = settings;
        this.pool = pool;
        this.blobs = blobs;
        this.bindings = bindings;
        this.log = log;
        this.crons = crons;
    }

    /**
     * The files are here and verified, and nothing runs yet.
     *
     * @param cronsMax crons that it may declare
     */
    record Fetched(
            Manifest manifest, FunctionImage image, @Nullable AssetSite assets, long cronsMax) {}

    /** Fetches what is missing. */
    Fetched fetch(RevisionRecord revision) {
        Manifest manifest = blobs.manifest(revision);
        Map<String, byte[]> code = new HashMap<>();
        for (BundleFile file : manifest.files()) {
            if (isAsset(manifest, file)) {
                var _ = blobs.file(file.sha256());
            } else {
                code.put(file.path(), blobs.read(file.sha256()));
            }
        }
        Assets assets = manifest.assets();
        return new Fetched(
                manifest,
                new FunctionImage(
                        revision.id(),
                        manifest.main(),
                        code,
                        manifest.isolation(),
                        manifest.warm(),
                        manifest.limits(),
                        environment(manifest, settings.apply(revision)),
                        bindings.apply(manifest.permissions()),
                        log),
                assets == null ? null : new AssetSite(assets, manifest.files(), blobs::file),
                cronsMax(revision));
    }

    /** Warms a revision in the pool, and finds the crons that it declares. */
    RevisionCrons install(Fetched fetched) {
        warm(fetched);
        RevisionId id = fetched.image().id();
        checkConsumers(fetched.manifest(), id);
        RevisionCrons found = DeclaredCrons.of(fetched.manifest(), pool.handlers(id));
        if (found.crons().size() > fetched.cronsMax()) {
            throw new EchelonException(
                    ErrorCode.OVER_QUOTA,
                    "App \"%s\" declares %,d crons; %,d are allowed (quota %s): declare fewer, or ask the operator for more"
                            .formatted(
                                    id.app(),
                                    found.crons().size(),
                                    fetched.cronsMax(),
                                    Quota.CRONS_PER_APP.wireName()));
        }
        return found.crons().isEmpty() ? found : crons.declare(id, found);
    }

    private void checkConsumers(Manifest manifest, RevisionId id) {
        List<QueueConsumption> consumers = manifest.namedQueues().consumers();
        if (!consumers.isEmpty()
                && pool.handlers(id).stream()
                        .noneMatch(handler -> handler.kind() == EventKind.QUEUE)) {
            throw new EchelonException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "The configuration takes from the queue \"%s\", but %s exports no handler \"queue\"; write export default { async queue(batch, env, ctx) { … } }"
                            .formatted(consumers.getFirst().queue(), manifest.main()));
        }
    }

    /** What serves already goes on doing so when a quota becomes smaller. */
    private long cronsMax(RevisionRecord revision) {
        return revision.state() == RevisionRecord.State.DEPLOYING
                ? quotas.apply(revision.id().tenant()).limit(Quota.CRONS_PER_APP)
                : Limits.CRONS_PER_APP_MAX;
    }

    private void warm(Fetched fetched) {
        try {
            pool.install(fetched.image()).get(INSTALL_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof EchelonException refusal
                    ? refusal
                    : new EchelonException(
                            ErrorCode.INTERNAL, "The revision could not be warmed", e.getCause());
        } catch (TimeoutException e) {
            throw new EchelonException(
                    ErrorCode.STARTUP_FAILED,
                    "The revision was not warm after %d seconds".formatted(INSTALL_SECONDS),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EchelonException(ErrorCode.UNAVAILABLE, "The node is shutting down", e);
        }
    }

    private static boolean isAsset(Manifest manifest, BundleFile file) {
        Assets assets = manifest.assets();
        return assets != null
                && !file.path().equals(manifest.main())
                && (assets.dir().isEmpty() || file.path().startsWith(assets.dir() + "/"));
    }

    /** Variables, and the queues that stand beside them in {@code env}. */
    private static Map<String, String> environment(
            Manifest manifest, Map<String, String> settings) {
        Map<String, String> env = visible(manifest, settings);
        if (manifest.main().endsWith(".wasm")) {
            return env; // a command could not call them
        }
        for (QueueProducer producer : manifest.namedQueues().producers()) {
            env.put(QUEUE_PREFIX + producer.binding(), producer.queue());
        }
        return env;
    }

    private static Map<String, String> visible(Manifest manifest, Map<String, String> settings) {
        Map<String, String> env = new HashMap<>(manifest.env());
        env.putAll(settings);
        List<String> names = manifest.permissions().env();
        if (names != null) {
            env.keySet().retainAll(names);
        }
        return env;
    }
}

package io.echelon.edgeruntime;

import io.echelon.cron.CronAdministration;
import io.echelon.isolatepool.HostBinding;
import io.echelon.isolatepool.IsolatePool;
import io.echelon.kvstore.KvStore;
import io.echelon.tenants.Permissions;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.List;

/**
 * What a node's functions are given: the parts that the loader of its revisions is made of.
 *
 * @param databases that functions open
 * @param caches that functions open
 * @param keys that open variables and secrets
 * @param log what functions write
 */
record NodeLoader(
        Vertx vertx,
        IsolatePool pool,
        NodeStore store,
        KvStore databases,
        DatabaseRegister register,
        TenantGates gates,
        UsageLedger usage,
        Outside outside,
        CacheBinding caches,
        TenantKeys keys,
        NodeLog log,
        Traces traces,
        Clock clock) {
    /** The loader. */
    RevisionLoader open() {
        KvBinding.Services opened =
                new KvBinding.Services(databases, clock, gates, register, traces);
        return new RevisionLoader(
                pool,
                store.files(),
                permissions -> bindings(permissions, opened),
                log,
                new RevisionSettings(store.files(), keys)::of,
                new CronAdministration(store.system()),
                gates::quotas);
    }

    private List<HostBinding> bindings(Permissions permissions, KvBinding.Services opened) {
        return List.of(
                new FetchBinding(
                        vertx,
                        outside.clients(),
                        outside.destinations(),
                        new PermittedHosts(permissions.net()),
                        usage::of,
                        traces),
                new KvBinding(opened, KvBinding.Access.of(permissions), usage::of),
                caches);
    }
}

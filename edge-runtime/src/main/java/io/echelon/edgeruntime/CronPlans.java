package io.echelon.edgeruntime;

import io.echelon.cron.Cron;
import io.echelon.cron.RevisionCrons;
import io.echelon.tenants.AppName;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.RouteRecord;
import io.echelon.tenants.TenantName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which crons are in force on this node: those of every revision to which its app's address leads,
 * once it is warm here.
 *
 * <p><b>Thread safety.</b> May be used from any thread.
 */
final class CronPlans {
    /** Who fires them. */
    interface Scheduler {
        void plan(TenantName tenant, AppName app, List<Cron> crons);
    }

    private record AppKey(TenantName tenant, AppName app) {}

    private final Scheduler scheduler;
    private final Map<RevisionId, RevisionCrons> warm = new HashMap<>();
    private final Map<AppKey, RouteRecord> routes = new HashMap<>();

    CronPlans(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** A revision is warm here. */
    synchronized void loaded(RevisionId id, RevisionCrons crons) {
        warm.put(id, crons);
        plan(id.tenant(), id.app());
    }

    synchronized void unloaded(RevisionId id) {
        warm.remove(id);
        plan(id.tenant(), id.app());
    }

    /** An app's address leads somewhere; null when it does not. */
    synchronized void routed(TenantName tenant, AppName app, @Nullable RouteRecord route) {
        if (route == null) {
            routes.remove(new AppKey(tenant, app));
        } else {
            routes.put(new AppKey(tenant, app), route);
        }
        plan(tenant, app);
    }

    private void plan(TenantName tenant, AppName app) {
        RouteRecord route = routes.get(new AppKey(tenant, app));
        RevisionCrons crons = route == null ? null : warm.get(route.target());
        scheduler.plan(
                tenant,
                app,
                route == null || crons == null
                        ? List.of()
                        : crons.crons().stream()
                                .map(cron -> Cron.of(cron, route.target(), route.changedAt()))
                                .toList());
    }
}

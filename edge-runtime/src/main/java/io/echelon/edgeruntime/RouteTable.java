package io.echelon.edgeruntime;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which host leads where.
 *
 * <p><b>Thread safety.</b> Requests read it without a lock while hosts change one by one.
 */
final class RouteTable {
    private final ConcurrentHashMap<String, Route> routes;

    RouteTable(Map<String, ? extends Route> routes) {
        this.routes = new ConcurrentHashMap<>(routes);
    }

    /**
     * @param host in lower case, without a port
     */
    @Nullable Route find(String host) {
        return routes.get(host);
    }

    /**
     * Has a host lead somewhere.
     *
     * @param route null for nowhere
     */
    void set(String host, @Nullable Route route) {
        if (route == null) {
            routes.remove(host);
        } else {
            routes.put(host, route);
        }
    }
}

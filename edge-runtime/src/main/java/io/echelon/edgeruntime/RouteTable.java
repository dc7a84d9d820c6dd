package io.echelon.edgeruntime;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which host leads where. Immutable: a change makes a new table, requests read one without a lock.
 */
final class RouteTable {
    static final RouteTable EMPTY = new RouteTable(Map.of());

    private final HashMap<String, Route> routes;

    RouteTable(Map<String, ? extends Route> routes) {
        this.routes = new HashMap<>(routes);
    }

    /**
     * @param host in lower case, without a port
     */
    @Nullable Route find(String host) {
        return routes.get(host);
    }

    int size() {
        return routes.size();
    }
}

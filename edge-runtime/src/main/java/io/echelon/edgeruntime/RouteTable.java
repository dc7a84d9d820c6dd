package io.echelon.edgeruntime;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which host leads where. Immutable: a change makes a new table, requests read one without a lock.
 */
final class RouteTable {
    static final RouteTable EMPTY = new RouteTable(Map.of());

    private final HashMap<String, Target> targets;

    RouteTable(Map<String, Target> targets) {
        this.targets = new HashMap<>(targets);
    }

    /**
     * @param host in lower case, without a port
     */
    @Nullable Target find(String host) {
        return targets.get(host);
    }

    int size() {
        return targets.size();
    }
}

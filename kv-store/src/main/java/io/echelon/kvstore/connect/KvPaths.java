package io.echelon.kvstore.connect;

import io.echelon.kvstore.KvChecks;
import java.util.List;

/**
 * Which paths lead to which databases.
 *
 * <p>Thread safety: asked from any thread.
 */
@FunctionalInterface
public interface KvPaths {
    /**
     * Where a path leads.
     *
     * @param database its name in the store
     * @param path of the database's metadata exchange, to which the data path is relative
     * @param rest what follows that path, by segments; empty for the exchange itself
     */
    record Place(String database, String path, List<String> rest) {}

    /**
     * Where a path leads, without regard to who asks.
     *
     * @throws io.echelon.tenants.EchelonException NOT_FOUND or INVALID_ARGUMENT when it leads
     *     nowhere
     */
    Place find(String path);

    /** Databases by their names below a path, and one at the path itself. */
    static KvPaths below(String path, String defaultDatabase) {
        return requested -> {
            List<String> segments = segments(requested, path);
            String database =
                    KvChecks.databaseName(
                            segments.isEmpty() ? defaultDatabase : segments.getFirst());
            return new Place(
                    database,
                    path + "/" + database,
                    segments.isEmpty() ? segments : segments.subList(1, segments.size()));
        };
    }

    /** What follows a path, by segments; a slash at the end does not count. */
    static List<String> segments(String requested, String path) {
        if (!requested.startsWith(path)) {
            throw KvConnectServer.notFound();
        }
        String rest = requested.substring(path.length());
        if (rest.isEmpty() || rest.equals("/")) {
            return List.of();
        }
        if (!rest.startsWith("/")) {
            throw KvConnectServer.notFound();
        }
        String inner = rest.substring(1, rest.endsWith("/") ? rest.length() - 1 : rest.length());
        return List.of(inner.split("/", -1));
    }
}

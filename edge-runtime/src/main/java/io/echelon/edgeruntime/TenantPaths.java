package io.echelon.edgeruntime;

import io.echelon.kvstore.connect.KvPaths;
import io.echelon.tenants.DatabaseRef;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.TenantName;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Tenants' databases as the public reaches them: {@code /kv/TENANT/DATABASE}. */
final class TenantPaths implements KvPaths {
    static final String PATH = "/kv";

    private static final int OF_DATABASE = 2;

    /** Where paths lead that were asked for lately, as many as a node needs at once. */
    private static final int REMEMBERED_MAX = 1_000;

    private static final int REMEMBERED_MAX_CHARS = 256;

    private final Map<String, Place> remembered = new ConcurrentHashMap<>();

    @Override
    public Place find(String path) {
        Place known = remembered.get(path);
        if (known != null) {
            return known;
        }
        Place place = parse(path);
        if (path.length() <= REMEMBERED_MAX_CHARS) {
            if (remembered.size() >= REMEMBERED_MAX) {
                remembered.clear();
            }
            remembered.put(path, place);
        }
        return place;
    }

    private static Place parse(String path) {
        List<String> segments = KvPaths.segments(path, PATH);
        if (segments.size() < OF_DATABASE) {
            throw new EchelonException(
                    ErrorCode.NOT_FOUND,
                    "A database is at %s/TENANT/DATABASE; `edge kv url` prints its address"
                            .formatted(PATH));
        }
        DatabaseRef database =
                new DatabaseRef(new TenantName(segments.getFirst()), segments.get(1));
        return new Place(
                database.storeName(),
                String.join("/", PATH, segments.getFirst(), segments.get(1)),
                segments.subList(OF_DATABASE, segments.size()));
    }
}

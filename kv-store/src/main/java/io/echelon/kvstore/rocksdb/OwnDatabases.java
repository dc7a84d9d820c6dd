package io.echelon.kvstore.rocksdb;

import java.util.Set;

/** Databases that a store has for itself; no backup has them. */
public final class OwnDatabases {
    /** Where databases lie that were moved between shards. */
    public static final String PLACEMENTS = "placements";

    /** What marks are made by; each shard has its own. */
    public static final String VERIFICATION = "verification";

    static final Set<String> ALL = Set.of(PLACEMENTS, VERIFICATION);

    private OwnDatabases() {}
}

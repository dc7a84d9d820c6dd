package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.Versionstamp;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * How databases stand in this shard, in memory and in its files, and by how much versionstamps are
 * ahead of the numbers of batches: a database that came from a shard whose log is longer goes on
 * with greater ones.
 *
 * <p>Thread safety: reads from any thread; changes by the one that writes.
 */
final class Standings {
    private static final String PREFIX = "standing/";
    private static final byte[] AHEAD = "stamps-ahead".getBytes(StandardCharsets.US_ASCII);

    private static final Stand ALWAYS_HERE = new Stand(Standing.HERE, null);

    private final Standing unlisted;
    private final ConcurrentMap<String, Stand> stands;
    private volatile long ahead;

    /**
     * A database's standing.
     *
     * @param move the attempt at a move that has brought it about; null for none
     */
    record Stand(Standing standing, @Nullable Versionstamp move) {
        static final int BYTES = 1 + Versionstamp.BYTES;

        boolean isOf(Versionstamp other) {
            return other.equals(move);
        }

        /** Whether an attempt began before the one that has brought it about. */
        boolean isAfter(Versionstamp other) {
            return move != null && move.compareTo(other) > 0;
        }

        private static Stand decode(byte[] encoded) {
            ByteBuffer in = ByteBuffer.wrap(encoded);
            return new Stand(
                    Standing.of(in.get()), new Versionstamp(in.getLong(), in.getShort() & 0xffff));
        }

        private byte[] encoded() {
            if (move == null) {
                throw new IllegalStateException("Only moves are written");
            }
            return ByteBuffer.allocate(BYTES).put((byte) standing.code()).put(move.bytes()).array();
        }
    }

    private Standings(Standing unlisted, Map<String, Stand> stands, long ahead) {
        this.unlisted = unlisted;
        this.stands = new ConcurrentHashMap<>(stands);
        this.ahead = ahead;
    }

    /** Those of a store that is not open yet. */
    static Standings none() {
        return new Standings(Standing.HERE, Map.of(), 0);
    }

    /**
     * What the files say.
     *
     * @param unlisted how databases stand of which nothing is said
     */
    static Standings of(Engine engine, Standing unlisted) {
        byte[] ahead = engine.get(Family.META, AHEAD);
        return new Standings(
                unlisted,
                engine.snapshot(Standings::kept),
                ahead == null ? 0 : ByteBuffer.wrap(ahead).getLong());
    }

    /** Those that a kept state has. */
    static Standings of(Engine engine, Standing unlisted, Engine.Pinned pinned) {
        return new Standings(unlisted, engine.snapshot(pinned, Standings::kept), 0);
    }

    /** The databases of which something is said. */
    Set<String> listed() {
        return stands.keySet();
    }

    private static Map<String, Stand> kept(Snapshot state) throws RocksDBException {
        Map<String, Stand> kept = new HashMap<>();
        state.meta(PREFIX)
                .forEach(
                        (name, stand) ->
                                kept.put(name.substring(PREFIX.length()), Stand.decode(stand)));
        return kept;
    }

    Stand of(String database) {
        Stand stand = stands.get(database);
        return stand != null ? stand : unlisted(database);
    }

    private Stand unlisted(String database) {
        return unlisted == Standing.HERE || database.equals(OwnDatabases.VERIFICATION)
                ? ALWAYS_HERE
                : new Stand(unlisted, null);
    }

    /** Whether all databases lie here; quick, for every read. */
    boolean areAllHere() {
        return unlisted == Standing.HERE && stands.isEmpty();
    }

    /** What is added to a batch's number to make that of its versionstamps. */
    long ahead() {
        return ahead;
    }

    /** Writes changes into a batch. */
    static void put(Engine engine, WriteBatch batch, Map<String, Stand> changed, long ahead)
            throws RocksDBException {
        for (Map.Entry<String, Stand> stand : changed.entrySet()) {
            byte[] key = (PREFIX + stand.getKey()).getBytes(StandardCharsets.US_ASCII);
            engine.put(batch, Family.META, key, stand.getValue().encoded());
        }
        engine.put(
                batch, Family.META, AHEAD, ByteBuffer.allocate(Long.BYTES).putLong(ahead).array());
    }

    /** Takes over what was written. */
    void written(Map<String, Stand> changed, long nowAhead) {
        ahead = nowAhead;
        stands.putAll(changed);
    }
}

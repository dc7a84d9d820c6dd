package io.echelon.kvstore.shards;

import io.echelon.kvstore.KvChecks;
import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvSubscription;
import io.echelon.kvstore.KvWatcher;
import io.echelon.kvstore.ratis.RatisKvStore;
import io.echelon.tenants.EchelonException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A watch that goes with its database. The shard that the database leaves ends it; it begins anew
 * in the shard to which the database has come, and is told the present state, so nothing is missed.
 */
final class MovingWatch implements KvSubscription, KvWatcher {
    private final Shards shards;
    private final String database;
    private final List<KvKey> keys;
    private final KvWatcher watcher;
    private @Nullable KvSubscription present;
    private boolean over;

    private MovingWatch(Shards shards, String database, List<KvKey> keys, KvWatcher watcher) {
        this.shards = shards;
        this.database = database;
        this.keys = KvChecks.watched(keys);
        this.watcher = watcher;
    }

    static KvSubscription begin(
            Shards shards, String database, List<KvKey> keys, KvWatcher watcher) {
        MovingWatch watch = new MovingWatch(shards, database, keys, watcher);
        watch.begin();
        return watch;
    }

    private synchronized void begin() {
        if (over) {
            return;
        }
        RatisKvStore shard = shards.readable(database);
        if (shard == null) {
            shards.later(this::begin);
        } else {
            present = shard.database(database).watch(keys, this);
        }
    }

    @Override
    public void changed(List<Optional<KvEntry>> entries) {
        watcher.changed(entries);
    }

    @Override
    public void failed(EchelonException reason) {
        if (Shards.isAway(reason)) {
            shards.later(this::begin);
        } else {
            watcher.failed(reason);
        }
    }

    @Override
    public synchronized void close() {
        over = true;
        if (present != null) {
            present.close();
        }
    }
}

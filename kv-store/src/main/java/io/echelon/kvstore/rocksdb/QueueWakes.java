package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.KvSubscription;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Who waits for messages of which databases.
 *
 * <p>Thread safety: any thread.
 */
final class QueueWakes {
    private final Executor executor;
    private final Map<RowKey, Set<Wake>> wakes = new ConcurrentHashMap<>();

    /**
     * @param executor where listeners are called
     */
    QueueWakes(Executor executor) {
        this.executor = executor;
    }

    KvSubscription add(String database, Runnable listener) {
        Wake wake = new Wake(new RowKey(RowKey.prefix(database)), listener);
        wakes.computeIfAbsent(wake.prefix, _ -> ConcurrentHashMap.newKeySet()).add(wake);
        return wake;
    }

    /** Wakes those who wait for databases, by their prefixes. */
    void changed(Set<RowKey> prefixes) {
        if (wakes.isEmpty()) {
            return;
        }
        for (RowKey prefix : prefixes) {
            wakes.getOrDefault(prefix, Set.of()).forEach(this::call);
        }
    }

    /** Wakes everybody, after more changed than can be told. */
    void wakeAll() {
        wakes.values().forEach(all -> all.forEach(this::call));
    }

    private void call(Wake wake) {
        try {
            executor.execute(wake.listener);
        } catch (RejectedExecutionException e) {
            wake.close(); // the store is closed
        }
    }

    private final class Wake implements KvSubscription {
        private final RowKey prefix;
        private final Runnable listener;

        Wake(RowKey prefix, Runnable listener) {
            this.prefix = prefix;
            this.listener = listener;
        }

        @Override
        public void close() {
            Set<Wake> all = wakes.get(prefix);
            if (all != null) {
                all.remove(this);
            }
        }
    }
}

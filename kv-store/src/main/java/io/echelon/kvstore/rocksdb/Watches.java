package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvSubscription;
import io.echelon.kvstore.KvWatcher;
import io.echelon.kvstore.Versionstamp;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who watches which rows.
 *
 * <p>A watch does not carry changes, it is woken by them: it then reads its keys anew and tells its
 * watcher what it found if that differs from the last time. A change while it reads or tells wakes
 * it once more, so that the last state is always told, and a slow watcher costs one number.
 */
final class Watches implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Watches.class.getName());

    private final Executor executor;
    private final Map<RowKey, Set<Watch>> watched = new ConcurrentHashMap<>();
    private volatile boolean closed;

    Watches(Executor executor) {
        this.executor = executor;
    }

    /**
     * Begins a watch.
     *
     * @param read reads the keys from one snapshot, in the watch's order
     */
    KvSubscription add(
            List<RowKey> keys, Supplier<List<Optional<KvEntry>>> read, KvWatcher watcher) {
        Watch watch = new Watch(keys, read, watcher);
        for (RowKey key : keys) {
            watched.compute(
                    key,
                    (_, present) -> {
                        Set<Watch> watches =
                                present == null ? ConcurrentHashMap.newKeySet() : present;
                        watches.add(watch);
                        return watches;
                    });
        }
        if (closed) {
            watch.end(storeClosed());
        } else {
            watch.wake();
        }
        return watch;
    }

    /** Wakes the watches of rows that changed. */
    void changed(Set<RowKey> keys) {
        if (watched.isEmpty()) {
            return;
        }
        for (RowKey key : keys) {
            Set<Watch> watches = watched.get(key);
            if (watches != null) {
                watches.forEach(Watch::wake);
            }
        }
    }

    /** Wakes all watches, after more changed than can be told. */
    void wakeAll() {
        watched.values().forEach(watches -> watches.forEach(Watch::wake));
    }

    @Override
    public void close() {
        closed = true;
        watched.values().forEach(watches -> watches.forEach(watch -> watch.end(storeClosed())));
    }

    private static EchelonException storeClosed() {
        return new EchelonException(ErrorCode.UNAVAILABLE, "The store is closed");
    }

    private final class Watch implements KvSubscription {
        private final List<RowKey> keys;
        private final Supplier<List<Optional<KvEntry>>> read;
        private final KvWatcher watcher;
        private final AtomicInteger wakes = new AtomicInteger();
        private volatile boolean over;
        private volatile @Nullable EchelonException reason;
        private @Nullable List<Optional<Versionstamp>> told;

        Watch(List<RowKey> keys, Supplier<List<Optional<KvEntry>>> read, KvWatcher watcher) {
            this.keys = keys;
            this.read = read;
            this.watcher = watcher;
        }

        void wake() {
            if (wakes.getAndIncrement() == 0) {
                try {
                    executor.execute(this::run);
                } catch (RejectedExecutionException e) {
                    tellEnd();
                }
            }
        }

        private void run() {
            int seen;
            do {
                seen = wakes.get();
                if (over) {
                    tellEnd();
                    return;
                }
                try {
                    tell();
                } catch (EchelonException e) {
                    end(e);
                } catch (RuntimeException e) {
                    LOG.log(System.Logger.Level.ERROR, "A watcher failed; its watch ends", e);
                    close();
                }
            } while (!wakes.compareAndSet(seen, 0));
        }

        private void tell() {
            List<Optional<KvEntry>> entries = read.get();
            List<Optional<Versionstamp>> found = new ArrayList<>(entries.size());
            entries.forEach(entry -> found.add(entry.map(KvEntry::versionstamp)));
            if (!found.equals(told)) {
                told = found;
                watcher.changed(entries);
            }
        }

        private void tellEnd() {
            EchelonException why = reason;
            if (why != null) {
                reason = null;
                watcher.failed(why);
            }
        }

        void end(EchelonException why) {
            if (!over) {
                reason = why;
                close();
                wake();
            }
        }

        @Override
        public void close() {
            over = true;
            for (RowKey key : keys) {
                watched.computeIfPresent(
                        key,
                        (_, watches) -> {
                            watches.remove(this);
                            return watches.isEmpty() ? null : watches;
                        });
            }
        }
    }
}

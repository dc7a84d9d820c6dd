package io.echelon.controlplane;

import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvLimits;
import io.echelon.kvstore.KvSubscription;
import io.echelon.kvstore.KvWatcher;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.SystemRows;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A watch on a revision's row and on what nodes report of it, for as many nodes as there are.
 *
 * <p>Lifecycle: silent until {@link #follow}; over with {@link #close}.
 *
 * <p>Thread safety: {@code follow} and {@code close} are for one thread; the listener may be called
 * by several at once.
 */
final class ReadinessWatch implements AutoCloseable {
    /** Who is told. */
    interface Listener {
        /** Some of the watched rows have changed, or are told for the first time. */
        void changed();

        /** The watch is over. */
        void lost(EchelonException reason);
    }

    private final SystemDatabase database;
    private final RevisionId id;
    private final Listener listener;
    private final Set<String> followed = new HashSet<>();
    private final List<KvSubscription> subscriptions = new ArrayList<>();

    ReadinessWatch(SystemDatabase database, RevisionId id, Listener listener) {
        this.database = database;
        this.id = id;
        this.listener = listener;
        subscribe(List.of(KvKey.of(SystemRows.revision(id))));
    }

    /** Watches these nodes' reports too; those that are watched already stay. */
    void follow(Collection<String> nodes) {
        List<KvKey> keys = new ArrayList<>();
        for (String node : nodes) {
            if (followed.add(node)) {
                keys.add(KvKey.of(SystemRows.readiness(id, node)));
            }
        }
        for (int i = 0; i < keys.size(); i += KvLimits.WATCHED_KEYS_MAX) {
            subscribe(keys.subList(i, Math.min(keys.size(), i + KvLimits.WATCHED_KEYS_MAX)));
        }
    }

    @Override
    public void close() {
        subscriptions.forEach(KvSubscription::close);
        subscriptions.clear();
    }

    private void subscribe(List<KvKey> keys) {
        subscriptions.add(
                database.watch(
                        List.copyOf(keys),
                        new KvWatcher() {
                            @Override
                            public void changed(List<Optional<KvEntry>> entries) {
                                listener.changed();
                            }

                            @Override
                            public void failed(EchelonException reason) {
                                listener.lost(reason);
                            }
                        }));
    }
}

package io.echelon.edgeruntime;

import io.echelon.isolatepool.IsolatePool;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.RevisionRecord;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The revisions that a quarantine answers for: each is loaded when it is asked for first, and given
 * up when it was not for {@link #STAY}.
 *
 * <p><b>Thread safety.</b> Any thread; {@link #find} does not block.
 */
final class QuarantinedRevisions implements ForwardRoutes.Finder {
    /** How long a revision stays loaded after it was asked for last. */
    static final Duration STAY = Duration.ofMinutes(10);

    private final SystemReader rows;
    private final RevisionLoader loader;
    private final IsolatePool pool;
    private final Targets targets;
    private final LongSupplier nanoTime;
    private final Map<RevisionId, Loaded> loaded = new ConcurrentHashMap<>();

    /** One that is loaded, or being loaded. */
    private static final class Loaded {
        private final CompletableFuture<Target> target = new CompletableFuture<>();
        private volatile long askedAt;
    }

    /**
     * @param nanoTime a clock in nanoseconds that only goes forward
     */
    QuarantinedRevisions(
            SystemReader rows,
            RevisionLoader loader,
            IsolatePool pool,
            Targets targets,
            LongSupplier nanoTime) {
        this.rows = rows;
        this.loader = loader;
        this.pool = pool;
        this.targets = targets;
        this.nanoTime = nanoTime;
    }

    @Override
    public CompletableFuture<Target> find(ForwardedHead head) {
        RevisionId id = head.revision();
        Loaded found = loaded.get(id);
        if (found == null) {
            Loaded fresh = new Loaded();
            fresh.askedAt = nanoTime.getAsLong();
            found = loaded.putIfAbsent(id, fresh);
            if (found == null) {
                Thread.ofVirtual().name("echelon-revision").start(() -> load(id, fresh));
                return fresh.target;
            }
        }
        found.askedAt = nanoTime.getAsLong();
        return found.target;
    }

    /** Gives up those that nobody asks for any more; to be called now and then. */
    void sweep() {
        long now = nanoTime.getAsLong();
        loaded.forEach(
                (id, each) -> {
                    if (now - each.askedAt > STAY.toNanos()
                            && each.target.isDone()
                            && loaded.remove(id, each)) {
                        pool.remove(id);
                        targets.unloaded(id);
                    }
                });
    }

    private void load(RevisionId id, Loaded fresh) {
        try {
            RevisionRecord revision =
                    rows.revision(id)
                            .filter(record -> record.state() == RevisionRecord.State.READY)
                            .orElseThrow(
                                    () ->
                                            new EchelonException(
                                                    ErrorCode.NOT_FOUND,
                                                    "There is no revision %s".formatted(id)));
            long begun = nanoTime.getAsLong();
            RevisionLoader.Fetched fetched = loader.fetch(revision);
            var _ = loader.install(fetched);
            fresh.target.complete(
                    targets.of(
                            id,
                            fetched.manifest().limits(),
                            fetched.assets(),
                            new PermittedHosts(fetched.manifest().permissions().net()),
                            fetched.manifest().namedQueues().consumers(),
                            new Warmth(nanoTime.getAsLong() - begun)));
        } catch (RuntimeException e) {
            pool.remove(id);
            var _ = loaded.remove(id, fresh);
            fresh.target.completeExceptionally(e);
        }
    }
}

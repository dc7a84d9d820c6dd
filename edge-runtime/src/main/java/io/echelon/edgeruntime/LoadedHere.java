package io.echelon.edgeruntime;

import io.echelon.isolatepool.IsolatePool;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.util.concurrent.CompletableFuture;

/** Finds revisions that are loaded on this node, and ready when that is asked for. */
record LoadedHere(Router router, IsolatePool pool) implements ForwardRoutes.Finder {
    @Override
    public CompletableFuture<Target> find(ForwardedHead head) {
        Target target = router.loaded(head.revision());
        return target != null && has(target, head.need())
                ? CompletableFuture.completedFuture(target)
                : CompletableFuture.failedFuture(
                        new EchelonException(
                                ErrorCode.UNAVAILABLE,
                                "%s does not stand ready on this node".formatted(head.revision())));
    }

    private boolean has(Target target, ForwardedHead.Need need) {
        return pool.revisionStatistics(target.revision())
                .filter(now -> now.isReady() || need == ForwardedHead.Need.LOADED)
                .isPresent();
    }
}

package io.echelon.edgeruntime;

import io.echelon.isolatepool.GuestError;
import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvSubscription;
import io.echelon.kvstore.KvWatcher;
import io.echelon.tenants.EchelonException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One watch of a guest. It keeps no values, only that something may have changed: the guest then
 * reads its keys, so that a guest that is slow costs nothing and sees the last state.
 *
 * <p><b>Thread safety.</b> What guest and store both touch is guarded by this.
 */
final class KvWatch implements KvWatcher {
    private final Runnable atEnd;
    private boolean changed;
    private boolean over;
    private @Nullable GuestError reason;
    private @Nullable CompletableFuture<@Nullable Object> waiting;
    private @Nullable KvSubscription subscription;

    /**
     * @param atEnd run once, when the watch is over
     */
    KvWatch(Runnable atEnd) {
        this.atEnd = atEnd;
    }

    /** Takes the watch's end in the store. */
    void begin(KvSubscription begun) {
        synchronized (this) {
            if (!over) {
                subscription = begun;
                return;
            }
        }
        begun.close();
    }

    /** True when keys may have changed since the last call; false when the watch is over. */
    CompletionStage<@Nullable Object> next() {
        synchronized (this) {
            GuestError failure = reason;
            if (failure != null) {
                return CompletableFuture.failedFuture(failure);
            }
            if (waiting != null) {
                return CompletableFuture.failedFuture(
                        new GuestError("TypeError", "kv was called wrongly"));
            }
            if (changed || over) {
                boolean told = !over;
                changed = false;
                return CompletableFuture.completedFuture(told);
            }
            CompletableFuture<@Nullable Object> next = new CompletableFuture<>();
            waiting = next;
            return next;
        }
    }

    @Override
    public void changed(List<Optional<KvEntry>> entries) {
        CompletableFuture<@Nullable Object> told;
        synchronized (this) {
            told = waiting;
            waiting = null;
            changed = told == null;
        }
        if (told != null) {
            told.complete(true);
        }
    }

    @Override
    public void failed(EchelonException failure) {
        GuestError told = KvFailure.told(failure);
        synchronized (this) {
            reason = told;
        }
        end(told);
    }

    /** Ends the watch; twice is once. */
    void close() {
        end(null);
    }

    private void end(@Nullable GuestError failure) {
        CompletableFuture<@Nullable Object> told;
        KvSubscription held;
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            told = waiting;
            waiting = null;
            held = subscription;
        }
        if (held != null) {
            held.close();
        }
        atEnd.run();
        if (told != null && failure != null) {
            told.completeExceptionally(failure);
        } else if (told != null) {
            told.complete(false);
        }
    }
}

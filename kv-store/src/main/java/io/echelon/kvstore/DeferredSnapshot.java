package io.echelon.kvstore;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A snapshot that is still being opened. */
public final class DeferredSnapshot implements KvSnapshot {
    private final CompletableFuture<KvSnapshot> opened;

    public DeferredSnapshot(CompletableFuture<KvSnapshot> opened) {
        this.opened = opened;
    }

    @Override
    public Unity unity() {
        return opened.isDone() && !opened.isCompletedExceptionally()
                ? opened.join().unity()
                : Unity.BY_PART;
    }

    @Override
    public CompletableFuture<List<KvEntry>> next() {
        return opened.thenCompose(KvSnapshot::next);
    }

    @Override
    public void close() {
        var _ = opened.thenAccept(KvSnapshot::close);
    }
}

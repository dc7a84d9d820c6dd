package io.echelon.kvstore;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A snapshot that reads range after range. */
public final class PagedSnapshot implements KvSnapshot {
    private final Unity unity;
    private final Function<RangeRead, CompletableFuture<List<KvEntry>>> reader;
    private final Runnable release;
    private volatile @Nullable KvKey last;

    /**
     * @param reader reads a range, of the state that is kept if there is one
     * @param release lets go of that state
     */
    public PagedSnapshot(
            Unity unity,
            Function<RangeRead, CompletableFuture<List<KvEntry>>> reader,
            Runnable release) {
        this.unity = unity;
        this.reader = reader;
        this.release = release;
    }

    @Override
    public Unity unity() {
        return unity;
    }

    @Override
    public CompletableFuture<List<KvEntry>> next() {
        return reader.apply(RangeRead.after(last, PART_MAX_ENTRIES))
                .thenApply(
                        entries -> {
                            if (!entries.isEmpty()) {
                                last = entries.getLast().key();
                            }
                            return entries;
                        });
    }

    @Override
    public void close() {
        release.run();
    }
}

package io.echelon.kvstore;

import io.echelon.tenants.EchelonException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A watcher that keeps what it was told. */
public final class WatchProbe implements KvWatcher {
    private static final int LIMIT_SECONDS = 60;

    private final BlockingQueue<List<Optional<KvEntry>>> told = new LinkedBlockingQueue<>();
    private final CompletableFuture<EchelonException> failure = new CompletableFuture<>();

    @Override
    public void changed(List<Optional<KvEntry>> entries) {
        told.add(entries);
    }

    @Override
    public void failed(EchelonException reason) {
        failure.complete(reason);
    }

    public List<Optional<KvEntry>> next() throws InterruptedException {
        List<Optional<KvEntry>> entries = told.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
        if (entries == null) {
            throw new AssertionError("The watch told nothing for " + LIMIT_SECONDS + " s");
        }
        return entries;
    }

    /** Waits until the watch tells a state that a condition holds for. */
    public List<Optional<KvEntry>> until(Predicate<List<Optional<KvEntry>>> condition)
            throws InterruptedException {
        List<Optional<KvEntry>> entries = next();
        while (!condition.test(entries)) {
            entries = next();
        }
        return entries;
    }

    public EchelonException failure() {
        return failure.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
    }

    public boolean isQuiet() {
        return told.isEmpty();
    }
}

package io.echelon.kvstore.connect;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The addresses of the nodes that have one store, and which of them is asked: always the same,
 * until it fails; then the next one.
 *
 * <p>Thread safety: all methods may be called from any thread.
 */
final class Hosts {
    private final List<URI> all;
    private final AtomicInteger turn = new AtomicInteger();
    private final List<Consumer<URI>> listeners = new CopyOnWriteArrayList<>();

    /**
     * @param all at least one
     */
    Hosts(List<URI> all) {
        this.all = List.copyOf(all);
    }

    /** The node that is asked now. */
    URI now() {
        return at(turn.get());
    }

    /** Has another node be asked from now on, unless that was decided already. */
    void leave(URI failed) {
        int present = turn.get();
        if (all.size() > 1
                && at(present).equals(failed)
                && turn.compareAndSet(present, present + 1)) {
            listeners.forEach(listener -> listener.accept(failed));
        }
    }

    /**
     * What a node answers; one that cannot is left for the next, each is asked once.
     *
     * @param repeatable whether a request may go to another node after a failure
     */
    <T> T ask(Function<URI, T> call, Predicate<EchelonException> repeatable) {
        for (int left = all.size() - 1; ; left--) {
            URI host = now();
            try {
                return call.apply(host);
            } catch (EchelonException e) {
                if (e.code() != ErrorCode.UNAVAILABLE) {
                    throw e;
                }
                leave(host);
                if (left == 0 || !repeatable.test(e) || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
            }
        }
    }

    /**
     * Has somebody told whenever a node is left.
     *
     * @param listener given the node that failed; must not block
     */
    void onLeave(Consumer<URI> listener) {
        listeners.add(listener);
    }

    private URI at(int number) {
        return all.get(Math.floorMod(number, all.size()));
    }
}

package io.echelon.kvstore;

import io.echelon.tenants.EchelonException;
import java.util.List;
import java.util.Optional;

/**
 * Who is told what watched keys hold.
 *
 * <p>Lifecycle: it is called once with the present state of all keys, then after changes. Changes
 * that follow one another quickly may be told as one; the last state of every key is always told.
 *
 * <p>Failure: a lost connection is mended without a word and the state told anew; {@link #failed}
 * says that the watch is over.
 *
 * <p>Thread safety: calls to one watcher never overlap; it may block without harm to others.
 */
@FunctionalInterface
public interface KvWatcher {
    /**
     * What every watched key holds now, from one snapshot, in the order in which they were named.
     */
    void changed(List<Optional<KvEntry>> entries);

    /** The watch ended for a reason other than its closing. */
    default void failed(EchelonException reason) {}
}

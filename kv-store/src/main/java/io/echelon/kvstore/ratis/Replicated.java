package io.echelon.kvstore.ratis;

import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A store that this process has a replica of, whose others are elsewhere. */
public interface Replicated {
    /**
     * Has the others go on, in the shards that this replica leads, with another replica in the
     * place of one that is lost. The new one is opened first, with the members as they will be, and
     * has a name and a folder that no replica had: one that lost its files must not come back under
     * its old name, for it may have promised things.
     *
     * @return the numbers of those shards, once the new replica has caught up with them, at once
     *     where it has taken that place already; fails with CONFLICT when this replica leads none
     */
    CompletableFuture<Set<Integer>> replace(String lost, Member member);

    /**
     * Completes when this replica ends by itself, as when an entry cannot be applied or its disk is
     * full: it serves what it has, and nothing else, until it is opened anew.
     */
    CompletableFuture<Void> ended();
}

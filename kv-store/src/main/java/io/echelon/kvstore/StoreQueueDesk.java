package io.echelon.kvstore;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The messages of a store that is here. */
public final class StoreQueueDesk implements QueueDesk {
    private final KvStore store;

    public StoreQueueDesk(KvStore store) {
        this.store = store;
    }

    @Override
    public List<String> databases() {
        return await(store.queues());
    }

    @Override
    public QueueState look(String database, KvQueue.Part part, int limit) {
        KvQueue queue = queue(database);
        return new QueueState(
                await(queue.counts()), limit == 0 ? List.of() : await(queue.peek(part, limit)));
    }

    @Override
    public int redrive(String database) {
        return await(queue(database).redrive());
    }

    @Override
    public int purge(String database, KvQueue.Part part) {
        return await(queue(database).purge(part));
    }

    private KvQueue queue(String database) {
        return store.database(database)
                .queue()
                .orElseThrow(
                        () ->
                                new EchelonException(
                                        ErrorCode.UNAVAILABLE,
                                        "Messages are with the node that has the store; ask it"));
    }

    private static <T> T await(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof EchelonException refusal ? refusal : e;
        }
    }
}

package io.echelon.edgeruntime;

import io.echelon.kvstore.HeldStore;
import io.echelon.kvstore.StoreQueueDesk;
import io.echelon.kvstore.connect.KvConnectServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.ext.web.Router;
import java.time.Clock;
import java.util.function.Consumer;

/** How other parts of the platform reach the store through this node, as far as it has it. */
final class StorePorts {
    private StorePorts() {}

    /**
     * Adds routes to the internal port, and metrics.
     *
     * @param closing given what to run when the node ends
     */
    static void mount(
            Router router,
            NodeStore store,
            ClusterSecret secret,
            MeterRegistry registry,
            Clock clock,
            Consumer<Runnable> closing) {
        if (store.isHere()) {
            KvConnectServer server = KvRoutes.mount(router, store.kv(), secret, clock);
            closing.accept(server::close);
            BlobRoutes.mount(router, store);
            QueueRoutes.mount(router, new StoreQueueDesk(store.kv()));
        }
        HeldStore held = store.held();
        if (held != null) {
            BackupRoutes.mount(router, held, store.blobs(), EdgeNode.VERSION);
            StoreRoutes.mount(router, held);
            closing.accept(StoreMetrics.register(registry, held)::close);
        }
    }
}

package io.echelon.controlplane;

import io.echelon.kvstore.BlobStore;
import io.echelon.kvstore.HeldStore;
import io.echelon.kvstore.KvStore;
import io.echelon.kvstore.QueueDesk;
import io.echelon.kvstore.StoreDesk;
import io.echelon.kvstore.StoreQueueDesk;
import io.echelon.kvstore.files.FileBlobStore;
import io.echelon.kvstore.rocksdb.RocksKvStore;
import io.echelon.kvstore.rocksdb.RocksOptions;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** A real store in the tests' folder, in place of a node's. */
@Singleton
final class TestWiring {
    private final Path folder;

    TestWiring(@ConfigProperty(name = "test.folder") String folder) {
        this.folder = Path.of(folder);
    }

    @Produces
    @Singleton
    @Alternative
    @Priority(1)
    KvStore store() {
        return RocksKvStore.open(RocksOptions.of(folder.resolve("rows")).withReserveBytes(0));
    }

    @Produces
    @Singleton
    @Alternative
    @Priority(1)
    BlobStore blobs() {
        return FileBlobStore.open(folder.resolve("blobs"), 0);
    }

    @Produces
    @Singleton
    @Alternative
    @Priority(1)
    QueueDesk queues(KvStore store) {
        return new StoreQueueDesk(store);
    }

    @Produces
    @Singleton
    @Alternative
    @Priority(1)
    StoreDesk desk(KvStore store) {
        return new TestStoreDesk((HeldStore) store);
    }

    @Produces
    @Singleton
    @Alternative
    @Priority(1)
    NodeAuthority authority() throws Exception {
        return new TestNodeAuthority(TestAuthority.make());
    }

    /** So many that the addresses of one test leave rows for those of another. */
    @Produces
    @Singleton
    @Alternative
    @Priority(1)
    RefusalTallies refusals() {
        return new RefusalTallies(100 * RefusalTallies.ADDRESSES_MAX);
    }

    void close(@Disposes KvStore store) {
        store.close();
    }
}

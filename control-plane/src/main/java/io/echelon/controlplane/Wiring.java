package io.echelon.controlplane;

import io.echelon.cron.CronAdministration;
import io.echelon.kvstore.BlobStore;
import io.echelon.kvstore.KvStore;
import io.echelon.kvstore.QueueDesk;
import io.echelon.kvstore.StoreDesk;
import io.echelon.kvstore.connect.RemoteBlobStore;
import io.echelon.kvstore.connect.RemoteKvStore;
import io.echelon.kvstore.connect.RemoteOptions;
import io.echelon.kvstore.connect.RemoteQueueDesk;
import io.echelon.kvstore.connect.RemoteStoreDesk;
import io.echelon.tenants.SystemRows;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;

/** What comes from outside: the clock, and the store of the nodes that have it. */
@Singleton
final class Wiring {
    private final Settings settings;

    Wiring(Settings settings) {
        this.settings = settings;
    }

    @Produces
    @Singleton
    InstantSource clock() {
        return InstantSource.system();
    }

    @Produces
    @Singleton
    RefusalTallies refusals() {
        return new RefusalTallies(RefusalTallies.ADDRESSES_MAX);
    }

    @Produces
    @Singleton
    KvStore store() {
        return RemoteKvStore.open(options());
    }

    @Produces
    @Singleton
    BlobStore blobs() {
        return RemoteBlobStore.open(options());
    }

    @Produces
    @Singleton
    QueueDesk queues() {
        return RemoteQueueDesk.open(options());
    }

    @Produces
    @Singleton
    StoreDesk desk() {
        return RemoteStoreDesk.open(options());
    }

    @Produces
    @Singleton
    CronAdministration crons(KvStore store) {
        return new CronAdministration(store.database(SystemRows.DATABASE));
    }

    @Produces
    @Singleton
    NodeAuthority authority() {
        RemoteOptions options = options();
        return new RemoteNodeAuthority(options.bases(), options.token());
    }

    void close(@Disposes KvStore store) {
        store.close();
    }

    private RemoteOptions options() {
        try {
            return RemoteOptions.of(settings.store(), Secrets.read(settings.clusterSecretFile()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

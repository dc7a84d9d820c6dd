package io.echelon.controlplane;

import io.echelon.kvstore.DatabasePlace;
import io.echelon.kvstore.DatabaseSize;
import io.echelon.kvstore.HeldStore;
import io.echelon.kvstore.StoreBackup;
import io.echelon.kvstore.StoreDesk;
import io.echelon.kvstore.StoreMark;
import io.echelon.tenants.BackupContents;
import io.echelon.tenants.BackupWriter;
import io.echelon.tenants.EchelonException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletionException;

/** The desk of a store in this process; its backups have no blobs. */
record TestStoreDesk(HeldStore store) implements StoreDesk {
    private static final URI ADDRESS = URI.create("http://127.0.0.1:1");
    private static final URI DEAD = URI.create("http://127.0.0.1:2");

    @Override
    public List<Node> nodes() {
        return List.of(new Node(ADDRESS, store.shards()), new Node(DEAD, List.of()));
    }

    @Override
    public List<DatabaseSize> sizes(String beginning) {
        return store.sizes(beginning);
    }

    @Override
    public List<DatabasePlace> places() {
        return store.places().join();
    }

    @Override
    public void move(String database, int shard) {
        try {
            store.move(database, shard).join();
        } catch (CompletionException e) {
            throw (EchelonException) e.getCause();
        }
    }

    @Override
    public List<Verified> verify() {
        StoreMark mark = store.mark().join();
        return List.of(new Verified(ADDRESS, store.digest(mark).join(), null));
    }

    @Override
    public InputStream backup() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (StoreBackup backup = store.backup().join()) {
            BackupWriter writer = new BackupWriter(out, backup.head("1"));
            writer.end(
                    new BackupContents(
                            "0".repeat(20),
                            backup.head("1").takenAt(),
                            "1",
                            backup.write(writer),
                            0,
                            0,
                            List.of(),
                            List.of()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ByteArrayInputStream(out.toByteArray());
    }
}

package io.echelon.kvstore.shards;

import io.echelon.kvstore.Await;
import io.echelon.kvstore.HeldStore;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.StoreBackup;
import io.echelon.kvstore.Versionstamp;
import io.echelon.kvstore.files.FileBlobStore;
import io.echelon.kvstore.rocksdb.RocksKvStore;
import io.echelon.kvstore.rocksdb.RocksOptions;
import io.echelon.kvstore.rocksdb.RocksRestore;
import io.echelon.tenants.BackupContents;
import io.echelon.tenants.BackupReader;
import io.echelon.tenants.BackupWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** A backup in memory. */
record BackedUp(byte[] bytes, BackupContents contents, Path folder) {
    static BackedUp of(HeldStore store, Path folder) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (StoreBackup backup = Await.result(store.backup())) {
            BackupWriter writer = new BackupWriter(out, backup.head("1"));
            BackupContents contents =
                    new BackupContents(
                            new Versionstamp(backup.head("1").lastGroup(), 0xffff).hex(),
                            backup.head("1").takenAt(),
                            "1",
                            backup.write(writer),
                            0,
                            0,
                            List.of(),
                            List.of());
            writer.end(contents);
            return new BackedUp(out.toByteArray(), contents, folder);
        }
    }

    /** Names of its databases. */
    List<String> names() {
        return contents.databases().stream().map(BackupContents.Database::name).toList();
    }

    /** Shows a database of a store that is made out of it. */
    void restored(String name, Consumer<KvDatabase> database) throws IOException {
        RocksOptions options = RocksOptions.of(folder.resolve("store"));
        var _ =
                RocksRestore.run(
                        options,
                        FileBlobStore.open(folder.resolve("blobs"), 0),
                        new BackupReader(new ByteArrayInputStream(bytes)));
        try (RocksKvStore store = RocksKvStore.open(options)) {
            database.accept(store.database(name));
        }
    }
}

package io.echelon.kvstore.connect;

import io.echelon.kvstore.BlobStore;
import io.echelon.kvstore.BlobStoreContract;
import io.echelon.kvstore.HeldClock;
import io.echelon.kvstore.files.FileBlobStore;
import io.echelon.kvstore.rocksdb.RocksKvStore;
import io.echelon.kvstore.rocksdb.RocksOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class RemoteBlobStoreTest extends BlobStoreContract {
    @TempDir Path folder;

    private RocksKvStore store;
    private KvConnectServer server;
    private HttpFixture http;
    private RemoteBlobStore remote;

    @BeforeEach
    void open() throws IOException {
        store = RocksKvStore.open(RocksOptions.of(folder.resolve("rows")).withReserveBytes(0));
        server =
                new KvConnectServer(
                        store,
                        (_, _) -> CompletableFuture.completedFuture(KvAccess.Grant.NONE),
                        new HeldClock(),
                        "/kv",
                        "system");
        http = new HttpFixture(0, server, FileBlobStore.open(folder.resolve("blobs"), 0));
        remote = RemoteBlobStore.open(RemoteOptions.of(http.base(), "token"));
    }

    @AfterEach
    void close() {
        remote.close();
        http.close();
        server.close();
        store.close();
    }

    @Override
    protected BlobStore blobs() {
        return remote;
    }
}

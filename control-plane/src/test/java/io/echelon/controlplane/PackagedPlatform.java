package io.echelon.controlplane;

import io.echelon.kvstore.connect.KvAccess.Grant;
import io.echelon.kvstore.connect.KvConnectServer;
import io.echelon.kvstore.files.FileBlobStore;
import io.echelon.kvstore.rocksdb.RocksKvStore;
import io.echelon.kvstore.rocksdb.RocksOptions;
import io.echelon.tenants.SystemRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The store that a packaged control plane works with, and the environment that leads it there. */
final class PackagedPlatform implements AutoCloseable {
    private final Path folder;
    private final RocksKvStore store;
    private final KvConnectServer connect;
    private final TestStoreServer server;
    private final Map<String, String> environment = new HashMap<>();

    PackagedPlatform(Path folder) throws IOException {
        this.folder = folder;
        store = RocksKvStore.open(RocksOptions.of(folder.resolve("rows")).withReserveBytes(0));
        connect =
                new KvConnectServer(
                        store,
                        (token, _) ->
                                CompletableFuture.completedFuture(
                                        token.equals(PlatformFolder.SECRET)
                                                ? Grant.READ_WRITE
                                                : Grant.NONE),
                        Clock.systemUTC(),
                        "/kv",
                        SystemRows.DATABASE);
        server = new TestStoreServer(0, connect, FileBlobStore.open(folder.resolve("blobs"), 0));
        environment.put("ECHELON_STORE", server.base().toString());
        environment.put("ECHELON_CONTROL_PORT", "0");
        environment.put("ECHELON_CLUSTER_SECRET_FILE", file("secret", PlatformFolder.SECRET));
        environment.put("ECHELON_OWNER_TOKEN_FILE", file("token", PlatformFolder.TOKEN));
    }

    SystemDatabase database() {
        return new SystemDatabase(store);
    }

    /** What the process is started with; to be changed before it is. */
    Map<String, String> environment() {
        return environment;
    }

    private String file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content).toString();
    }

    @Override
    public void close() {
        server.close();
        connect.close();
        store.close();
    }
}

package io.echelon.kvstore.connect;

import static io.echelon.kvstore.Await.committed;
import static io.echelon.kvstore.Await.result;
import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.kvstore.BlobHash;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvSubscription;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.WatchProbe;
import io.echelon.kvstore.files.FileBlobStore;
import io.echelon.kvstore.rocksdb.RocksKvStore;
import io.echelon.kvstore.rocksdb.RocksOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One store behind several addresses, of which some do not answer. */
class RemoteFailoverTest {
    private static final KvKey KEY = KvKey.of("key");

    @TempDir Path folder;

    private RocksKvStore store;
    private FileBlobStore blobs;
    private KvConnectServer server;
    private HttpFixture first;
    private HttpFixture second;

    @BeforeEach
    void open() throws IOException {
        store = RocksKvStore.open(RocksOptions.of(folder.resolve("rows")).withReserveBytes(0));
        blobs = FileBlobStore.open(folder.resolve("blobs"), 0);
        server =
                new KvConnectServer(
                        store,
                        (_, _) -> CompletableFuture.completedFuture(KvAccess.Grant.READ_WRITE),
                        Clock.systemUTC(),
                        "/kv",
                        "system");
        first = new HttpFixture(0, server, blobs);
        second = new HttpFixture(0, server, blobs);
    }

    @AfterEach
    void close() {
        first.close();
        second.close();
        server.close();
        store.close();
    }

    private RemoteOptions options(URI... nodes) {
        return RemoteOptions.of(List.of(nodes), "token");
    }

    @Test
    void goesOnWithTheNextNodeWhenOneDies() throws Exception {
        try (RemoteKvStore remote = RemoteKvStore.open(options(first.base(), second.base()))) {
            KvDatabase database = remote.database("test");
            WatchProbe probe = new WatchProbe();
            try (KvSubscription _ = database.watch(List.of(KEY), probe)) {
                probe.next();
                committed(database.set(KEY, KvValue.u64(1)));
                first.close();
                assertThat(result(database.get(KEY))).isPresent();
                var stamp = committed(database.set(KEY, KvValue.u64(2)));
                probe.until(
                        told ->
                                told.getFirst()
                                        .filter(entry -> entry.versionstamp().equals(stamp))
                                        .isPresent());
            }
        }
    }

    @Test
    void commitsWithTheNextNodeWhenTheFirstCannotBeConnectedTo() throws Exception {
        URI nobody = first.base();
        first.close();
        try (RemoteKvStore remote = RemoteKvStore.open(options(nobody, second.base()))) {
            committed(remote.database("test").set(KEY, KvValue.u64(1)));
        }
        try (RemoteBlobStore remote = RemoteBlobStore.open(options(nobody, second.base()))) {
            byte[] content = {1};
            remote.put(BlobHash.of(content), content);
            assertThat(blobs.contains(BlobHash.of(content))).isTrue();
        }
    }

    @Test
    void leavesANodeThatTakesConnectionsButDoesNotAnswer() throws Exception {
        byte[] content = {2};
        blobs.put(BlobHash.of(content), content);
        try (ServerSocket frozen = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            RemoteOptions options =
                    options(URI.create("http://127.0.0.1:" + frozen.getLocalPort()), second.base())
                            .withAttemptTimeout(Duration.ofMillis(300));
            try (RemoteKvStore remote = RemoteKvStore.open(options);
                    RemoteBlobStore copies = RemoteBlobStore.open(options)) {
                committed(remote.database("test").set(KEY, KvValue.u64(1)));
                assertThat(copies.missing(List.of(BlobHash.of(content)))).isEmpty();
                assertThat(copies.read(BlobHash.of(content))).isEqualTo(content);
            }
        }
    }
}

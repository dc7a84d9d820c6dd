package io.echelon.kvstore.connect;

import static io.echelon.kvstore.Await.committed;
import static io.echelon.kvstore.Await.result;
import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.CommitResult;
import io.echelon.kvstore.Enqueue;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvStore;
import io.echelon.kvstore.KvStoreContract;
import io.echelon.kvstore.KvSubscription;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.Versionstamp;
import io.echelon.kvstore.WatchProbe;
import io.echelon.kvstore.files.FileBlobStore;
import io.echelon.kvstore.rocksdb.RocksKvStore;
import io.echelon.kvstore.rocksdb.RocksOptions;
import io.echelon.tenants.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RemoteKvStoreTest extends KvStoreContract {
    private static final String TOKEN = "a secret of the cluster";
    private static final String READ_TOKEN = "for reading";
    private static final KvKey KEY = KvKey.of("key");

    @TempDir Path folder;

    private RocksKvStore local;
    private KvConnectServer server;
    private HttpFixture http;
    private RemoteKvStore remote;

    @BeforeEach
    void open() throws IOException {
        serve(0);
        remote = RemoteKvStore.open(options(TOKEN));
    }

    private void serve(int port) throws IOException {
        local =
                RocksKvStore.open(
                        RocksOptions.of(folder)
                                .withClock(clock)
                                .withReserveBytes(0)
                                .withSweepEvery(Duration.ofMillis(20)));
        server =
                new KvConnectServer(
                        local,
                        (token, _) ->
                                CompletableFuture.completedFuture(
                                        switch (token) {
                                            case TOKEN -> KvAccess.Grant.READ_WRITE;
                                            case READ_TOKEN -> KvAccess.Grant.READ;
                                            default -> KvAccess.Grant.NONE;
                                        }),
                        clock,
                        "/kv",
                        "system");
        http = new HttpFixture(port, server, FileBlobStore.open(folder.resolve("blobs"), 0));
    }

    @AfterEach
    void close() {
        remote.close();
        stopServing();
    }

    private void stopServing() {
        server.close();
        http.close();
        local.close();
    }

    private RemoteOptions options(String token) {
        return RemoteOptions.of(http.base(), token).withClock(clock);
    }

    @Override
    protected KvStore store() {
        return remote;
    }

    private KvDatabase database() {
        return remote.database("test");
    }

    @Test
    void seesTheSameIdentityAsTheStoreItself() {
        assertThat(result(database().id())).isEqualTo(result(local.database("test").id()));
    }

    @Test
    void isRefusedWithoutAValidToken() {
        try (RemoteKvStore stranger = RemoteKvStore.open(options("guessed"))) {
            KvDatabase refused = stranger.database("test");
            assertRefused(ErrorCode.UNAUTHENTICATED, () -> result(refused.get(KEY)));
            WatchProbe probe = new WatchProbe();
            refused.watch(List.of(KEY), probe);
            assertThat(probe.failure().code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
        }
    }

    @Test
    void mayReadButNotWriteWithATokenForReading() {
        committed(database().set(KEY, text("1")));
        try (RemoteKvStore reader = RemoteKvStore.open(options(READ_TOKEN))) {
            assertThat(result(reader.database("test").get(KEY))).isPresent();
            assertRefused(
                    ErrorCode.PERMISSION_DENIED,
                    () -> result(reader.database("test").set(KEY, text("2"))));
        }
    }

    @Test
    void goesOnWhenTheServerWasAway() throws Exception {
        Versionstamp before = committed(database().set(KEY, text("1")));
        int port = http.port();
        WatchProbe probe = new WatchProbe();
        try (KvSubscription _ = database().watch(List.of(KEY), probe)) {
            probe.next();
            stopServing();
            CompletableFuture<CommitResult> commit = database().set(KEY, text("2"));
            serve(port);
            assertThat(committed(commit)).isGreaterThan(before);
            probe.until(
                    entries ->
                            entries.getFirst()
                                    .filter(entry -> entry.value().equals(text("2")))
                                    .isPresent());
        }
        assertThat(result(database().get(KEY)).orElseThrow().value()).isEqualTo(text("2"));
    }

    @Test
    void opensBrokenWatchesAnewWithoutMissingAState() throws InterruptedException {
        WatchProbe probe = new WatchProbe();
        try (KvSubscription _ = database().watch(List.of(KEY), probe)) {
            probe.next();
            for (long i = 0; i < 5; i++) {
                KvValue value = KvValue.u64(i);
                http.breakStreams();
                committed(database().set(KEY, value));
                probe.until(
                        entries ->
                                entries.getFirst()
                                        .filter(entry -> entry.value().equals(value))
                                        .isPresent());
            }
        }
    }

    @Test
    void opensASilentWatchAnew() throws InterruptedException {
        RemoteOptions impatient = options(TOKEN).withWatchSilence(Duration.ofMillis(100));
        WatchProbe probe = new WatchProbe();
        try (RemoteKvStore store = RemoteKvStore.open(impatient);
                KvSubscription _ = store.database("test").watch(List.of(KEY), probe)) {
            probe.next();
            committed(database().set(KEY, text("later")));
            probe.until(entries -> entries.getFirst().isPresent());
        }
    }

    @Test
    void endsWatchesAndCallsWhenItIsClosed() throws InterruptedException {
        WatchProbe probe = new WatchProbe();
        database().watch(List.of(KEY), probe);
        probe.next();
        remote.close();
        assertThat(probe.failure().code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertRefused(ErrorCode.UNAVAILABLE, () -> result(database().get(KEY)));
    }

    @Test
    void carriesQueueMessagesAndRefusesThoseDueTooLate() {
        Enqueue message =
                new Enqueue(
                        new KvValue.V8(new byte[] {(byte) 0xff, 15, '_'}),
                        clock.instant().plus(Duration.ofDays(30)),
                        List.of(KEY),
                        List.of(Duration.ofSeconds(1)));
        committed(database().commit(AtomicWrite.builder().enqueue(message).build()));
        Enqueue late =
                new Enqueue(
                        message.payload(),
                        message.due().plus(Duration.ofHours(1)),
                        List.of(),
                        List.of());
        assertRefused(
                ErrorCode.INVALID_ARGUMENT,
                () -> result(database().commit(AtomicWrite.builder().enqueue(late).build())));
    }
}

package io.echelon.kvstore.connect;

import io.echelon.kvstore.KvChecks;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvStore;
import java.net.http.HttpClient;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * A store on other nodes, over KV Connect; each of them has it, and one is asked until it fails.
 *
 * <p>Lifecycle: nothing is connected before the first call, and nodes that are down are no reason
 * not to open. {@link #close} ends watches and connections.
 *
 * <p>Failure: as {@link KvDatabase} says. Reads are sent again, to the next node, until the
 * request's time is over; commits only while they have certainly not been made. Watches are opened
 * anew until closed, at another node when theirs fails, unless they are refused.
 *
 * <p>Thread safety: all methods may be called from any thread.
 */
public final class RemoteKvStore implements KvStore {
    private static final String PATH = "/kv/";

    private final ConnectClient client;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("kv-remote-timer").factory());
    private final Map<String, RemoteKvDatabase> databases = new ConcurrentHashMap<>();
    private final Set<RemoteWatch> watches = ConcurrentHashMap.newKeySet();
    private final RemoteOptions options;
    private final HttpClient http;

    private RemoteKvStore(RemoteOptions options) {
        this.options = options;
        this.http =
                options.builder()
                        .executor(
                                Executors.newThreadPerTaskExecutor(
                                        Thread.ofVirtual().name("kv-remote-", 0).factory()))
                        .build();
        this.client = new ConnectClient(http, options, timer);
        client.hosts().onLeave(host -> watches.forEach(watch -> watch.leave(host)));
    }

    /** A store whose databases lie below {@code /kv/} at the options' addresses. */
    public static RemoteKvStore open(RemoteOptions options) {
        return new RemoteKvStore(options);
    }

    @Override
    public KvDatabase database(String name) {
        return databases.computeIfAbsent(
                KvChecks.databaseName(name),
                checked ->
                        new RemoteKvDatabase(
                                checked, PATH + checked, client, options, timer, watches));
    }

    @Override
    public void close() {
        client.close();
        watches.forEach(RemoteWatch::storeClosed);
        timer.shutdownNow();
        http.shutdownNow();
    }
}

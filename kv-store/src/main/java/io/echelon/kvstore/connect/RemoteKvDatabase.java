package io.echelon.kvstore.connect;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.CommitResult;
import io.echelon.kvstore.Consistency;
import io.echelon.kvstore.KvChecks;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvSnapshot;
import io.echelon.kvstore.KvSubscription;
import io.echelon.kvstore.KvWatcher;
import io.echelon.kvstore.RangeRead;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A database behind KV Connect; its metadata is fetched when needed and kept until it expires. */
final class RemoteKvDatabase implements KvDatabase {
    private static final byte[] METADATA_REQUEST =
            "{\"supportedVersions\":[2,3]}".getBytes(StandardCharsets.US_ASCII);
    private static final Duration RENEW_BEFORE = Duration.ofMinutes(1);
    private static final String USER_AGENT = "echelon";

    private final String name;
    private final String path;
    private final ConnectClient client;
    private final RemoteOptions options;
    private final ScheduledExecutorService timer;
    private final Set<RemoteWatch> watches;
    private final AtomicReference<@Nullable Metadata> known = new AtomicReference<>();

    /**
     * @param path where its metadata exchange is, on every node
     */
    RemoteKvDatabase(
            String name,
            String path,
            ConnectClient client,
            RemoteOptions options,
            ScheduledExecutorService timer,
            Set<RemoteWatch> watches) {
        this.name = name;
        this.path = path;
        this.client = client;
        this.options = options;
        this.timer = timer;
        this.watches = watches;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public CompletableFuture<UUID> id() {
        return metadata().thenApply(Metadata::databaseId);
    }

    @Override
    public CompletableFuture<List<List<KvEntry>>> read(
            List<RangeRead> ranges, Consistency consistency) {
        byte[] request;
        try {
            request = ReadMessages.write(KvChecks.ranges(ranges));
        } catch (EchelonException e) {
            return CompletableFuture.failedFuture(e);
        }
        return call(
                Wire.SNAPSHOT_READ,
                request,
                ConnectClient.Repeat.ALWAYS,
                answer -> {
                    ReadMessages.ReadOutput output = ReadMessages.readOutput(answer);
                    if (output.status() != ReadMessages.SUCCESS
                            || (consistency == Consistency.STRONG && !output.isStrong())) {
                        throw unavailable("cannot serve this read now");
                    }
                    if (output.ranges().size() != ranges.size()) {
                        throw unavailable("answered another question");
                    }
                    return output.ranges();
                });
    }

    @Override
    public CompletableFuture<CommitResult> commit(AtomicWrite write) {
        return call(
                Wire.ATOMIC_WRITE,
                WriteMessages.write(write, options.clock()),
                ConnectClient.Repeat.WHEN_NOT_DONE,
                answer -> {
                    WriteMessages.WriteOutput output = WriteMessages.readOutput(answer);
                    return output.result()
                            .orElseThrow(
                                    () ->
                                            unavailable(
                                                    output.status() == WriteMessages.WRITE_DISABLED
                                                            ? "takes no writes now; nothing was written"
                                                            : "cannot tell whether the commit was made; read before trying again"));
                });
    }

    @Override
    public KvSubscription watch(List<KvKey> keys, KvWatcher watcher) {
        byte[] request = ReadMessages.writeWatch(KvChecks.watched(keys));
        RemoteWatch watch =
                new RemoteWatch(this, client, options, timer, request, keys.size(), watcher);
        watches.add(watch);
        watch.start(() -> watches.remove(watch));
        return watch;
    }

    @Override
    public KvSnapshot snapshot() {
        return new RemoteSnapshot(
                client.http(),
                metadata()
                        .thenApply(
                                known ->
                                        client.request(
                                                endpoint(known, Wire.SNAPSHOT)
                                                        .at(client.hosts().now()),
                                                headers(known),
                                                new byte[0])));
    }

    private <T> CompletableFuture<T> call(
            String method, byte[] body, ConnectClient.Repeat repeat, Function<byte[], T> decode) {
        return withMetadata(method, (place, headers) -> client.post(place, headers, body, repeat))
                .thenApply(
                        answer -> {
                            try {
                                return decode.apply(answer);
                            } catch (EchelonException e) {
                                throw e.code() == ErrorCode.UNAVAILABLE ? e : nonsense(e);
                            }
                        });
    }

    /** Calls a method at its address; the metadata is forgotten when the server refuses them. */
    <T> CompletableFuture<T> withMetadata(
            String method,
            BiFunction<ConnectClient.Place, Map<String, String>, CompletableFuture<T>> call) {
        return metadata()
                .thenCompose(
                        metadata ->
                                call.apply(endpoint(metadata, method), headers(metadata))
                                        .whenComplete(
                                                (_, failure) -> {
                                                    if (failure != null) {
                                                        known.compareAndSet(metadata, null);
                                                    }
                                                }));
    }

    private CompletableFuture<Metadata> metadata() {
        Metadata present = known.get();
        if (present != null
                && options.clock().instant().isBefore(present.expiresAt().minus(RENEW_BEFORE))) {
            return CompletableFuture.completedFuture(present);
        }
        return client.post(
                        host -> host.resolve(path),
                        Map.of(
                                "authorization",
                                "Bearer " + options.token(),
                                "content-type",
                                Wire.JSON,
                                "user-agent",
                                USER_AGENT),
                        METADATA_REQUEST,
                        ConnectClient.Repeat.ALWAYS)
                .thenApply(
                        body -> {
                            Metadata fresh = Metadata.read(body);
                            known.set(fresh);
                            return fresh;
                        });
    }

    /** Nodes name their endpoints without their address, so what one says holds for all. */
    private ConnectClient.Place endpoint(Metadata metadata, String method) {
        String url =
                metadata.endpoints().stream()
                        .filter(endpoint -> endpoint.consistency().equals("strong"))
                        .findFirst()
                        .orElseThrow(() -> unavailable("names no strong endpoint"))
                        .url();
        return host -> host.resolve(path).resolve(url + "/" + method);
    }

    private static Map<String, String> headers(Metadata metadata) {
        return Map.of(
                "authorization",
                "Bearer " + metadata.token(),
                "content-type",
                Wire.PROTOBUF,
                "user-agent",
                USER_AGENT,
                Wire.VERSION_HEADER,
                Integer.toString(metadata.version()),
                Wire.DATABASE_HEADER,
                metadata.databaseId().toString());
    }

    private EchelonException unavailable(String what) {
        return new EchelonException(
                ErrorCode.UNAVAILABLE, "The store at %s %s".formatted(options.where(), what));
    }

    private EchelonException nonsense(EchelonException cause) {
        return new EchelonException(
                ErrorCode.UNAVAILABLE,
                "The store at %s answered what KV Connect does not know".formatted(options.where()),
                cause);
    }
}

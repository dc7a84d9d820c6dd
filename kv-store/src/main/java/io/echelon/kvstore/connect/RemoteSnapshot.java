package io.echelon.kvstore.connect;

import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvSnapshot;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A snapshot that another node sends. */
final class RemoteSnapshot implements KvSnapshot {
    /** A part at its largest, with what surrounds it. */
    private static final int FRAME_MAX_BYTES = 8 * 1024 * 1024;

    private final CompletableFuture<HttpResponse<InputStream>> answer;
    private volatile @Nullable Unity unity;
    private boolean ended;

    RemoteSnapshot(HttpClient http, CompletableFuture<HttpRequest> request) {
        this.answer =
                request.thenCompose(
                        ready -> http.sendAsync(ready, HttpResponse.BodyHandlers.ofInputStream()));
    }

    @Override
    public Unity unity() {
        Unity known = unity;
        return known == null ? Unity.BY_PART : known;
    }

    @Override
    public CompletableFuture<List<KvEntry>> next() {
        CompletableFuture<List<KvEntry>> result = new CompletableFuture<>();
        Thread.ofVirtual()
                .name("kv-store-snapshot")
                .start(
                        () -> {
                            try {
                                result.complete(read());
                            } catch (EchelonException e) {
                                result.completeExceptionally(e);
                            } catch (IOException | RuntimeException e) {
                                result.completeExceptionally(
                                        new EchelonException(
                                                ErrorCode.UNAVAILABLE,
                                                "The store broke off a snapshot; begin again",
                                                e));
                            }
                        });
        return result;
    }

    @Override
    public void close() {
        var _ =
                answer.thenAccept(
                        response -> {
                            try {
                                response.body().close();
                            } catch (IOException gone) {
                                System.getLogger(RemoteSnapshot.class.getName())
                                        .log(System.Logger.Level.DEBUG, "Closed already", gone);
                            }
                        });
    }

    private List<KvEntry> read() throws IOException {
        if (ended) {
            return List.of();
        }
        HttpResponse<InputStream> response = answer.join();
        if (response.statusCode() != 200) {
            throw Wire.refusal(
                    response.statusCode(),
                    response.headers().firstValue(Wire.ERROR_HEADER),
                    response.body().readNBytes(FRAME_MAX_BYTES));
        }
        int length =
                ByteBuffer.wrap(exactly(response.body(), Integer.BYTES))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getInt();
        if (length < 0 || length > FRAME_MAX_BYTES) {
            throw new IOException("A frame of " + length + " bytes");
        }
        ReadMessages.ReadOutput output = ReadMessages.readOutput(exactly(response.body(), length));
        unity = output.isStrong() ? Unity.ONE_STATE : Unity.BY_PART;
        List<KvEntry> entries = output.ranges().isEmpty() ? List.of() : output.ranges().getFirst();
        ended = entries.isEmpty();
        return entries;
    }

    private static byte[] exactly(InputStream in, int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new IOException("The snapshot ended early");
        }
        return bytes;
    }
}

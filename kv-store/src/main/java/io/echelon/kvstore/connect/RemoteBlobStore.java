package io.echelon.kvstore.connect;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.kvstore.BlobHash;
import io.echelon.kvstore.BlobStore;
import io.echelon.kvstore.KvLimits;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The blobs of another node: {@code PUT}, {@code GET}, {@code HEAD} and {@code DELETE
 * /blobs/{sha256}}, {@code POST /blobs/missing}. Content is verified on its way in both directions.
 */
public final class RemoteBlobStore implements BlobStore, AutoCloseable {
    private static final String PATH = "/blobs/";
    private static final int REFUSAL_MAX_BYTES = 64 * 1024;

    private final RemoteOptions options;
    private final HttpClient http;

    private RemoteBlobStore(RemoteOptions options) {
        this.options = options;
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(options.connectTimeout())
                        .build();
    }

    public static RemoteBlobStore open(RemoteOptions options) {
        return new RemoteBlobStore(options);
    }

    @Override
    public void put(String sha256, InputStream content) throws IOException {
        HttpRequest request =
                request(BlobHash.checked(sha256))
                        .header("content-type", Wire.OCTETS)
                        .PUT(
                                HttpRequest.BodyPublishers.ofInputStream(
                                        () -> BlobHash.verified(sha256, content)))
                        .build();
        discard(send(request));
    }

    @Override
    public InputStream open(String sha256) {
        HttpRequest request = request(BlobHash.checked(sha256)).GET().build();
        return BlobHash.verified(sha256, send(request).body());
    }

    @Override
    public byte[] read(String sha256) {
        try (InputStream content = open(sha256)) {
            return content.readAllBytes();
        } catch (IOException e) {
            throw known(e);
        }
    }

    @Override
    public OptionalLong size(String sha256) {
        HttpRequest request = request(BlobHash.checked(sha256)).HEAD().build();
        try {
            HttpResponse<InputStream> response = send(request);
            discard(response);
            return OptionalLong.of(
                    response.headers().firstValueAsLong("content-length").orElseThrow());
        } catch (EchelonException e) {
            if (e.code() == ErrorCode.NOT_FOUND) {
                return OptionalLong.empty();
            }
            throw e;
        }
    }

    @Override
    public List<String> missing(Collection<String> hashes) {
        HttpRequest request =
                request("missing")
                        .header("content-type", Wire.JSON)
                        .POST(
                                HttpRequest.BodyPublishers.ofByteArray(
                                        Json.bytes(Map.of("sha256", BlobHash.checked(hashes)))))
                        .build();
        try (InputStream body = send(request).body()) {
            List<String> missing = new ArrayList<>();
            for (JsonNode hash : Json.mapper().readTree(body).path("missing")) {
                missing.add(BlobHash.checked(hash.asText()));
            }
            return missing;
        } catch (IOException e) {
            throw known(e);
        }
    }

    @Override
    public void delete(String sha256) {
        discard(send(request(BlobHash.checked(sha256)).DELETE().build()));
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private HttpRequest.Builder request(String name) {
        return HttpRequest.newBuilder(options.resolve(PATH + name))
                .timeout(options.requestTimeout())
                .header("authorization", "Bearer " + options.token());
    }

    private HttpResponse<InputStream> send(HttpRequest request) {
        try {
            HttpResponse<InputStream> response =
                    http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            if (response.statusCode() / 100 != 2) {
                try (InputStream body = response.body()) {
                    throw Wire.refusal(
                            response.statusCode(),
                            response.headers().firstValue(Wire.ERROR_HEADER),
                            body.readNBytes(REFUSAL_MAX_BYTES));
                }
            }
            return response;
        } catch (IOException e) {
            throw known(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw known(e);
        }
    }

    private static void discard(HttpResponse<InputStream> response) {
        try (InputStream body = response.body()) {
            body.skipNBytes(Math.min(body.available(), KvLimits.BLOB_MAX_BYTES));
        } catch (IOException e) {
            throw new EchelonException(ErrorCode.UNAVAILABLE, "The answer broke off", e);
        }
    }

    /**
     * The platform's own refusal when one is inside, as when content was not what its hash says.
     */
    private EchelonException known(Exception failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof EchelonException refusal) {
                return refusal;
            }
        }
        return new EchelonException(
                ErrorCode.UNAVAILABLE,
                "The blobs of %s cannot be reached; try again".formatted(options.base()),
                failure);
    }
}

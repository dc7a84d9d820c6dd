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
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Blobs on other nodes: {@code PUT}, {@code GET}, {@code HEAD} and {@code DELETE /blobs/{sha256}},
 * {@code POST /blobs/missing}. Content is verified on its way in both directions. A node that fails
 * is left for the next; only content that has begun to be sent cannot be sent again.
 */
public final class RemoteBlobStore implements BlobStore, AutoCloseable {
    /** What is asked for: the platform's blobs, or the copies that lie on the very node. */
    public enum Extent {
        PLATFORM("/blobs/"),
        NODE("/copies/");

        private final String path;

        Extent(String path) {
            this.path = path;
        }
    }

    private static final int REFUSAL_MAX_BYTES = 64 * 1024;

    private final RemoteOptions options;
    private final Extent extent;
    private final Hosts hosts;
    private final HttpClient http;

    private RemoteBlobStore(RemoteOptions options, Extent extent) {
        this.options = options;
        this.extent = extent;
        this.hosts = new Hosts(options.bases());
        this.http = options.client();
    }

    /** The platform's blobs. */
    public static RemoteBlobStore open(RemoteOptions options) {
        return open(options, Extent.PLATFORM);
    }

    public static RemoteBlobStore open(RemoteOptions options, Extent extent) {
        return new RemoteBlobStore(options, extent);
    }

    @Override
    public void put(String sha256, InputStream content) throws IOException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder()
                        .timeout(options.requestTimeout())
                        .header("content-type", Wire.OCTETS)
                        .PUT(
                                HttpRequest.BodyPublishers.ofInputStream(
                                        () -> BlobHash.verified(sha256, content)));
        discard(send(BlobHash.checked(sha256), request, RemoteBlobStore::isBeforeAnyContent));
    }

    @Override
    public InputStream open(String sha256) {
        return BlobHash.verified(sha256, send(BlobHash.checked(sha256), request().GET()).body());
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
        try {
            HttpResponse<InputStream> response = send(BlobHash.checked(sha256), request().HEAD());
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
        HttpRequest.Builder request =
                request()
                        .header("content-type", Wire.JSON)
                        .POST(
                                HttpRequest.BodyPublishers.ofByteArray(
                                        Json.bytes(Map.of("sha256", BlobHash.checked(hashes)))));
        try (InputStream body = send("missing", request).body()) {
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
        discard(send(BlobHash.checked(sha256), request().DELETE()));
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private HttpRequest.Builder request() {
        return HttpRequest.newBuilder().timeout(options.attemptTimeout());
    }

    private HttpResponse<InputStream> send(String name, HttpRequest.Builder request) {
        return send(name, request, _ -> true);
    }

    private HttpResponse<InputStream> send(
            String name, HttpRequest.Builder request, Predicate<EchelonException> repeatable) {
        request.header("authorization", "Bearer " + options.token());
        return hosts.ask(
                host -> send(request.uri(host.resolve(extent.path + name)).build()), repeatable);
    }

    private static boolean isBeforeAnyContent(EchelonException failure) {
        return failure.getCause() instanceof ConnectException
                || failure.getCause() instanceof HttpConnectTimeoutException;
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
                "The blobs of %s cannot be reached; try again".formatted(options.where()),
                failure);
    }
}

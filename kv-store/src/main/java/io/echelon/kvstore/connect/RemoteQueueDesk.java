package io.echelon.kvstore.connect;

import io.echelon.kvstore.KvQueue.Part;
import io.echelon.kvstore.QueueDesk;
import io.echelon.kvstore.QueueState;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Json;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;

/**
 * The messages of a store on other nodes: {@code GET /queues/}, {@code GET} and {@code DELETE
 * /queues/{database}}, {@code POST /queues/{database}/redrive}. KV Connect has nothing of the kind.
 * A node that fails is left for the next; redriving and removing twice is the same as once.
 */
public final class RemoteQueueDesk implements QueueDesk, AutoCloseable {
    private static final String PATH = "/queues/";

    private final RemoteOptions options;
    private final Hosts hosts;
    private final HttpClient http;

    private RemoteQueueDesk(RemoteOptions options) {
        this.options = options;
        this.hosts = new Hosts(options.bases());
        this.http = options.client();
    }

    public static RemoteQueueDesk open(RemoteOptions options) {
        return new RemoteQueueDesk(options);
    }

    /** How many messages were redriven or removed. */
    public record Moved(int messages) {}

    /** Names of databases. */
    public record Names(List<String> databases) {}

    @Override
    public List<String> databases() {
        return send("", request().GET(), Names.class).databases();
    }

    @Override
    public QueueState look(String database, Part part, int limit) {
        return send(
                "%s?part=%s&limit=%d".formatted(database, part.name(), limit),
                request().GET(),
                QueueState.class);
    }

    @Override
    public int redrive(String database) {
        return send(
                        database + "/redrive",
                        request().POST(HttpRequest.BodyPublishers.noBody()),
                        Moved.class)
                .messages();
    }

    @Override
    public int purge(String database, Part part) {
        return send("%s?part=%s".formatted(database, part.name()), request().DELETE(), Moved.class)
                .messages();
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private HttpRequest.Builder request() {
        return HttpRequest.newBuilder()
                .timeout(options.requestTimeout())
                .header("authorization", "Bearer " + options.token());
    }

    private <T> T send(String path, HttpRequest.Builder request, Class<T> type) {
        return hosts.ask(
                host -> send(request.uri(host.resolve(PATH + path)).build(), type), _ -> true);
    }

    private <T> T send(HttpRequest request, Class<T> type) {
        try {
            HttpResponse<byte[]> response =
                    http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() / 100 != 2) {
                throw Wire.refusal(
                        response.statusCode(),
                        response.headers().firstValue(Wire.ERROR_HEADER),
                        response.body());
            }
            return Json.read(response.body(), type);
        } catch (IOException e) {
            throw unreachable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable(e);
        }
    }

    private EchelonException unreachable(Exception failure) {
        return new EchelonException(
                ErrorCode.UNAVAILABLE,
                "The messages of %s cannot be reached; try again".formatted(options.where()),
                failure);
    }
}

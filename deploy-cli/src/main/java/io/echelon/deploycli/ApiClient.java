package io.echelon.deploycli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Json;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Calls the control plane's API.
 *
 * <p>Failure: a refusal is a {@link CliException} with the exit code of its error code; no answer
 * at all is {@link ExitCode#UNREACHABLE}. Thread safety: safe for use by several threads.
 */
final class ApiClient {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);
    private static final int ERROR_MAX_BYTES = 64 * 1024;

    private final Account account;
    private final HttpClient http;

    private ApiClient(Account account, HttpClient http) {
        this.account = account;
        this.http = http;
    }

    static ApiClient of(Account account) {
        return new ApiClient(
                account,
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(CONNECT_TIMEOUT)
                        .build());
    }

    JsonNode get(ApiPath path) throws InterruptedException {
        return json(send(request(path).GET()));
    }

    /** All items of a list, which the platform may hand out in parts. */
    List<JsonNode> list(ApiPath path, String name) throws InterruptedException {
        List<JsonNode> items = new ArrayList<>();
        JsonNode part = get(path);
        items.addAll(Views.items(part, name));
        while (part.path("cursor").isTextual()) {
            part = get(path.query(Map.of("cursor", part.path("cursor").asText())));
            items.addAll(Views.items(part, name));
        }
        return items;
    }

    JsonNode delete(ApiPath path) throws InterruptedException {
        return json(send(request(path).DELETE()));
    }

    JsonNode post(ApiPath path, Object body) throws InterruptedException {
        return json(
                send(
                        request(path)
                                .header("content-type", "application/json")
                                .POST(BodyPublishers.ofByteArray(Json.bytes(body)))));
    }

    JsonNode patch(ApiPath path, Object body) throws InterruptedException {
        return json(
                send(
                        request(path)
                                .header("content-type", "application/json")
                                .method("PATCH", BodyPublishers.ofByteArray(Json.bytes(body)))));
    }

    /** Lines of JSON. */
    JsonNode postLines(ApiPath path, byte[] lines) throws InterruptedException {
        return json(
                send(
                        request(path)
                                .header("content-type", "application/x-ndjson")
                                .POST(BodyPublishers.ofByteArray(lines))));
    }

    JsonNode put(ApiPath path, byte[] json) throws InterruptedException {
        return json(
                send(
                        request(path)
                                .header("content-type", "application/json")
                                .PUT(BodyPublishers.ofByteArray(json))));
    }

    void put(ApiPath path, Path file) throws InterruptedException {
        BodyPublisher body;
        try {
            body = BodyPublishers.ofFile(file);
        } catch (FileNotFoundException e) {
            throw new CliException(ExitCode.FAILED, file + " is gone: it changed meanwhile", e);
        }
        send(request(path).header("content-type", "application/octet-stream").PUT(body));
    }

    /** The body of an answer that goes on for as long as the platform has something to say. */
    InputStream stream(ApiPath path, String accept) throws InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(account.control().resolve(path.text()))
                        .header("authorization", "Bearer " + account.token())
                        .header("accept", accept)
                        .GET()
                        .build();
        return answer(request);
    }

    private HttpRequest.Builder request(ApiPath path) {
        return HttpRequest.newBuilder(account.control().resolve(path.text()))
                .timeout(ANSWER_TIMEOUT)
                .header("authorization", "Bearer " + account.token())
                .header("accept", "application/json");
    }

    private byte[] send(HttpRequest.Builder request) throws InterruptedException {
        try (InputStream body = answer(request.build())) {
            return body.readAllBytes();
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    private InputStream answer(HttpRequest request) throws InterruptedException {
        try {
            HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
            if (response.statusCode() / 100 == 2) {
                return response.body();
            }
            try (InputStream body = response.body()) {
                throw refusal(response.statusCode(), body.readNBytes(ERROR_MAX_BYTES));
            }
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    private CliException unreachable(IOException e) {
        String why =
                switch (e) {
                    case HttpTimeoutException timeout -> "no answer in time";
                    case java.net.ConnectException refused -> "nothing listens there";
                    default -> FileErrors.describe(e);
                };
        return new CliException(
                ExitCode.UNREACHABLE,
                "The platform at %s cannot be reached: %s. `edge up` starts one here, `edge login URL` names another"
                        .formatted(account.control(), why),
                e);
    }

    private CliException refusal(int status, byte[] body) {
        JsonNode error = MissingNode.getInstance();
        try {
            error = Json.mapper().readTree(body).path("error");
        } catch (IOException e) {
            // An answer without the platform's own error is described by its status below.
        }
        String message = error.path("message").asText("");
        if (message.isEmpty()) {
            message = "%s answered with status %d".formatted(account.control(), status);
        }
        ExitCode exitCode = exitCode(status, error.path("code").asText(""));
        if (status == 401) {
            message += ". `edge login %s` signs in".formatted(account.control());
        } else if (status >= 500 && error.path("requestId").isTextual()) {
            message += " (request %s)".formatted(error.path("requestId").asText());
        }
        return new CliException(exitCode, message);
    }

    private static ExitCode exitCode(int status, String code) {
        for (ErrorCode known : ErrorCode.values()) {
            if (known.name().equals(code)) {
                return ExitCode.of(known);
            }
        }
        return switch (status) {
            case 400 -> ExitCode.WRONG_USAGE;
            case 401, 403 -> ExitCode.NOT_ALLOWED;
            case 404 -> ExitCode.NOT_FOUND;
            case 413, 414, 429, 431, 507 -> ExitCode.OVER_LIMIT;
            case 502, 503, 504 -> ExitCode.UNREACHABLE;
            default -> ExitCode.FAILED;
        };
    }

    private JsonNode json(byte[] body) {
        if (body.length == 0) {
            return MissingNode.getInstance();
        }
        try {
            return Json.mapper().readTree(body);
        } catch (JsonProcessingException e) {
            throw notThePlatform(body, e);
        } catch (IOException e) {
            throw notThePlatform(body, e);
        }
    }

    private CliException notThePlatform(byte[] body, IOException e) {
        String text = new String(body, StandardCharsets.UTF_8);
        return new CliException(
                ExitCode.UNREACHABLE,
                "%s is not an Echelon control plane: it answered with \"%s\""
                        .formatted(
                                account.control(),
                                text.length() > 60 ? text.substring(0, 60) + "…" : text),
                e);
    }
}

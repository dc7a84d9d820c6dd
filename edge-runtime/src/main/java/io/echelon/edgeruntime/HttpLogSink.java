package io.echelon.edgeruntime;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.echelon.tenants.Json;
import io.echelon.tenants.LogLevel;
import io.echelon.tenants.LogRecord;
import io.echelon.tenants.RevisionId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A server that lines are posted to: as they are, or as OTLP's JSON has them. */
final class HttpLogSink implements LogSink {
    /** What a body looks like. */
    enum Form {
        LINES,
        OTLP
    }

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(20);

    /** Answers that say that the lines are wrong; others say that it is not the time. */
    private static final Set<Integer> WRONG_LINES = Set.of(400, 413, 415, 422);

    private final URI address;
    private final Form form;
    private final Map<String, String> headers;
    private @Nullable HttpClient client;

    HttpLogSink(URI address, Form form, Map<String, String> headers) {
        this.address = address;
        this.form = form;
        this.headers = Map.copyOf(headers);
        var _ = request(new byte[0]); // refuses headers that are none
    }

    @Override
    public void send(byte[] lines) throws IOException, InterruptedException, Refused {
        HttpResponse<String> response =
                client().send(
                                request(form == Form.OTLP ? otlp(lines) : lines),
                                BodyHandlers.ofString());
        int status = response.statusCode();
        if (status / 100 == 2) {
            return;
        }
        if (WRONG_LINES.contains(status)) {
            throw new Refused("it answered %d".formatted(status));
        }
        throw new IOException("it answered %d".formatted(status));
    }

    /** Made when it is needed first: settings are also only checked. */
    private HttpClient client() {
        HttpClient known = client;
        if (known == null) {
            known =
                    HttpClient.newBuilder()
                            .version(HttpClient.Version.HTTP_1_1)
                            .connectTimeout(CONNECT)
                            .build();
            client = known;
        }
        return known;
    }

    private HttpRequest request(byte[] body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address)
                        .timeout(ANSWER)
                        .header(
                                "content-type",
                                form == Form.OTLP ? "application/json" : "application/x-ndjson")
                        .POST(BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        return request.build();
    }

    /** Lines as an {@code ExportLogsServiceRequest}, those of a revision together. */
    static byte[] otlp(byte[] lines) {
        Map<RevisionId, ArrayNode> records = new LinkedHashMap<>();
        ObjectNode all = Json.mapper().createObjectNode();
        ArrayNode resources = all.putArray("resourceLogs");
        for (String text : new String(lines, StandardCharsets.UTF_8).lines().toList()) {
            LogRecord line = Json.read(text.getBytes(StandardCharsets.UTF_8), LogRecord.class);
            ArrayNode together =
                    records.computeIfAbsent(line.revision(), _ -> resource(resources, line));
            ObjectNode record = together.addObject();
            record.put(
                    "timeUnixNano",
                    Long.toString(ChronoUnit.NANOS.between(Instant.EPOCH, line.time())));
            record.put("severityNumber", severity(line.level()));
            record.put("severityText", line.level().name());
            record.putObject("body").put("stringValue", line.message());
            if (line.traceId() != null) {
                record.put("traceId", line.traceId());
            }
            if (line.requestId() != null) {
                attribute(record.putArray("attributes"), "echelon.request.id", line.requestId());
            }
        }
        return Json.bytes(all);
    }

    private static ArrayNode resource(ArrayNode resources, LogRecord line) {
        ObjectNode resource = resources.addObject();
        ArrayNode attributes = resource.putObject("resource").putArray("attributes");
        attribute(attributes, "service.namespace", line.revision().tenant().value());
        attribute(attributes, "service.name", line.revision().app().value());
        attribute(attributes, "service.version", line.revision().label());
        attribute(attributes, "service.instance.id", line.node());
        ObjectNode scope = resource.putArray("scopeLogs").addObject();
        scope.putObject("scope").put("name", "echelon");
        return scope.putArray("logRecords");
    }

    private static void attribute(ArrayNode attributes, String key, String value) {
        attributes
                .addObject()
                .put("key", key.toLowerCase(Locale.ROOT))
                .putObject("value")
                .put("stringValue", value);
    }

    /** OTLP's numbers. */
    private static int severity(LogLevel level) {
        return switch (level) {
            case DEBUG -> 5;
            case INFO -> 9;
            case WARN -> 13;
            case ERROR -> 17;
        };
    }
}

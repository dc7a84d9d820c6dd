package io.echelon.edgeruntime;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Json;
import io.echelon.tenants.LogRecord;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Where a node's quarantine hands over what functions log there: lines of JSON, by POST. */
final class QuarantineLog {
    static final String PATH = "/quarantine/log";

    /** More than {@link LogShipper} sends at once. */
    private static final int BYTES_MAX = 16 << 20;

    private static final int NO_CONTENT = 204;

    private QuarantineLog() {}

    /** Adds the route to a node's internal port. */
    static void mount(Router internal, LogStore logs) {
        internal.post(PATH)
                .handler(
                        context -> {
                            HttpServerRequest request = context.request();
                            PulledStream body = BodyStreams.of(request);
                            InternalAnswers.onThread(
                                    request,
                                    "log",
                                    () -> {
                                        read(body.readAtMost(BYTES_MAX)).forEach(logs::take);
                                        var _ = request.response().setStatusCode(NO_CONTENT).end();
                                    });
                        });
    }

    private static List<LogRecord> read(byte[] lines) {
        try {
            return new String(lines, StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.getBytes(StandardCharsets.UTF_8))
                    .map(line -> Json.read(line, LogRecord.class))
                    .toList();
        } catch (IllegalArgumentException e) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT, "A line is none of a function's log", e);
        }
    }
}

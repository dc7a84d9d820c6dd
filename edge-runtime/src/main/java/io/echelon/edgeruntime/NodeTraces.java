package io.echelon.edgeruntime;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** How a node traces: what its operator decided, and where what is recorded goes. */
final class NodeTraces {
    private static final int PER_SECOND_MAX = 10_000;
    private static final int SLOW_MAX_MILLIS = 3_600_000;

    private NodeTraces() {}

    /**
     * Begins to trace.
     *
     * @param internal gets the routes by which traces are read
     * @param closing takes what has to be closed in the end
     */
    static Traces open(
            EdgeConfiguration configuration,
            MeterRegistry registry,
            Clock clock,
            Router internal,
            Consumer<Runnable> closing) {
        TraceMetrics metrics = new TraceMetrics(registry);
        TraceStore store = new TraceStore(configuration.data().resolve("traces"), clock, metrics);
        closing.accept(store::close);
        TraceRoutes.mount(internal, store);
        Optional<OtlpExporter> exporter =
                receiver(configuration).map(receiver -> new OtlpExporter(receiver, metrics));
        exporter.ifPresent(open -> closing.accept(open::close));
        return new Traces(
                configuration.nodeId(),
                new TraceSampler(settings(configuration)),
                metrics,
                trace -> {
                    store.add(trace);
                    exporter.ifPresent(open -> open.add(trace));
                });
    }

    /** What is recorded; refuses what cannot be meant. */
    static TraceSampler.Settings settings(EdgeConfiguration configuration) {
        double ratio = configuration.tracesRatio();
        if (!(ratio >= 0 && ratio <= 1)) {
            throw EdgeEnvironment.refuse(
                    "ECHELON_TRACES_RATIO is %s; it must be from 0 to 1".formatted(ratio));
        }
        return new TraceSampler.Settings(
                ratio,
                within(
                        "ECHELON_TRACES_PER_SECOND",
                        configuration.tracesPerSecond(),
                        0,
                        PER_SECOND_MAX),
                Duration.ofMillis(
                        within(
                                "ECHELON_TRACES_SLOW_MS",
                                configuration.tracesSlowMs(),
                                1,
                                SLOW_MAX_MILLIS)));
    }

    /** Where traces are sent to; refuses what is no address. Headers are not repeated. */
    static Optional<OtlpExporter.Receiver> receiver(EdgeConfiguration configuration) {
        return configuration
                .otlpEndpoint()
                .filter(endpoint -> !endpoint.isBlank())
                .map(
                        endpoint ->
                                new OtlpExporter.Receiver(
                                        endpoint(endpoint),
                                        headers(configuration.otlpHeaders().orElse(""))));
    }

    private static URI endpoint(String text) {
        try {
            URI uri = URI.create(text.strip());
            if (uri.getHost() != null
                    && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && uri.getUserInfo() == null
                    && uri.getQuery() == null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // Refused below.
        }
        throw EdgeEnvironment.refuse(
                "ECHELON_OTLP_ENDPOINT is no address such as http://collector:4318; what is secret goes to ECHELON_OTLP_HEADERS");
    }

    /** {@code NAME=VALUE} between commas, values percent-encoded, as OpenTelemetry has it. */
    private static Map<String, String> headers(String text) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String header : text.split(",", -1)) {
            int equals = header.indexOf('=');
            if (header.isBlank()) {
                continue;
            }
            String name = equals < 0 ? "" : header.substring(0, equals).strip();
            if (!name.matches("[A-Za-z0-9-]+")) {
                throw EdgeEnvironment.refuse(
                        "ECHELON_OTLP_HEADERS must be NAME=VALUE pairs between commas");
            }
            headers.put(
                    name,
                    URLDecoder.decode(
                            header.substring(equals + 1).strip().replace("+", "%2B"),
                            StandardCharsets.UTF_8));
        }
        return headers;
    }

    private static int within(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw EdgeEnvironment.refuse(
                    "%s is %,d; it must be from %,d to %,d".formatted(name, value, min, max));
        }
        return value;
    }
}

package io.echelon.edgeruntime;

import io.echelon.tenants.EchelonException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where lines of functions' logs are shipped to, besides being kept here.
 *
 * <p><b>Failure.</b> A sink that throws {@link IOException} is tried again with the same lines; one
 * that throws {@link Refused} wants them never.
 *
 * <p><b>Thread safety.</b> Used by one thread; {@link #send} blocks.
 */
interface LogSink {
    /** Lines that a sink will never take, however often it is asked. */
    final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    /**
     * Takes lines, all of them or none.
     *
     * @param lines of {@link io.echelon.tenants.LogRecord}s as JSON, each with its line end
     */
    void send(byte[] lines) throws IOException, InterruptedException, Refused;

    /**
     * The sink that a setting names: {@code file:/path}, {@code https://…} for lines as they are,
     * {@code otlp+https://…} for OTLP.
     *
     * @param headers such as {@code authorization: Bearer x}, between commas, for sinks by HTTP
     * @throws EchelonException when it names none
     */
    static LogSink of(String address, String headers) {
        if (address.startsWith("file:/")) {
            try {
                return new FileLogSink(Path.of(address.substring("file:".length())));
            } catch (InvalidPathException e) {
                throw wrong(address);
            }
        }
        boolean otlp = address.startsWith("otlp+");
        URI uri = uri(address, otlp ? address.substring("otlp+".length()) : address);
        try {
            return new HttpLogSink(
                    uri,
                    otlp ? HttpLogSink.Form.OTLP : HttpLogSink.Form.LINES,
                    parseHeaders(headers));
        } catch (IllegalArgumentException e) {
            throw wrongHeader();
        }
    }

    private static URI uri(String address, String plain) {
        try {
            URI uri = URI.create(plain);
            if (uri.getHost() != null
                    && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (IllegalArgumentException notAnAddress) {
            // Refused below.
        }
        throw wrong(address);
    }

    private static Map<String, String> parseHeaders(String headers) {
        Map<String, String> parsed = new LinkedHashMap<>();
        for (String header : headers.split(",", -1)) {
            int colon = header.indexOf(':');
            if (colon > 0) {
                parsed.put(header.substring(0, colon).strip(), header.substring(colon + 1).strip());
            } else if (!header.isBlank()) {
                throw wrongHeader();
            }
        }
        return parsed;
    }

    private static EchelonException wrongHeader() {
        return EdgeEnvironment.refuse(
                "ECHELON_LOG_SINK_HEADERS has something that is no header, or one that may not be set; write \"name: value\", several between commas");
    }

    private static EchelonException wrong(String address) {
        return EdgeEnvironment.refuse(
                "ECHELON_LOG_SINK is \"%s\"; it must be file:/path, https://host/path for lines of JSON, or otlp+https://host/v1/logs"
                        .formatted(address));
    }
}

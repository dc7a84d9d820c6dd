package io.echelon.controlplane;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Requests to the outside provider: JSON of at most {@value #ANSWER_MAX_BYTES} bytes, over TLS, or
 * without it on this machine alone. Redirects are not followed. Calls block.
 *
 * <p>Failure: {@link ProviderException}, whose message has nothing of what was sent or answered but
 * the code of an OAuth error.
 *
 * <p>Thread safety: safe for use by several threads.
 */
final class ProviderHttp {
    static final int ANSWER_MAX_BYTES = 256 * 1024;

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final List<String> THIS_MACHINE = List.of("127.0.0.1", "localhost", "[::1]");
    private static final int ERROR_MAX_CHARS = 64;

    private final HttpClient client;

    /**
     * @param roots a file with those, in PEM, that the provider's own certificate comes from; null
     *     for those of the JDK
     */
    ProviderHttp(@Nullable Path roots) {
        HttpClient.Builder builder =
                HttpClient.newBuilder()
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(PATIENCE);
        try {
            this.client =
                    (roots == null ? builder : builder.sslContext(AcmeHttp.trusting(roots)))
                            .build();
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("ECHELON_OIDC_CA can no longer be read", e);
        }
    }

    /** Whether an address is safe to send secrets to. */
    static boolean isSafe(URI address) {
        String host = address.getHost();
        return host != null
                && address.getUserInfo() == null
                && ("https".equals(address.getScheme())
                        || ("http".equals(address.getScheme()) && THIS_MACHINE.contains(host)));
    }

    /**
     * What is at an address.
     *
     * @param bearer a token to show; null is none
     */
    JsonNode get(URI address, @Nullable String bearer) throws ProviderException {
        HttpRequest.Builder request = request(address).GET();
        if (bearer != null) {
            request.header("Authorization", "Bearer " + bearer);
        }
        return send(request);
    }

    /**
     * What is answered to a form.
     *
     * @param authorization the header to send; null is none
     */
    JsonNode post(URI address, Map<String, String> form, @Nullable String authorization)
            throws ProviderException {
        HttpRequest.Builder request =
                request(address)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(encoded(form)));
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return send(request);
    }

    /** Fields as a form, or a query, has them. */
    static String encoded(Map<String, String> form) {
        return form.entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
    }

    /** A text as a form has it. */
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** An address that the provider told. */
    static URI address(String text) throws ProviderException {
        try {
            URI address = new URI(text);
            if (isSafe(address)) {
                return address;
            }
        } catch (URISyntaxException e) {
            // Said below, as for one that is not safe.
        }
        throw new ProviderException("The provider names an address that is not https");
    }

    private static HttpRequest.Builder request(URI address) {
        return HttpRequest.newBuilder(address)
                .timeout(PATIENCE)
                .header("Accept", "application/json");
    }

    private JsonNode send(HttpRequest.Builder builder) throws ProviderException {
        HttpRequest request = builder.build();
        String where = request.uri().getPath();
        try {
            HttpResponse<InputStream> response = client.send(request, BodyHandlers.ofInputStream());
            byte[] body;
            try (InputStream stream = response.body()) {
                body = stream.readNBytes(ANSWER_MAX_BYTES + 1);
            }
            if (body.length > ANSWER_MAX_BYTES) {
                throw new ProviderException(
                        "%s answers more than %,d bytes".formatted(where, ANSWER_MAX_BYTES));
            }
            if (response.statusCode() != 200) {
                throw new ProviderException(
                        "%s answers with status %d%s"
                                .formatted(where, response.statusCode(), error(body)));
            }
            return object(body, where);
        } catch (IOException e) {
            throw new ProviderException(
                    "%s is not answered: %s".formatted(where, e.getClass().getSimpleName()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProviderException(where + " was not waited for", e);
        }
    }

    private static JsonNode object(byte[] body, String where) throws ProviderException {
        try {
            JsonNode answer = Json.mapper().readTree(body);
            if (answer != null && answer.isObject()) {
                return answer;
            }
        } catch (IOException e) {
            // Said below; what the parser says would have parts of the answer.
        }
        throw new ProviderException(where + " answers what is not a JSON object");
    }

    private static String error(byte[] body) {
        try {
            JsonNode answer = Json.mapper().readTree(body);
            String code = answer == null ? "" : answer.path("error").asText("");
            return isCode(code) ? ", " + code : "";
        } catch (IOException e) {
            return "";
        }
    }

    /** Whether a text has the form of an OAuth error's code, and so nothing hostile in it. */
    static boolean isCode(String text) {
        return !text.isEmpty()
                && text.length() <= ERROR_MAX_CHARS
                && text.chars().allMatch(c -> (c >= 'a' && c <= 'z') || c == '_');
    }
}

package io.echelon.controlplane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.echelon.tenants.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.OctetKeyPairJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;

/**
 * An OpenID provider that says whatever a test wants: a code is a JSON object that tells what comes
 * in exchange for it. It checks its client as a real one does.
 */
final class TestProvider implements AutoCloseable {
    static final String CLIENT_ID = "echelon-of-the-tests";
    static final String SECRET = "secret:of%the&tests+1";

    private static final String KEY_ID = "first";
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final HttpServer server;
    private final KeyPair keys;
    private final KeyPair stranger;

    private TestProvider(HttpServer server, KeyPair keys, KeyPair stranger) {
        this.server = server;
        this.keys = keys;
        this.stranger = stranger;
    }

    static TestProvider start() throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
            TestProvider provider =
                    new TestProvider(
                            server, generator.generateKeyPair(), generator.generateKeyPair());
            server.createContext("/.well-known/openid-configuration", provider::describe);
            server.createContext("/jwks", provider::keys);
            server.createContext("/token", provider::exchange);
            server.createContext("/me", TestProvider::tell);
            server.start();
            return provider;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** By which it calls itself. */
    String issuer() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** A code for what a test wants. */
    static String code(Map<String, ?> what) {
        return BASE64.encodeToString(Json.bytes(what));
    }

    private void describe(HttpExchange exchange) throws IOException {
        answer(
                exchange,
                200,
                Json.bytes(
                        Map.of(
                                "issuer",
                                issuer(),
                                "authorization_endpoint",
                                issuer() + "/authorize",
                                "token_endpoint",
                                issuer() + "/token",
                                "userinfo_endpoint",
                                issuer() + "/me",
                                "jwks_uri",
                                issuer() + "/jwks",
                                "code_challenge_methods_supported",
                                List.of("S256"),
                                "id_token_signing_alg_values_supported",
                                List.of("EdDSA", "HS256", "none"),
                                "authorization_response_iss_parameter_supported",
                                true)));
    }

    private void keys(HttpExchange exchange) throws IOException {
        OctetKeyPairJsonWebKey key = new OctetKeyPairJsonWebKey(keys.getPublic());
        key.setKeyId(KEY_ID);
        answer(exchange, 200, new JsonWebKeySet(key).toJson().getBytes(StandardCharsets.UTF_8));
    }

    private void exchange(HttpExchange exchange) throws IOException {
        Map<String, String> form =
                fields(
                        new String(
                                exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        String basic =
                "Basic "
                        + Base64.getEncoder()
                                .encodeToString(
                                        (ProviderHttp.encoded(CLIENT_ID)
                                                        + ":"
                                                        + ProviderHttp.encoded(SECRET))
                                                .getBytes(StandardCharsets.UTF_8));
        JsonNode code =
                Json.mapper()
                        .readTree(Base64.getUrlDecoder().decode(form.getOrDefault("code", "e30")));
        String challenge =
                BASE64.encodeToString(Secrets.digest(form.getOrDefault("code_verifier", "")));
        if (!basic.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            answer(exchange, 401, Json.bytes(Map.of("error", "invalid_client")));
        } else if (!challenge.equals(code.path("challenge").asText())
                || !code.path("redirect").asText().equals(form.get("redirect_uri"))) {
            answer(exchange, 400, Json.bytes(Map.of("error", "invalid_grant")));
        } else {
            answer(
                    exchange,
                    200,
                    Json.bytes(
                            Map.of(
                                    "token_type", "Bearer",
                                    "access_token",
                                            BASE64.encodeToString(
                                                    Json.bytes(code.path("userInfo"))),
                                    "id_token", idToken(code))));
        }
    }

    private static void tell(HttpExchange exchange) throws IOException {
        String bearer = exchange.getRequestHeaders().getFirst("Authorization");
        answer(exchange, 200, Base64.getUrlDecoder().decode(bearer.substring("Bearer ".length())));
    }

    private String idToken(JsonNode code) {
        long now = Instant.now().getEpochSecond();
        ObjectNode claims = Json.mapper().createObjectNode();
        claims.put("iss", issuer()).put("aud", CLIENT_ID).put("iat", now).put("exp", now + 300);
        claims.setAll((ObjectNode) code.path("claims"));
        for (String times : List.of("iat", "exp")) {
            if (code.has(times)) {
                claims.put(times, now + code.path(times).asLong());
            }
        }
        String payload = new String(Json.bytes(claims), StandardCharsets.UTF_8);
        String how = code.path("signed").asText("well");
        try {
            return switch (how) {
                case "none" -> part("{\"alg\":\"none\"}") + "." + part(payload) + ".";
                case "hmac" -> hmac(part("{\"alg\":\"HS256\",\"kid\":\"first\"}"), part(payload));
                case "stranger" -> sign(payload, stranger, KEY_ID);
                case "unknown" -> sign(payload, stranger, "another");
                default -> sign(payload, keys, KEY_ID);
            };
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String sign(String payload, KeyPair keys, String id) throws JoseException {
        JsonWebSignature signature = new JsonWebSignature();
        signature.setAlgorithmHeaderValue("EdDSA");
        signature.setKeyIdHeaderValue(id);
        signature.setPayload(payload);
        signature.setKey(keys.getPrivate());
        return signature.getCompactSerialization();
    }

    private String hmac(String header, String payload) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(keys.getPublic().getEncoded(), "HmacSHA256"));
            String input = header + "." + payload;
            return input
                    + "."
                    + BASE64.encodeToString(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String part(String json) {
        return BASE64.encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    /** The fields of a form or a query. */
    static Map<String, String> fields(String encoded) {
        Map<String, String> fields = new HashMap<>();
        for (String field : encoded.split("&", -1)) {
            int equals = field.indexOf('=');
            fields.put(
                    URLDecoder.decode(field.substring(0, equals), StandardCharsets.UTF_8),
                    URLDecoder.decode(field.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return fields;
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

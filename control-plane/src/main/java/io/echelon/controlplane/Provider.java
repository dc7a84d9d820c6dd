package io.echelon.controlplane;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.MailAddress;
import io.echelon.tenants.ProviderAccount;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jspecify.annotations.Nullable;

/**
 * The outside provider of sign-in that the operator chose, as OpenID Connect has it: discovery, the
 * authorization code flow with PKCE, and who somebody is. Calls block, but for {@link #name}.
 *
 * <p>Failure: {@link ProviderException} when the provider is away or says what it must not.
 *
 * <p>Thread safety: safe for use by several threads.
 */
@Singleton
final class Provider {
    private static final Duration DISCOVERED = Duration.ofHours(1);
    private static final String BASIC = "client_secret_basic";
    private static final String POST = "client_secret_post";
    private static final String CHALLENGE = "S256";

    /** What the browser is sent to the provider with. */
    record Request(URI redirect, String state, String nonce, String challenge) {}

    /**
     * What the browser came back with.
     *
     * @param nonce that the request had
     * @param verifier whose digest the request's challenge was
     */
    record Answer(String code, URI redirect, String nonce, String verifier) {
        @Override
        public String toString() {
            return "Answer";
        }
    }

    /**
     * Somebody whom the provider knows.
     *
     * @param mail that the provider has verified; null is none
     */
    record Person(ProviderAccount account, @Nullable MailAddress mail) {}

    /** Where the provider has what. */
    private record Endpoints(
            URI authorization,
            URI token,
            @Nullable URI userInfo,
            IdTokens idTokens,
            List<String> authentication,
            boolean tellsIssuer,
            Instant until) {}

    private final Settings settings;
    private final InstantSource clock;
    private final ProviderHttp http;
    private final ReentrantLock discovering = new ReentrantLock();
    private volatile @Nullable Endpoints known;

    Provider(Settings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        this.http = new ProviderHttp(settings.oidcCa().orElse(null));
    }

    /** What the provider is called; empty when the operator chose none. */
    Optional<String> name() {
        return settings.oidcIssuer().map(issuer -> settings.oidcName().orElse(issuer.getHost()));
    }

    /** Where to send a browser. */
    URI authorization(Request request) throws ProviderException {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("response_type", "code");
        query.put("client_id", clientId());
        query.put("redirect_uri", request.redirect().toString());
        query.put("scope", "openid email");
        query.put("state", request.state());
        query.put("nonce", request.nonce());
        query.put("code_challenge", request.challenge());
        query.put("code_challenge_method", CHALLENGE);
        URI endpoint = endpoints().authorization();
        return ProviderHttp.address(
                endpoint
                        + (endpoint.getRawQuery() == null ? "?" : "&")
                        + ProviderHttp.encoded(query));
    }

    /**
     * Whether an answer may be the provider's, by the issuer that it names (RFC 9207).
     *
     * @param named null when it names none
     */
    boolean mayBeFrom(@Nullable String named) throws ProviderException {
        return named == null ? !endpoints().tellsIssuer() : named.equals(issuer());
    }

    /** Who a browser's user is. */
    Person person(Answer answer) throws ProviderException {
        Endpoints endpoints = endpoints();
        JsonNode tokens = exchange(endpoints, answer);
        JwtClaims claims = endpoints.idTokens().claims(text(tokens, "id_token"), answer.nonce());
        try {
            String subject = claims.getSubject();
            ProviderAccount account = new ProviderAccount(issuer(), subject);
            Object mail = claims.getClaimValue("email");
            if (mail != null) {
                return new Person(account, verified(mail, claims.getClaimValue("email_verified")));
            }
            return new Person(account, byUserInfo(endpoints, tokens, subject));
        } catch (MalformedClaimException | EchelonException e) {
            throw new ProviderException("The ID token's subject is of no use", e);
        }
    }

    private JsonNode exchange(Endpoints endpoints, Answer answer) throws ProviderException {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "authorization_code");
        form.put("code", answer.code());
        form.put("redirect_uri", answer.redirect().toString());
        form.put("code_verifier", answer.verifier());
        String secret = secret();
        String authorization = null;
        if (secret != null && endpoints.authentication().contains(BASIC)) {
            String both = ProviderHttp.encoded(clientId()) + ":" + ProviderHttp.encoded(secret);
            authorization =
                    "Basic "
                            + Base64.getEncoder()
                                    .encodeToString(both.getBytes(StandardCharsets.UTF_8));
        } else {
            form.put("client_id", clientId());
            if (secret != null) {
                form.put("client_secret", secret);
            }
        }
        return http.post(endpoints.token(), form, authorization);
    }

    /** The address that the provider tells only whoever asks for it. */
    private @Nullable MailAddress byUserInfo(Endpoints endpoints, JsonNode tokens, String subject)
            throws ProviderException {
        URI userInfo = endpoints.userInfo();
        if (userInfo == null) {
            return null;
        }
        JsonNode said = http.get(userInfo, text(tokens, "access_token"));
        if (!text(said, "sub").equals(subject)) {
            throw new ProviderException("The user info is of somebody else than the ID token");
        }
        JsonNode isVerified = said.path("email_verified");
        return said.path("email").isTextual()
                ? verified(
                        said.path("email").asText(),
                        isVerified.isBoolean() ? isVerified.asBoolean() : isVerified.asText())
                : null;
    }

    private static @Nullable MailAddress verified(Object mail, @Nullable Object isVerified) {
        // Some providers write the claim as text.
        if (!Boolean.TRUE.equals(isVerified) && !"true".equals(isVerified)) {
            return null;
        }
        try {
            return mail instanceof String text ? MailAddress.of(text) : null;
        } catch (EchelonException e) {
            return null;
        }
    }

    private Endpoints endpoints() throws ProviderException {
        Endpoints now = known;
        if (now != null && clock.instant().isBefore(now.until())) {
            return now;
        }
        discovering.lock();
        try {
            now = known;
            if (now == null || !clock.instant().isBefore(now.until())) {
                now = discover();
                known = now;
            }
            return now;
        } finally {
            discovering.unlock();
        }
    }

    private Endpoints discover() throws ProviderException {
        String issuer = issuer();
        String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        JsonNode document =
                http.get(ProviderHttp.address(base + "/.well-known/openid-configuration"), null);
        if (!text(document, "issuer").equals(issuer)) {
            throw new ProviderException(
                    "The provider calls itself another issuer than ECHELON_OIDC_ISSUER says");
        }
        List<String> challenges = texts(document, "code_challenge_methods_supported");
        if (!challenges.isEmpty() && !challenges.contains(CHALLENGE)) {
            throw new ProviderException("The provider does not know PKCE with S256");
        }
        List<String> authentication = texts(document, "token_endpoint_auth_methods_supported");
        String userInfo = document.path("userinfo_endpoint").asText("");
        return new Endpoints(
                ProviderHttp.address(text(document, "authorization_endpoint")),
                ProviderHttp.address(text(document, "token_endpoint")),
                userInfo.isEmpty() ? null : ProviderHttp.address(userInfo),
                new IdTokens(
                        http,
                        ProviderHttp.address(text(document, "jwks_uri")),
                        issuer,
                        clientId(),
                        texts(document, "id_token_signing_alg_values_supported"),
                        clock),
                authentication.isEmpty() || !authentication.contains(POST)
                        ? List.of(BASIC)
                        : authentication,
                document.path("authorization_response_iss_parameter_supported").asBoolean(false),
                clock.instant().plus(DISCOVERED));
    }

    private String issuer() {
        return settings.oidcIssuer().orElseThrow().toString();
    }

    private String clientId() {
        return settings.oidcClientId().orElseThrow();
    }

    private @Nullable String secret() {
        if (settings.oidcClientSecret().isPresent()) {
            return settings.oidcClientSecret().get();
        }
        if (settings.oidcClientSecretFile().isEmpty()) {
            return null;
        }
        try {
            return Secrets.read(settings.oidcClientSecretFile().get());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(JsonNode object, String name) throws ProviderException {
        JsonNode value = object.path(name);
        if (!value.isTextual() || value.asText().isEmpty()) {
            throw new ProviderException("The provider's answer has no " + name);
        }
        return value.asText();
    }

    private static List<String> texts(JsonNode object, String name) {
        List<String> texts = new ArrayList<>();
        object.path(name).forEach(value -> texts.add(value.asText()));
        return texts;
    }
}

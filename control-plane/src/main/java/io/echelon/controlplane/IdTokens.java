package io.echelon.controlplane;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.Json;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.jose4j.lang.JoseException;
import org.jose4j.lang.UnresolvableKeyException;
import org.jspecify.annotations.Nullable;

/**
 * Checks the provider's ID tokens: by its published keys, with signatures of public keys alone, for
 * this platform, for the request that was made, now. A key that is not known has the keys read
 * anew, once in {@link #AGAIN}. Calls block.
 *
 * <p>Thread safety: safe for use by several threads.
 */
final class IdTokens {
    /** How far the provider's clock may be from this one. */
    static final Duration LEEWAY = Duration.ofSeconds(60);

    /** How old an ID token may be: it was asked for a moment ago. */
    static final Duration OLDEST = Duration.ofMinutes(10);

    static final Duration AGAIN = Duration.ofSeconds(30);

    private static final int CHARS_MAX = 32 * 1024;
    private static final List<String> ALGORITHMS =
            List.of(
                    AlgorithmIdentifiers.RSA_USING_SHA256,
                    AlgorithmIdentifiers.RSA_USING_SHA384,
                    AlgorithmIdentifiers.RSA_USING_SHA512,
                    AlgorithmIdentifiers.RSA_PSS_USING_SHA256,
                    AlgorithmIdentifiers.RSA_PSS_USING_SHA384,
                    AlgorithmIdentifiers.RSA_PSS_USING_SHA512,
                    AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256,
                    AlgorithmIdentifiers.ECDSA_USING_P384_CURVE_AND_SHA384,
                    AlgorithmIdentifiers.ECDSA_USING_P521_CURVE_AND_SHA512,
                    AlgorithmIdentifiers.EDDSA);

    private record Keys(List<JsonWebKey> all, Instant readAt) {}

    private final ProviderHttp http;
    private final URI address;
    private final String issuer;
    private final String clientId;
    private final String[] algorithms;
    private final InstantSource clock;
    private final ReentrantLock reading = new ReentrantLock();
    private volatile @Nullable Keys known;

    /**
     * @param address of the provider's keys
     * @param offered algorithms by which the provider may sign; empty is RS256
     */
    IdTokens(
            ProviderHttp http,
            URI address,
            String issuer,
            String clientId,
            List<String> offered,
            InstantSource clock)
            throws ProviderException {
        this.http = http;
        this.address = address;
        this.issuer = issuer;
        this.clientId = clientId;
        this.clock = clock;
        List<String> usable =
                offered.isEmpty() ? ALGORITHMS.subList(0, 1) : new ArrayList<>(ALGORITHMS);
        if (!offered.isEmpty()) {
            usable.retainAll(offered);
        }
        if (usable.isEmpty()) {
            throw new ProviderException(
                    "The provider signs ID tokens by no algorithm with public keys");
        }
        this.algorithms = usable.toArray(String[]::new);
    }

    /**
     * What an ID token says.
     *
     * @param nonce that it was asked for with
     */
    JwtClaims claims(String token, String nonce) throws ProviderException {
        if (token.length() > CHARS_MAX) {
            throw new ProviderException("The ID token is too long");
        }
        JwtClaims claims;
        try {
            claims = check(token, keys());
        } catch (InvalidJwtException e) {
            Keys anew = e.getCause() instanceof UnresolvableKeyException ? keysAnew() : null;
            if (anew == null) {
                throw refused(e);
            }
            try {
                claims = check(token, anew);
            } catch (InvalidJwtException again) {
                throw refused(again);
            }
        }
        require(claims, nonce);
        return claims;
    }

    private JwtClaims check(String token, Keys keys) throws InvalidJwtException {
        return new JwtConsumerBuilder()
                .setJwsAlgorithmConstraints(
                        new AlgorithmConstraints(ConstraintType.PERMIT, algorithms))
                .setVerificationKeyResolver(new JwksVerificationKeyResolver(keys.all()))
                .setExpectedIssuer(true, issuer)
                .setExpectedAudience(true, clientId)
                .setRequireSubject()
                .setRequireExpirationTime()
                .setRequireIssuedAt()
                .setIssuedAtRestrictions(
                        (int) LEEWAY.toSeconds(), (int) OLDEST.plus(LEEWAY).toSeconds())
                .setAllowedClockSkewInSeconds((int) LEEWAY.toSeconds())
                .setEvaluationTime(NumericDate.fromSeconds(clock.instant().getEpochSecond()))
                .build()
                .processToClaims(token);
    }

    private void require(JwtClaims claims, String nonce) throws ProviderException {
        try {
            String said = claims.getStringClaimValue("nonce");
            if (said == null
                    || !MessageDigest.isEqual(
                            said.getBytes(StandardCharsets.UTF_8),
                            nonce.getBytes(StandardCharsets.UTF_8))) {
                throw new ProviderException("The ID token is for another request");
            }
            String party = claims.getStringClaimValue("azp");
            boolean isOthersToo = claims.getAudience().size() > 1;
            if (party == null ? isOthersToo : !party.equals(clientId)) {
                throw new ProviderException("The ID token was made for another party");
            }
        } catch (MalformedClaimException e) {
            throw new ProviderException("The ID token has a claim of another type", e);
        }
    }

    private Keys keys() throws ProviderException {
        Keys now = known;
        if (now != null) {
            return now;
        }
        return read(null);
    }

    /** The keys read anew; null when that was done a moment ago. */
    private @Nullable Keys keysAnew() throws ProviderException {
        Keys old = known;
        return old != null && clock.instant().isBefore(old.readAt().plus(AGAIN)) ? null : read(old);
    }

    private Keys read(@Nullable Keys old) throws ProviderException {
        reading.lock();
        try {
            Keys now = known;
            if (now != null && (old == null || now.readAt().isAfter(old.readAt()))) {
                return now;
            }
            Keys read = new Keys(parse(http.get(address, null)), clock.instant());
            known = read;
            return read;
        } finally {
            reading.unlock();
        }
    }

    /** The keys that are of use here; a provider may have others besides. */
    private static List<JsonWebKey> parse(JsonNode document) {
        List<JsonWebKey> keys = new ArrayList<>();
        for (JsonNode key : document.path("keys")) {
            try {
                JsonWebKey parsed =
                        JsonWebKey.Factory.newJwk(
                                new String(Json.bytes(key), StandardCharsets.UTF_8));
                if (!"oct".equals(parsed.getKeyType())) {
                    keys.add(parsed);
                }
            } catch (JoseException e) {
                // One of a kind that is not known here; the others may do.
            }
        }
        return keys;
    }

    private static ProviderException refused(InvalidJwtException refusal) {
        int code =
                refusal.getErrorDetails().isEmpty()
                        ? ErrorCodes.MISCELLANEOUS
                        : refusal.getErrorDetails().getFirst().getErrorCode();
        String why =
                switch (code) {
                    case ErrorCodes.EXPIRED -> "it has expired; are the clocks right?";
                    case ErrorCodes.ISSUED_AT_INVALID_FUTURE, ErrorCodes.ISSUED_AT_INVALID_PAST ->
                            "it was made at another time; are the clocks right?";
                    case ErrorCodes.ISSUER_INVALID, ErrorCodes.ISSUER_MISSING ->
                            "another issuer made it";
                    case ErrorCodes.AUDIENCE_INVALID, ErrorCodes.AUDIENCE_MISSING ->
                            "it is for another client";
                    case ErrorCodes.SIGNATURE_INVALID, ErrorCodes.SIGNATURE_MISSING ->
                            "its signature is wrong";
                    default -> "it is not what was asked for (%d)".formatted(code);
                };
        return new ProviderException("The ID token is refused: " + why);
    }
}

package io.echelon.controlplane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import io.echelon.tenants.AppName;
import io.echelon.tenants.BearerToken;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Json;
import io.echelon.tenants.Limits;
import io.echelon.tenants.Right;
import io.echelon.tenants.TenantName;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * Short-lived tokens: JSON Web Tokens signed with Ed25519, minted from something that opens the API
 * itself (an access token, a session, the owner token), which they name. At each request the bearer
 * is who that is at the time, and may do what both allow; so a token dies with what it was minted
 * from. Its claims only ever take away.
 *
 * <p>Thread safety: safe for use by several threads.
 */
@Singleton
final class SignedTokens {
    static final String TYPE = "at+jwt";
    static final String AUDIENCE = "echelon-api";

    /** Claims beyond those of RFC 9068. */
    static final String SOURCE_KIND = "src";

    static final String SOURCE_ID = "src_id";
    static final String TENANT = "tenant";
    static final String APP = "app";
    static final String SCOPE = "scope";

    /** Rights that let something live longer than the token by which it was made. */
    private static final Set<Right> LASTING =
            Set.of(Right.TOKENS_WRITE, Right.MEMBERS_WRITE, Right.KV_TOKENS, Right.TENANT_OWN);

    private static final int CHARS_MAX = 4_096;
    private static final Pattern FORM =
            Pattern.compile("([A-Za-z0-9_-]+)\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");

    /**
     * What a token says that was signed here and has not expired.
     *
     * @param tenant the only one that its source saw; null is all
     * @param app the only one that it sees; null is all that its source sees
     */
    record Claims(
            Credential source,
            @Nullable TenantName tenant,
            @Nullable AppName app,
            Set<Right> scope,
            Instant expiresAt) {}

    /** What came of checking a token. */
    sealed interface Checked {
        /** It was signed here, and holds. */
        record Good(Claims claims) implements Checked {}

        /** It held until then. */
        record Expired(Instant at) implements Checked {}

        /** It was not signed here, or not for this. */
        record Bad() implements Checked {}
    }

    private final SigningKeys keys;
    private final InstantSource clock;
    private final String issuer;

    SignedTokens(SigningKeys keys, InstantSource clock, Settings settings) {
        this.keys = keys;
        this.clock = clock;
        this.issuer = issuer(settings.baseDomain());
    }

    static String issuer(String baseDomain) {
        return "urn:echelon:" + baseDomain;
    }

    /**
     * Mints a token; blocks.
     *
     * @param source by which the caller was recognized; null is refused
     */
    IdentityViews.SignedToken mint(
            IdentityViews.SignedTokenRequest request, Caller caller, @Nullable Credential source) {
        if (source == null) {
            throw new EchelonException(
                    ErrorCode.PERMISSION_DENIED,
                    "A short-lived token makes no other one; ask with the token or the session that it came from");
        }
        int seconds =
                request.expiresInSeconds() == null
                        ? Limits.SIGNED_TOKEN_SECONDS_DEFAULT
                        : request.expiresInSeconds();
        if (seconds < Limits.SIGNED_TOKEN_SECONDS_MIN
                || seconds > Limits.SIGNED_TOKEN_SECONDS_MAX) {
            throw refuse(
                    "expiresInSeconds is %,d; it must be from %d to %,d"
                            .formatted(
                                    seconds,
                                    Limits.SIGNED_TOKEN_SECONDS_MIN,
                                    Limits.SIGNED_TOKEN_SECONDS_MAX));
        }
        Set<Right> scope = scope(request.rights(), caller);
        AppName app = app(request.app(), caller);
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Instant expiresAt = now.plus(Duration.ofSeconds(seconds));
        SigningKeys.Current key = keys.current();
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(issuer);
        claims.setAudience(AUDIENCE);
        claims.setSubject(caller.actor());
        claims.setJwtId(UUID.randomUUID().toString());
        claims.setIssuedAt(date(now));
        claims.setNotBefore(date(now));
        claims.setExpirationTime(date(expiresAt));
        claims.setStringClaim(SOURCE_KIND, source.kind().name());
        claims.setStringClaim(SOURCE_ID, source.id());
        claims.setStringClaim(
                SCOPE, scope.stream().map(Right::wireName).collect(Collectors.joining(" ")));
        TenantName tenant = caller.onlyTenant();
        if (tenant != null) {
            claims.setStringClaim(TENANT, tenant.value());
        }
        if (app != null) {
            claims.setStringClaim(APP, app.value());
        }
        return new IdentityViews.SignedToken(
                sign(claims, key),
                "Bearer",
                expiresAt,
                seconds,
                scope.stream().sorted().toList(),
                app == null ? null : app.value());
    }

    private static Set<Right> scope(@Nullable List<String> names, Caller caller) {
        Set<Right> scope = EnumSet.of(Right.PLATFORM_READ);
        if (names == null) {
            scope.addAll(caller.rights());
            scope.removeAll(LASTING);
            return scope;
        }
        for (String name : names) {
            Right right = Right.of(name);
            if (LASTING.contains(right)) {
                throw refuse(
                        "No short-lived token has %s: what is made with it would outlive the token"
                                .formatted(right.wireName()));
            }
            scope.add(right);
        }
        AccessTokenService.requireAll(caller, scope, "The token asked for");
        return scope;
    }

    private static @Nullable AppName app(@Nullable String name, Caller caller) {
        AppName only = caller.onlyApp();
        if (name == null) {
            return only;
        }
        AppName app = new AppName(name);
        if (caller.onlyTenant() == null) {
            throw refuse("The operator's tokens are for all tenants; leave app out");
        }
        if (only != null && !only.equals(app)) {
            throw refuse("Your token is for app \"%s\" only; leave app out".formatted(only));
        }
        return app;
    }

    private static String sign(JwtClaims claims, SigningKeys.Current key) {
        JsonWebSignature signature = new JsonWebSignature();
        signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.EDDSA);
        signature.setHeader("typ", TYPE);
        signature.setKeyIdHeaderValue(key.id());
        signature.setPayload(claims.toJson());
        signature.setKey(key.key());
        try {
            return signature.getCompactSerialization();
        } catch (JoseException e) {
            throw new EchelonException(ErrorCode.INTERNAL, "The token could not be signed", e);
        }
    }

    /** Checks a token; does not block. */
    CompletableFuture<Checked> check(String token) {
        Optional<String> id = keyId(token);
        if (id.isEmpty()) {
            return CompletableFuture.completedFuture(new Checked.Bad());
        }
        return keys.find(id.get())
                .thenApply(key -> key.isEmpty() ? new Checked.Bad() : checkWith(key.get(), token));
    }

    /**
     * The id of the key that a token names, when its header is one that is made here. The algorithm
     * is decided here and not by the header; one that names another is not looked at further.
     */
    private static Optional<String> keyId(String token) {
        var form = FORM.matcher(token);
        if (token.length() > CHARS_MAX || !form.matches()) {
            return Optional.empty();
        }
        try {
            JsonNode header = Json.mapper().readTree(Base64.getUrlDecoder().decode(form.group(1)));
            JsonNode id = header.path("kid");
            return header.path("alg").asText().equals(AlgorithmIdentifiers.EDDSA)
                            && id.getNodeType() == JsonNodeType.STRING
                            && BearerToken.isId(id.asText())
                    ? Optional.of(id.asText())
                    : Optional.empty();
        } catch (IOException | IllegalArgumentException notOfOurs) {
            return Optional.empty();
        }
    }

    private Checked checkWith(PublicKey key, String token) {
        JwtConsumer consumer =
                new JwtConsumerBuilder()
                        .setJwsAlgorithmConstraints(
                                new AlgorithmConstraints(
                                        ConstraintType.PERMIT, AlgorithmIdentifiers.EDDSA))
                        .setVerificationKey(key)
                        .setExpectedType(true, TYPE)
                        .setExpectedIssuer(true, issuer)
                        .setExpectedAudience(true, AUDIENCE)
                        .setRequireSubject()
                        .setRequireJwtId()
                        .setRequireIssuedAt()
                        .setRequireNotBefore()
                        .setRequireExpirationTime()
                        .setAllowedClockSkewInSeconds((int) SigningKeys.LEEWAY.toSeconds())
                        .setEvaluationTime(date(clock.instant()))
                        .build();
        try {
            return new Checked.Good(claims(consumer.processToClaims(token)));
        } catch (InvalidJwtException e) {
            return expired(e);
        } catch (MalformedClaimException | EchelonException | IllegalArgumentException e) {
            return new Checked.Bad();
        }
    }

    /** A token that only time is against; claims are looked at after the signature held. */
    private static Checked expired(InvalidJwtException refusal) {
        try {
            return refusal.getErrorDetails().size() == 1 && refusal.hasErrorCode(ErrorCodes.EXPIRED)
                    ? new Checked.Expired(
                            Instant.ofEpochSecond(
                                    refusal.getJwtContext()
                                            .getJwtClaims()
                                            .getExpirationTime()
                                            .getValue()))
                    : new Checked.Bad();
        } catch (MalformedClaimException e) {
            return new Checked.Bad();
        }
    }

    private static Claims claims(JwtClaims claims) throws MalformedClaimException {
        String tenant = claims.getStringClaimValue(TENANT);
        String app = claims.getStringClaimValue(APP);
        String kind = claims.getStringClaimValue(SOURCE_KIND);
        String id = claims.getStringClaimValue(SOURCE_ID);
        String scope = claims.getStringClaimValue(SCOPE);
        if (kind == null || id == null || scope == null) {
            throw new MalformedClaimException("A claim is missing");
        }
        Set<Right> rights = EnumSet.noneOf(Right.class);
        Arrays.stream(scope.split(" ", -1)).map(Right::of).forEach(rights::add);
        rights.removeAll(LASTING);
        return new Claims(
                new Credential(Credential.Kind.valueOf(kind), id),
                tenant == null ? null : new TenantName(tenant),
                app == null ? null : new AppName(app),
                rights,
                Instant.ofEpochSecond(claims.getExpirationTime().getValue()));
    }

    private static NumericDate date(Instant time) {
        return NumericDate.fromSeconds(time.getEpochSecond());
    }

    private static EchelonException refuse(String message) {
        return new EchelonException(ErrorCode.INVALID_ARGUMENT, message);
    }
}

package io.echelon.controlplane;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import io.echelon.tenants.BearerToken;
import io.echelon.tenants.Json;
import io.echelon.tenants.SigningKeyRecord;
import io.echelon.tenants.SystemRows;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.OctetKeyPairJsonWebKey;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Short-lived tokens: what they open, what they do not, and every way to forge one. */
@QuarkusTest
class SignedTokenTest extends ControlPlaneTest {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    @Inject SigningKeys keys;
    @Inject OwnerToken owner;

    private String tenant;

    @BeforeEach
    void makeTenant() {
        tenant = "s-" + app.substring(4);
        Tokens.tenant(tenant);
    }

    @Test
    void opensTheApiAsWhoGotItWithoutWhatOutlivesIt() {
        String ada = Tokens.member(tenant, "ada", "admin");
        String token = mint(ada, "{}");

        shown(token)
                .get("/api/v1/whoami")
                .then()
                .statusCode(200)
                .body("kind", equalTo("member"))
                .body("name", equalTo("ada"))
                .body("tenant", equalTo(tenant))
                .body("rights", hasItem("apps:deploy"))
                .body("rights", not(hasItem("tokens:write")));
        Tokens.create(shown(token), tenant, "{\"label\":\"x\",\"rights\":[\"apps:read\"]}")
                .statusCode(403);
        Tokens.add(shown(token), tenant, "eve", "viewer").statusCode(403);
        minting(token, "{}").statusCode(403).body("error.message", containsString("no other one"));
        shown(token).get("/q/metrics").then().statusCode(403);
        shown(mint(PlatformFolder.TOKEN, "{}")).get("/api/v1/nodes").then().statusCode(200);
    }

    @Test
    void mayDoLessWhenAskedAndNeverMore() {
        String ada = Tokens.member(tenant, "ada", "developer");
        String token = mint(ada, "{\"rights\":[\"apps:read\"],\"app\":\"shop\"}");

        shown(token).get("/api/v1/tenants/%s/apps/shop".formatted(tenant)).then().statusCode(404);
        shown(token)
                .delete("/api/v1/tenants/%s/apps/shop".formatted(tenant))
                .then()
                .statusCode(403);
        shown(token)
                .get("/api/v1/tenants/%s/apps/other".formatted(tenant))
                .then()
                .statusCode(404)
                .body("error.message", containsString("\"shop\""));
        shown(token).get("/api/v1/tenants/default/apps").then().statusCode(404);
        minting(ada, "{\"rights\":[\"apps:delete\"]}").statusCode(403);
        minting(ada, "{\"rights\":[\"tokens:write\"]}").statusCode(400);
        minting(ada, "{\"rights\":[\"no:such\"]}").statusCode(400);
        minting(ada, "{\"expiresInSeconds\":59}").statusCode(400);
        minting(ada, "{\"expiresInSeconds\":3601}")
                .statusCode(400)
                .body("error.message", containsString("3,600"));
        minting(PlatformFolder.TOKEN, "{\"app\":\"shop\"}").statusCode(400);
        minting(ada, "{\"tenant\":\"default\"}").statusCode(400);
    }

    @Test
    void hasAtEachRequestTheRightsThatTheRowSaysThen() {
        String ada = Tokens.member(tenant, "ada", "developer");
        String token = mint(ada, "{}");
        String databases = "/api/v1/tenants/%s/databases".formatted(tenant);
        shown(token).get(databases).then().statusCode(200);

        json("{\"role\":\"viewer\"}")
                .put("/api/v1/tenants/%s/members/ada".formatted(tenant))
                .then()
                .statusCode(204);
        shown(token).get(databases).then().statusCode(403);

        json("{\"role\":\"owner\"}")
                .put("/api/v1/tenants/%s/members/ada".formatted(tenant))
                .then()
                .statusCode(204);
        shown(token).get("/api/v1/tenants/%s/audit".formatted(tenant)).then().statusCode(403);
    }

    @Test
    void endsWithTheTokenThatItCameFrom() {
        String service =
                Tokens.create(api(), tenant, "{\"label\":\"ci\",\"rights\":[\"apps:read\"]}")
                        .extract()
                        .path("token");
        String ofService = mint(service, "{}");
        String ofMember = mint(Tokens.member(tenant, "ada", "viewer"), "{}");
        opens(ofService);
        opens(ofMember);

        String id = BearerToken.parse(BearerToken.Kind.ACCESS, service).orElseThrow().id();
        api().delete("/api/v1/tenants/%s/tokens/%s".formatted(tenant, id)).then().statusCode(204);
        api().delete("/api/v1/tenants/%s/members/ada".formatted(tenant)).then().statusCode(204);

        refused(ofService);
        refused(ofMember);
    }

    @Test
    void endsWhenItsSessionSignsOut() {
        String session =
                console()
                        .formParam("token", PlatformFolder.TOKEN)
                        .post("/sign-in")
                        .then()
                        .statusCode(303)
                        .extract()
                        .cookie(PageRequests.COOKIE);
        String token =
                console()
                        .cookie(PageRequests.COOKIE, session)
                        .contentType("application/json")
                        .body("{}")
                        .post("/api/v1/token")
                        .then()
                        .statusCode(201)
                        .extract()
                        .path("accessToken");
        opens(token);

        console().cookie(PageRequests.COOKIE, session).post("/sign-out").then().statusCode(303);

        refused(token);
    }

    @Test
    void opensNoSession() {
        String token = mint(PlatformFolder.TOKEN, "{}");
        console()
                .formParam("token", token)
                .post("/sign-in")
                .then()
                .statusCode(401)
                .body(containsString("opens no session"));
        given().cookie(PageRequests.COOKIE, token)
                .header("x-echelon-console", "1")
                .get("/api/v1/whoami")
                .then()
                .statusCode(401);
    }

    @Test
    void refusesEveryForgery() throws Exception {
        String good = mint(PlatformFolder.TOKEN, "{}");
        opens(good);
        String[] parts = good.split("\\.", -1);
        SigningKeys.Current key = keys.current();
        SigningKeyRecord record =
                keys.records().stream()
                        .filter(one -> one.id().equals(key.id()))
                        .findFirst()
                        .orElseThrow();
        KeyPair stranger = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        String noneHeader = header(Map.of("alg", "none", "typ", "at+jwt", "kid", key.id()));
        String hmacHeader = header(Map.of("alg", "HS256", "typ", "at+jwt", "kid", key.id()));
        Map<String, String> forged = new LinkedHashMap<>();
        forged.put("another signature", parts[0] + "." + parts[1] + "." + flipped(parts[2]));
        forged.put("another claim", parts[0] + "." + flipped(parts[1]) + "." + parts[2]);
        forged.put("no signature", parts[0] + "." + parts[1] + ".");
        forged.put("two parts", parts[0] + "." + parts[1]);
        forged.put("alg none", noneHeader + "." + parts[1] + ".");
        forged.put("alg none with a signature", noneHeader + "." + parts[1] + "." + parts[2]);
        forged.put(
                "alg None",
                header(Map.of("alg", "None", "typ", "at+jwt", "kid", key.id()))
                        + "."
                        + parts[1]
                        + "."
                        + parts[2]);
        for (byte[] publicKey :
                List.of(
                        record.publicKey(),
                        SigningKeys.publicKey(record).getEncoded(),
                        BASE64.encode(record.publicKey()))) {
            forged.put(
                    "HS256 with the public key of " + publicKey.length,
                    hmac(hmacHeader + "." + parts[1], publicKey));
        }
        forged.put("a stranger's key", sign(claims(), stranger.getPrivate(), key.id(), _ -> {}));
        forged.put("an id of no key", sign(claims(), key.key(), "0".repeat(16), _ -> {}));
        forged.put("an id of a path", sign(claims(), key.key(), "../../x", _ -> {}));
        forged.put(
                "a key within the header",
                sign(
                        claims(),
                        stranger.getPrivate(),
                        "f".repeat(16),
                        signature -> signature.setJwkHeader(jwk(stranger))));
        forged.put(
                "an unknown critical header",
                sign(
                        claims(),
                        key.key(),
                        key.id(),
                        signature -> {
                            signature.setHeader("crit", List.of("x-mine"));
                            signature.setHeader("x-mine", "1");
                        }));
        forged.put(
                "another type",
                sign(claims(), key.key(), key.id(), one -> one.setHeader("typ", "JWT")));
        forged.put("another issuer", changed(one -> one.setIssuer("urn:echelon:other")));
        forged.put("another audience", changed(one -> one.setAudience("someone-else")));
        forged.put("no audience", changed(one -> one.unsetClaim("aud")));
        forged.put("no expiry", changed(one -> one.unsetClaim("exp")));
        forged.put("no id", changed(one -> one.unsetClaim("jti")));
        forged.put("not yet", changed(one -> one.setNotBefore(in(60))));
        forged.put(
                "a source of no kind",
                changed(one -> one.setStringClaim(SignedTokens.SOURCE_KIND, "KING")));
        forged.put("no source", changed(one -> one.unsetClaim(SignedTokens.SOURCE_KIND)));
        forged.put(
                "an owner that is no more",
                changed(one -> one.setStringClaim(SignedTokens.SOURCE_ID, "0".repeat(64))));
        forged.put(
                "a session that is none",
                changed(
                        one -> {
                            one.setStringClaim(SignedTokens.SOURCE_KIND, "SESSION");
                            one.setStringClaim(SignedTokens.SOURCE_ID, "0".repeat(64));
                        }));
        forged.put(
                "another tenant", changed(one -> one.setStringClaim(SignedTokens.TENANT, tenant)));
        forged.put(
                "a right that is none",
                changed(one -> one.setStringClaim(SignedTokens.SCOPE, "platform:read all")));
        forged.put("too long", changed(one -> one.setStringClaim("x", "x".repeat(4_096))));

        opens(changed(_ -> {}));
        forged.forEach((how, token) -> refused(how, token));
    }

    @Test
    void saysWhenItExpired() throws Exception {
        String expired =
                changed(
                        one -> {
                            one.setIssuedAt(in(-700));
                            one.setNotBefore(in(-700));
                            one.setExpirationTime(in(-60));
                        });
        elsewhere(expired)
                .get("/api/v1/whoami")
                .then()
                .statusCode(401)
                .body("error.message", containsString("expired at"));
        opens(
                changed(
                        one -> {
                            one.setIssuedAt(in(-600));
                            one.setNotBefore(in(-600));
                            one.setExpirationTime(in(-2));
                        }));
    }

    @Test
    void aClaimGivesNoRightThatItsMakerHasNot() throws Exception {
        String ada = Tokens.member(tenant, "ada", "viewer");
        String id = BearerToken.parse(BearerToken.Kind.ACCESS, ada).orElseThrow().id();
        String token =
                changed(
                        one -> {
                            one.setStringClaim(SignedTokens.SOURCE_KIND, "TOKEN");
                            one.setStringClaim(SignedTokens.SOURCE_ID, id);
                            one.setStringClaim(SignedTokens.TENANT, tenant);
                            one.setStringClaim(
                                    SignedTokens.SCOPE,
                                    "platform:read platform:operate kv:read tokens:write");
                        });
        opens(token);
        shown(token).get("/api/v1/nodes").then().statusCode(403);
        shown(token).get("/api/v1/tenants/%s/databases".formatted(tenant)).then().statusCode(403);
        shown(token).get("/api/v1/tenants/%s/tokens".formatted(tenant)).then().statusCode(403);
    }

    @Test
    void publishesTheKeysThatOthersCheckWith() throws Exception {
        String token = mint(PlatformFolder.TOKEN, "{}");
        String jwks =
                given().get("/.well-known/jwks.json")
                        .then()
                        .statusCode(200)
                        .contentType("application/json")
                        .header("cache-control", equalTo("public, max-age=300"))
                        .body("keys[0].kty", equalTo("OKP"))
                        .body("keys[0].crv", equalTo("Ed25519"))
                        .body("keys[0].alg", equalTo("EdDSA"))
                        .body("keys[0].d", equalTo(null))
                        .extract()
                        .asString();
        JwtClaims claims =
                new JwtConsumerBuilder()
                        .setVerificationKeyResolver(
                                new JwksVerificationKeyResolver(
                                        new JsonWebKeySet(jwks).getJsonWebKeys()))
                        .setExpectedAudience(SignedTokens.AUDIENCE)
                        .build()
                        .processToClaims(token);
        assertThat(claims.getSubject()).isEqualTo("operator");
    }

    @Test
    void aKeyThatSignsNoMoreStillChecksAndOneThatIsRemovedDoesNot() {
        String before = mint(PlatformFolder.TOKEN, "{}");
        String old = keys.current().id();
        String next =
                api().post("/api/v1/signing-keys/rotation")
                        .then()
                        .statusCode(201)
                        .extract()
                        .path("id");
        assertThat(next).isNotEqualTo(old);
        assertThat(keys.current().id()).isEqualTo(next);
        api().get("/api/v1/signing-keys?limit=1000")
                .then()
                .body("keys.id", hasItem(old))
                .body("keys.id", hasItem(next))
                .body("keys[0].sealedKey", equalTo(null));
        opens(before);
        opens(mint(PlatformFolder.TOKEN, "{}"));

        api().delete("/api/v1/signing-keys/" + old).then().statusCode(204);
        api().delete("/api/v1/signing-keys/" + old).then().statusCode(404);
        refused(before);
    }

    @Test
    void keepsPrivateKeysSealed() {
        SigningKeys.Current key = keys.current();
        byte[] row =
                Json.bytes(
                        database.get(SystemRows.signingKey(key.id()), SigningKeyRecord.class)
                                .orElseThrow()
                                .value());
        byte[] secret = key.key().getEncoded();
        assertThat(new String(row, StandardCharsets.US_ASCII))
                .doesNotContain(Base64.getEncoder().encodeToString(secret).substring(24));
    }

    @Test
    void makesTokensAtABoundedPace() {
        String ada = Tokens.member(tenant, "ada", "viewer");
        ValidatableResponse last = minting(ada, "{}");
        for (int i = 0; i < 3 * TokenPace.BURST && last.extract().statusCode() == 201; i++) {
            last = minting(ada, "{}");
        }
        last.statusCode(429)
                .header("retry-after", startsWith("1"))
                .body("error.code", equalTo("OVER_QUOTA"));
        minting(Tokens.member(tenant, "bob", "viewer"), "{}").statusCode(201);
    }

    private static String mint(String token, String request) {
        return minting(token, request)
                .statusCode(201)
                .body("tokenType", equalTo("Bearer"))
                .extract()
                .path("accessToken");
    }

    private static ValidatableResponse minting(String token, String request) {
        return shown(token)
                .contentType("application/json")
                .body(request)
                .post("/api/v1/token")
                .then();
    }

    private static RequestSpecification shown(String token) {
        return Tokens.with(token);
    }

    private static RequestSpecification elsewhere(String token) {
        return Tokens.fromElsewhere().header("Authorization", "Bearer " + token);
    }

    private static RequestSpecification console() {
        return given().redirects().follow(false).header("x-echelon-console", "1");
    }

    private static void opens(String token) {
        shown(token).get("/api/v1/whoami").then().statusCode(200);
    }

    private static void refused(String token) {
        refused("token", token);
    }

    private static void refused(String how, String token) {
        assertThat(elsewhere(token).get("/api/v1/whoami").statusCode()).as(how).isEqualTo(401);
    }

    /** The operator's claims as the platform makes them. */
    private JwtClaims claims() {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(SignedTokens.issuer("localhost"));
        claims.setAudience(SignedTokens.AUDIENCE);
        claims.setSubject("operator");
        claims.setJwtId(UUID.randomUUID().toString());
        claims.setIssuedAt(in(0));
        claims.setNotBefore(in(0));
        claims.setExpirationTime(in(600));
        claims.setStringClaim(SignedTokens.SOURCE_KIND, "OWNER");
        claims.setStringClaim(SignedTokens.SOURCE_ID, owner.fingerprint());
        claims.setStringClaim(SignedTokens.SCOPE, "platform:read platform:operate");
        return claims;
    }

    /** A token of the platform's own key whose claims are not what it would make. */
    private String changed(Consumer<JwtClaims> change) throws JoseException {
        SigningKeys.Current key = keys.current();
        JwtClaims claims = claims();
        change.accept(claims);
        return sign(claims, key.key(), key.id(), _ -> {});
    }

    private static String sign(
            JwtClaims claims, PrivateKey key, String id, Consumer<JsonWebSignature> change)
            throws JoseException {
        JsonWebSignature signature = new JsonWebSignature();
        signature.setAlgorithmHeaderValue("EdDSA");
        signature.setHeader("typ", SignedTokens.TYPE);
        signature.setKeyIdHeaderValue(id);
        signature.setPayload(claims.toJson());
        signature.setKey(key);
        change.accept(signature);
        return signature.getCompactSerialization();
    }

    private static PublicJsonWebKey jwk(KeyPair pair) {
        return new OctetKeyPairJsonWebKey(pair.getPublic());
    }

    private static String header(Map<String, String> header) {
        return BASE64.encodeToString(Json.bytes(header));
    }

    private static String hmac(String input, byte[] key) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return input
                + "."
                + BASE64.encodeToString(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String flipped(String part) {
        char middle = part.charAt(part.length() / 2);
        return part.substring(0, part.length() / 2)
                + (middle == 'A' ? 'B' : 'A')
                + part.substring(part.length() / 2 + 1);
    }

    private static NumericDate in(long seconds) {
        return NumericDate.fromSeconds(Instant.now().getEpochSecond() + seconds);
    }
}

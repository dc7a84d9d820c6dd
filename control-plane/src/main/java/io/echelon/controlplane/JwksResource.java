package io.echelon.controlplane;

import io.echelon.tenants.SigningKeyRecord;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.security.interfaces.EdECPublicKey;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.OctetKeyPairJsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;

/** The public keys by which others check short-lived tokens, as RFC 7517 has them. */
@Path(JwksResource.PATH)
@RunOnVirtualThread
public final class JwksResource {
    static final String PATH = "/.well-known/jwks.json";

    private final SigningKeys keys;

    JwksResource(SigningKeys keys) {
        this.keys = keys;
    }

    @GET
    @Operation(hidden = true)
    @OpenToAll
    public Response keys() {
        List<JsonWebKey> all = keys.records().stream().map(JwksResource::key).toList();
        return Response.ok(new JsonWebKeySet(all).toJson(), MediaType.APPLICATION_JSON_TYPE)
                .header(HttpHeaders.CACHE_CONTROL, "public, max-age=300")
                .build();
    }

    private static JsonWebKey key(SigningKeyRecord record) {
        JsonWebKey key = new OctetKeyPairJsonWebKey((EdECPublicKey) SigningKeys.publicKey(record));
        key.setKeyId(record.id());
        key.setUse("sig");
        key.setAlgorithm(AlgorithmIdentifiers.EDDSA);
        return key;
    }
}

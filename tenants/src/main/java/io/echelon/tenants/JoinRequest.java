package io.echelon.tenants;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * How a node of another machine asks to join. It shows that it has a token without sending the
 * token, so that nobody on the way can use what is sent: all that it is good for is a certificate
 * for the key of who made it.
 *
 * @param token id of the token
 * @param node what it is to be called; null leaves that to the platform
 * @param address where the others will reach it, such as {@code https://10.0.0.5:7443}
 * @param csr a certification request, PKCS #10 in PEM
 * @param version of the node
 * @param timeMillis the node's clock, as {@link System#currentTimeMillis}
 * @param proof HMAC of the rest by the token
 */
public record JoinRequest(
        String token,
        @Nullable String node,
        String address,
        String csr,
        String version,
        long timeMillis,
        String proof) {
    private static final String HMAC = "HmacSHA256";

    /** A request by a token. */
    public static JoinRequest by(
            BearerToken token,
            @Nullable String node,
            URI address,
            String csr,
            String version,
            long timeMillis) {
        JoinRequest open =
                new JoinRequest(token.id(), node, address.toString(), csr, version, timeMillis, "");
        return new JoinRequest(
                token.id(),
                node,
                open.address,
                csr,
                version,
                timeMillis,
                open.proof(token.sha256()));
    }

    /** Whether whoever made it has a token; takes as long when it does not. */
    public boolean isBy(String tokenSha256) {
        return MessageDigest.isEqual(
                proof(tokenSha256).getBytes(StandardCharsets.US_ASCII),
                proof.getBytes(StandardCharsets.UTF_8));
    }

    private String proof(String tokenSha256) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(tokenSha256.getBytes(StandardCharsets.US_ASCII), HMAC));
            for (String part :
                    new String[] {
                        "echelon join",
                        token,
                        node == null ? "" : node,
                        address,
                        csr,
                        version,
                        Long.toString(timeMillis)
                    }) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                mac.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
                mac.update(bytes);
            }
            return HexFormat.of().formatHex(mac.doFinal());
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}

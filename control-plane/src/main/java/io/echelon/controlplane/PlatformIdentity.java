package io.echelon.controlplane;

import io.echelon.tenants.ClusterTls;
import jakarta.inject.Singleton;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * By what the control plane shows nodes of other machines who it is: a certificate for a key that
 * it makes when it first needs one, and that no file ever has.
 *
 * <p>Thread safety: any thread; blocks the first time.
 */
@Singleton
final class PlatformIdentity {
    private final NodeAuthority authority;
    private @Nullable ClusterTls made;

    PlatformIdentity(NodeAuthority authority) {
        this.authority = authority;
    }

    synchronized ClusterTls tls() {
        ClusterTls known = made;
        if (known == null) {
            known = make();
            made = known;
        }
        return known;
    }

    private ClusterTls make() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            NodeAuthority.Issued issued =
                    authority.ofPlatform(
                            Base64.getEncoder().encodeToString(pair.getPublic().getEncoded()));
            return ClusterTls.of(
                    ClusterTls.certificate(issued.certificate()),
                    pair.getPrivate(),
                    ClusterTls.certificate(issued.authority()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The control plane's certificate is of no use", e);
        }
    }
}

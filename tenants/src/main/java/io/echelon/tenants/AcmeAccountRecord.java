package io.echelon.tenants;

import java.net.URI;
import java.security.SecureRandom;

/**
 * The platform's account at a certificate authority.
 *
 * @param directory the authority's address
 * @param publicKey the account's public key as X.509 has it
 * @param sealedKey its private key as PKCS #8, sealed by the data key of the tenant {@code default}
 */
public record AcmeAccountRecord(URI directory, byte[] publicKey, byte[] sealedKey) {
    /**
     * An account with its private key sealed.
     *
     * @param privateKey as PKCS #8
     */
    public static AcmeAccountRecord of(
            URI directory,
            byte[] publicKey,
            byte[] privateKey,
            SealingKey sealing,
            SecureRandom random) {
        return new AcmeAccountRecord(
                directory, publicKey, sealing.seal(privateKey, purpose(directory), random));
    }

    /** The private key as PKCS #8. */
    public byte[] open(SealingKey sealing) {
        return sealing.open(sealedKey, purpose(directory));
    }

    private static String purpose(URI directory) {
        return "account at " + directory;
    }
}

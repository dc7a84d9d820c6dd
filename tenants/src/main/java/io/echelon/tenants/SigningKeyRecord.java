package io.echelon.tenants;

import java.security.SecureRandom;
import java.time.Instant;

/**
 * A pair of Ed25519 keys that signs short-lived tokens, and checks them for as long as the row is
 * there.
 *
 * @param publicKey as X.509 has it
 * @param sealedKey its private key as PKCS #8, sealed by the data key of the tenant {@code default}
 * @param signsUntil from when on it signs nothing new
 */
public record SigningKeyRecord(
        String id, byte[] publicKey, byte[] sealedKey, Instant createdAt, Instant signsUntil) {
    /**
     * A pair of keys with the private one sealed.
     *
     * @param privateKey as PKCS #8
     */
    public static SigningKeyRecord of(
            String id,
            byte[] publicKey,
            byte[] privateKey,
            SealingKey sealing,
            SecureRandom random,
            Instant createdAt,
            Instant signsUntil) {
        return new SigningKeyRecord(
                id,
                publicKey,
                sealing.seal(privateKey, purpose(id), random),
                createdAt,
                signsUntil);
    }

    /** The private key as PKCS #8. */
    public byte[] open(SealingKey sealing) {
        return sealing.open(sealedKey, purpose(id));
    }

    /** The same, which signs nothing from a time on. */
    public SigningKeyRecord until(Instant time) {
        return new SigningKeyRecord(id, publicKey, sealedKey, createdAt, time);
    }

    private static String purpose(String id) {
        return "signing key " + id;
    }

    @Override
    public String toString() {
        return "SigningKeyRecord[" + id + "]";
    }
}

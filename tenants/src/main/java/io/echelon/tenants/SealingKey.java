package io.echelon.tenants;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key that seals what only its holders may read: AES-256-GCM with a nonce of 96 random bits for
 * each sealing. What a sealing is for is part of it, so that one cannot stand in another's place.
 *
 * <p>Thread safety: safe for use by several threads.
 */
public final class SealingKey {
    public static final int BYTES = 32;

    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int ID_BYTES = 8;

    private final byte[] key;

    private SealingKey(byte[] key) {
        this.key = key;
    }

    /** The key of {@value #BYTES} bytes. */
    public static SealingKey of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new EchelonException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "A key is %d bytes; it must be %d".formatted(bytes.length, BYTES));
        }
        return new SealingKey(bytes.clone());
    }

    /** A new key. */
    public static SealingKey make(SecureRandom random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return new SealingKey(bytes);
    }

    /** What a key is called without telling it: the beginning of its SHA-256. */
    public String id() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key);
            return HexFormat.of().formatHex(Arrays.copyOf(digest, ID_BYTES));
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    /** The key in hexadecimal digits, as a file keeps it. */
    public String text() {
        return HexFormat.of().formatHex(key);
    }

    /**
     * Seals.
     *
     * @param purpose what it is for; {@link #open} has to be told the same
     */
    public byte[] seal(byte[] content, String purpose, SecureRandom random) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, purpose).doFinal(content);
            byte[] all = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
            System.arraycopy(sealed, 0, all, NONCE_BYTES, sealed.length);
            return all;
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    /** Opens what this key sealed for a purpose; what anything else sealed is refused. */
    public byte[] open(byte[] sealed, String purpose) {
        if (sealed.length < NONCE_BYTES) {
            throw notSealed();
        }
        try {
            return cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(sealed, NONCE_BYTES), purpose)
                    .doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
        } catch (AEADBadTagException another) {
            throw notSealed();
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    /** Seals another key. */
    public byte[] wrap(SealingKey other, String purpose, SecureRandom random) {
        return seal(other.key, purpose, random);
    }

    private Cipher cipher(int mode, byte[] nonce, String purpose) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(purpose.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    private static EchelonException notSealed() {
        return new EchelonException(
                ErrorCode.INTERNAL, "What is sealed cannot be opened with the platform's keys");
    }

    @Override
    public String toString() {
        return "SealingKey[" + id() + "]";
    }
}

package io.echelon.tenants;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A token that opens one database: {@code ekv_}, an id of 16 hexadecimal digits that is no secret,
 * {@code _}, and 256 random bits in base64url. It is shown once, when it is made; the platform
 * keeps a {@link DatabaseTokenRecord} of it.
 */
public final class DatabaseToken {
    private static final String SCHEME = "ekv_";
    private static final int ID_BYTES = 8;
    private static final int SECRET_BYTES = 32;
    private static final Pattern ID = Pattern.compile("[0-9a-f]{16}");
    private static final Pattern FORM = Pattern.compile("ekv_([0-9a-f]{16})_[A-Za-z0-9_-]{43}");

    private final String id;
    private final String text;

    private DatabaseToken(String id, String text) {
        this.id = id;
        this.text = text;
    }

    /** A new token. */
    public static DatabaseToken make(SecureRandom random) {
        byte[] id = new byte[ID_BYTES];
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(id);
        random.nextBytes(secret);
        String hex = HexFormat.of().formatHex(id);
        return new DatabaseToken(
                hex,
                SCHEME
                        + hex
                        + "_"
                        + Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
    }

    /** The token that a caller shows; empty when it has not the form of one. */
    public static Optional<DatabaseToken> parse(String text) {
        return FORM.matcher(text).matches()
                ? Optional.of(
                        new DatabaseToken(
                                text.substring(SCHEME.length(), SCHEME.length() + 2 * ID_BYTES),
                                text))
                : Optional.empty();
    }

    /** Whether a text has the form of a token's id. */
    public static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    public String id() {
        return id;
    }

    /** The secret as its owner shows it. */
    public String text() {
        return text;
    }

    /** What is kept of the token: its SHA-256, in hexadecimal digits. */
    public String sha256() {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(text.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    /**
     * Whether a {@link DatabaseTokenRecord#sha256} is that of this token; takes as long when it is
     * not.
     */
    public boolean isOfDigest(String sha256) {
        return MessageDigest.isEqual(
                sha256().getBytes(StandardCharsets.US_ASCII),
                sha256.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public String toString() {
        return "DatabaseToken[" + id + "]";
    }
}

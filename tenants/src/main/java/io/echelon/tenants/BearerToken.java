package io.echelon.tenants;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A secret that its bearer shows: the letters of its {@link Kind}, {@code _}, an id of 16
 * hexadecimal digits that is no secret, {@code _}, and 256 random bits in base64url. It is shown
 * once, when it is made; the platform keeps a record of it with its digest.
 */
public final class BearerToken {
    /** What a token opens, which is where its record is. */
    public enum Kind {
        /** The API, as a member or a service; an {@link AccessTokenRecord}. */
        ACCESS("eat"),
        /** One database; a {@link DatabaseTokenRecord}. */
        DATABASE("ekv"),
        /** The platform, to a node of another machine; a {@link NodeTokenRecord}. */
        NODE("ejn");

        private final String letters;

        Kind(String letters) {
            this.letters = letters;
        }
    }

    private static final int ID_BYTES = 8;
    private static final int SECRET_BYTES = 32;
    private static final Pattern ID = Pattern.compile("[0-9a-f]{16}");
    private static final Pattern FORM =
            Pattern.compile("([a-z]{3})_([0-9a-f]{16})_[A-Za-z0-9_-]{43}");

    private final String id;
    private final String text;

    private BearerToken(String id, String text) {
        this.id = id;
        this.text = text;
    }

    /** A new token. */
    public static BearerToken make(Kind kind, SecureRandom random) {
        byte[] id = new byte[ID_BYTES];
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(id);
        random.nextBytes(secret);
        String hex = HexFormat.of().formatHex(id);
        return new BearerToken(
                hex,
                kind.letters
                        + "_"
                        + hex
                        + "_"
                        + Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
    }

    /** The token that a caller shows; empty when it has not the form of one of that kind. */
    public static Optional<BearerToken> parse(Kind kind, String text) {
        Matcher form = FORM.matcher(text);
        return form.matches() && form.group(1).equals(kind.letters)
                ? Optional.of(new BearerToken(form.group(2), text))
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

    /** Whether a record's digest is that of this token; takes as long when it is not. */
    public boolean isOfDigest(String sha256) {
        return MessageDigest.isEqual(
                sha256().getBytes(StandardCharsets.US_ASCII),
                sha256.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public String toString() {
        return "BearerToken[" + id + "]";
    }
}

package io.echelon.edgeruntime;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** The secret that the parts of one platform show each other. It is never printed. */
final class ClusterSecret {
    private static final int MIN_CHARS = 16;
    private static final String SCHEME = "Bearer ";

    private final byte[] expected;
    private final String secret;

    private ClusterSecret(String secret) {
        this.secret = secret;
        this.expected = digest(secret);
    }

    /** Reads the secret's file; what surrounds it there is cut off. */
    static ClusterSecret read(Path file) {
        try {
            String text = Files.readString(file).strip();
            if (text.length() < MIN_CHARS) {
                throw refuse(
                        "The secret in %s is %d characters; it needs at least %d"
                                .formatted(file, text.length(), MIN_CHARS),
                        null);
            }
            return new ClusterSecret(text);
        } catch (IOException e) {
            throw refuse(
                    "ECHELON_CLUSTER_SECRET_FILE names %s, which can't be read".formatted(file), e);
        }
    }

    /** The secret itself, to be shown to another part. */
    String value() {
        return secret;
    }

    /** Whether an {@code Authorization} header shows the secret; takes as long when it does not. */
    boolean isShownBy(@Nullable String authorization) {
        if (authorization == null
                || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return false;
        }
        return MessageDigest.isEqual(
                expected, digest(authorization.substring(SCHEME.length()).strip()));
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (java.security.NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static EchelonException refuse(String message, @Nullable Throwable cause) {
        return new EchelonException(ErrorCode.INVALID_CONFIGURATION, message, cause);
    }
}

package io.echelon.tenants;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What an operator gives a node of another machine: a secret by which the node shows that it may
 * join, and the digest of the certificate by which the node knows the platform.
 *
 * @param bearer the secret
 * @param authoritySha256 of the certificate of the platform's authority, in hexadecimal digits
 */
public record JoinToken(BearerToken bearer, String authoritySha256) {
    private static final int DIGEST_CHARS = 64;
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    public JoinToken {
        if (!DIGEST.matcher(authoritySha256).matches()) {
            throw new IllegalArgumentException("The digest of an authority has 64 digits");
        }
    }

    /** What an operator wrote; empty when it has not the form of such a token. */
    public static Optional<JoinToken> parse(String text) {
        int end = text.length() - DIGEST_CHARS - 1;
        if (end < 0
                || text.charAt(end) != '_'
                || !DIGEST.matcher(text.substring(end + 1)).matches()) {
            return Optional.empty();
        }
        return BearerToken.parse(BearerToken.Kind.NODE, text.substring(0, end))
                .map(bearer -> new JoinToken(bearer, text.substring(end + 1)));
    }

    /** The token as the operator shows it. */
    public String text() {
        return bearer.text() + "_" + authoritySha256;
    }

    @Override
    public String toString() {
        return "JoinToken[" + bearer.id() + "]";
    }
}

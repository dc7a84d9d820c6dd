package io.echelon.controlplane;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;

/** The token that opens the API. Only its digest is kept, and it is compared in constant time. */
@ApplicationScoped
final class OwnerToken {
    private static final String SCHEME = "bearer ";

    private final byte[] digest;

    OwnerToken(Settings settings) {
        try {
            digest = Secrets.digest(Secrets.read(settings.ownerTokenFile()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Whether a request's {@code Authorization} headers carry the token: exactly one header, of the
     * scheme {@code Bearer}.
     */
    boolean opens(List<String> authorizations) {
        if (authorizations.size() != 1) {
            return false;
        }
        String value = authorizations.getFirst();
        if (value.length() <= SCHEME.length()
                || !value.substring(0, SCHEME.length()).toLowerCase(Locale.ROOT).equals(SCHEME)) {
            return false;
        }
        return MessageDigest.isEqual(
                digest, Secrets.digest(value.substring(SCHEME.length()).strip()));
    }
}

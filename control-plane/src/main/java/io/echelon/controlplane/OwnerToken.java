package io.echelon.controlplane;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.HexFormat;

/** The operator's token. Only its digest is kept, and it is compared in constant time. */
@ApplicationScoped
final class OwnerToken {
    private final byte[] digest;

    OwnerToken(Settings settings) {
        try {
            digest = Secrets.digest(Secrets.read(settings.ownerTokenFile()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What tells this token from an earlier or a later one, and nothing about it. */
    String fingerprint() {
        return HexFormat.of().formatHex(Secrets.sha256().digest(digest));
    }

    /** Whether a token that a caller shows is this one. */
    boolean is(String shown) {
        return MessageDigest.isEqual(digest, Secrets.digest(shown));
    }
}

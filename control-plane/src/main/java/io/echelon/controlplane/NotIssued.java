package io.echelon.controlplane;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A certificate authority issued nothing. The message says why and what the way out is, and may be
 * shown to the host's owner.
 */
final class NotIssued extends Exception {
    private static final long serialVersionUID = 1L;

    private static final int MAX_CHARS = 500;

    private final transient @Nullable Instant notBefore;

    /**
     * @param notBefore when the authority wants to be asked again; null when it did not say
     */
    NotIssued(String message, @Nullable Instant notBefore, @Nullable Throwable cause) {
        super(readable(message), cause);
        this.notBefore = notBefore;
    }

    Optional<Instant> notBefore() {
        return Optional.ofNullable(notBefore);
    }

    /** A line without signs that terminals obey: authorities quote what hosts answered them. */
    private static String readable(String text) {
        String line = text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]+", " ").strip();
        return line.length() <= MAX_CHARS ? line : line.substring(0, MAX_CHARS - 1) + "…";
    }
}

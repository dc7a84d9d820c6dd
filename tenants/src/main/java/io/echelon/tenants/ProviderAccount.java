package io.echelon.tenants;

/**
 * Who somebody is to an outside provider of sign-in, who never gives the same pair to another.
 *
 * @param issuer the provider's name for itself
 * @param subject its name for the person, {@value #SUBJECT_MAX_CHARS} characters at most
 */
public record ProviderAccount(String issuer, String subject) {
    public static final int SUBJECT_MAX_CHARS = 255;

    public ProviderAccount {
        if (subject.isEmpty() || subject.length() > SUBJECT_MAX_CHARS) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT,
                    "A provider's subject is %,d characters; it must be 1 to %d"
                            .formatted(subject.length(), SUBJECT_MAX_CHARS));
        }
    }
}

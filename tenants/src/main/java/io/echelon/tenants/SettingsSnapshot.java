package io.echelon.tenants;

import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Map;

/**
 * The variables and secrets of one revision, which never change: a blob, sealed by the tenant's
 * data key.
 */
public final class SettingsSnapshot {
    private static final TypeReference<Map<String, String>> VALUES = new TypeReference<>() {};

    private SettingsSnapshot() {}

    /** The blob. */
    public static byte[] seal(
            RevisionId revision, Map<String, String> values, SealingKey key, SecureRandom random) {
        return key.seal(Json.bytes(values), purpose(revision), random);
    }

    /** The values in a blob. */
    public static Map<String, String> open(RevisionId revision, byte[] blob, SealingKey key) {
        try {
            return Json.mapper().readValue(key.open(blob, purpose(revision)), VALUES);
        } catch (IOException e) {
            throw new EchelonException(
                    ErrorCode.INTERNAL, "The settings of %s are damaged".formatted(revision));
        }
    }

    private static String purpose(RevisionId revision) {
        return "settings of " + revision;
    }
}

package io.echelon.controlplane;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.Json;
import io.echelon.tenants.TenantName;
import jakarta.inject.Singleton;
import java.util.Base64;
import java.util.Optional;

/**
 * What a browser keeps for the platform and can neither read nor change: a record, sealed by the
 * data key of the tenant {@code default}. Calls block.
 */
@Singleton
final class SealedTexts {
    private static final int CHARS_MAX = 4_096;

    private final SettingsKeys keys;

    SealedTexts(SettingsKeys keys) {
        this.keys = keys;
    }

    String seal(Object record) {
        byte[] sealed =
                keys.of(TenantName.DEFAULT)
                        .seal(Json.bytes(record), purpose(record.getClass()), keys.random());
        return Base64.getUrlEncoder().withoutPadding().encodeToString(sealed);
    }

    /** The record of a text that was sealed here; empty for any other text. */
    <T> Optional<T> open(String text, Class<T> type) {
        if (text.length() > CHARS_MAX) {
            return Optional.empty();
        }
        try {
            byte[] sealed = Base64.getUrlDecoder().decode(text);
            return Optional.of(
                    Json.read(keys.of(TenantName.DEFAULT).open(sealed, purpose(type)), type));
        } catch (IllegalArgumentException | EchelonException notOfOurs) {
            return Optional.empty();
        }
    }

    private static String purpose(Class<?> type) {
        return "browser's " + type.getSimpleName();
    }
}

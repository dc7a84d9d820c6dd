package io.echelon.kvstore;

import org.jspecify.annotations.Nullable;

/**
 * A condition of an atomic write: the key has exactly this versionstamp.
 *
 * @param versionstamp what was read, or null when the key must not exist
 */
public record Check(KvKey key, @Nullable Versionstamp versionstamp) {
    public Check {
        Refusals.size("A key", key.sizeBytes(), KvLimits.KEY_MAX_BYTES);
    }
}

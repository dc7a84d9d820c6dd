package io.echelon.kvstore;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A key with its value.
 *
 * @param versionstamp of the commit that wrote the value
 * @param expiresAt when the value goes, to the millisecond; null when it stays
 */
public record KvEntry(
        KvKey key, KvValue value, Versionstamp versionstamp, @Nullable Instant expiresAt) {
    /** An entry that stays. */
    public KvEntry(KvKey key, KvValue value, Versionstamp versionstamp) {
        this(key, value, versionstamp, null);
    }
}

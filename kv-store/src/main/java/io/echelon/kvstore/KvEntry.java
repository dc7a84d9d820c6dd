package io.echelon.kvstore;

/**
 * A key with its value.
 *
 * @param versionstamp of the commit that wrote the value
 */
public record KvEntry(KvKey key, KvValue value, Versionstamp versionstamp) {}

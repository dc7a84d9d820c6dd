package io.echelon.kvstore;

/**
 * How much a database holds, exactly: what it takes as the store writes it, before compression, and
 * without what finds values that expire.
 *
 * @param bytes of keys and values of its entries and messages; each key with the database's name
 *     before it, each value with its versionstamp, time of expiry and kind
 * @param entries how many, expired ones that are not removed yet among them
 * @param messages of its queue, claimed and dead ones among them
 */
public record DatabaseSize(String name, long bytes, long entries, long messages) {}

package io.echelon.kvstore;

/**
 * What a store, or one replica of it, holds at a mark, in a form that can be compared: two replicas
 * that have applied the same commits have the same.
 *
 * @param entries of all databases
 * @param messages of all databases
 * @param bytes keys and values of both, and of what finds those that expire
 * @param sha256 over all of them in their order, 64 hexadecimal digits
 */
public record StoreDigest(long entries, long messages, long bytes, String sha256) {}

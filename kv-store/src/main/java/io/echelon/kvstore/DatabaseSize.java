package io.echelon.kvstore;

/**
 * About how large a database is; what was written or deleted lately may count in part.
 *
 * @param bytes in files and in memory, as they are compressed there
 * @param entries how many
 */
public record DatabaseSize(String name, long bytes, long entries) {}

package io.echelon.kvstore;

import org.jspecify.annotations.Nullable;

/**
 * In which shard of a store a database lies.
 *
 * @param shard its number, from 0
 * @param movingTo the shard that it is being moved to; null when it stays
 */
public record DatabasePlace(String name, int shard, @Nullable Integer movingTo) {}

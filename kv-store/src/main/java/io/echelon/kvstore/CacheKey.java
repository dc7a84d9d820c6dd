package io.echelon.kvstore;

/** Where an entry of a cache is. */
public record CacheKey(CacheName cache, String key) {}

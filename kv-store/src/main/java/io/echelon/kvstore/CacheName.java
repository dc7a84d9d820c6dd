package io.echelon.kvstore;

import io.echelon.tenants.AppName;
import io.echelon.tenants.TenantName;

/**
 * A cache of an app.
 *
 * @param name what the app calls it; at most {@link KvLimits#CACHE_NAME_MAX_CHARS}
 */
public record CacheName(TenantName tenant, AppName app, String name) {}

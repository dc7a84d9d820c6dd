package io.echelon.cron;

import io.echelon.tenants.AppName;
import io.echelon.tenants.TenantName;

/** Which cron: its app's, by name. It stays the same from one revision to the next. */
public record CronId(TenantName tenant, AppName app, String name) {
    @Override
    public String toString() {
        return "%s/%s/%s".formatted(tenant, app, name);
    }
}

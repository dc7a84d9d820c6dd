package io.echelon.tenants;

import java.time.Instant;

/**
 * An app as the system database keeps it.
 *
 * @param latest the number of the newest revision, 0 when there is none yet
 */
public record AppRecord(TenantName tenant, AppName app, Instant createdAt, int latest) {}

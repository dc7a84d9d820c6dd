package io.echelon.tenants;

import java.time.Instant;

/** A tenant as the system database keeps it. */
public record TenantRecord(TenantName name, Instant createdAt) {}

package io.echelon.tenants;

/** Whose a verified host is: of all tenants that say so, the one that showed it first. */
public record DomainOwner(TenantName tenant, AppName app) {}

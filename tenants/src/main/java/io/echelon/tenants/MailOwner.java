package io.echelon.tenants;

/** The member of a tenant whom an address of mail invites. */
public record MailOwner(TenantName tenant, MemberName member) {}

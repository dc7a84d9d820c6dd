package io.echelon.tenants;

import java.time.Instant;
import java.util.List;

/**
 * Keys of the platform's own rows in the database {@code system}: the parts of each key, strings
 * and whole numbers. Values are JSON ({@link Json}).
 *
 * <p>Every commit that changes an app, a revision or a route also appends an {@link AppChange}
 * below {@link #changes()}, under a key that ends in the commit's versionstamp. A node reads
 * everything once and then only what follows the last change that it has seen.
 */
public final class SystemRows {
    /** The name of the platform's own database. */
    public static final String DATABASE = "system";

    /**
     * A change that nodes have to look at.
     *
     * @param tenant whose
     * @param app which app's rows changed
     */
    public record AppChange(TenantName tenant, AppName app) {}

    /**
     * Where an {@link AuditRecord} is, so that those of all tenants can be read in their order.
     *
     * @param time of the record
     * @param requestId of the record
     */
    public record AuditPlace(TenantName tenant, Instant time, String requestId) {}

    private SystemRows() {}

    /** Prefix of all {@link AppRecord}s. */
    public static List<Object> apps() {
        return List.of("apps");
    }

    /** Prefix of a tenant's {@link AppRecord}s. */
    public static List<Object> apps(TenantName tenant) {
        return List.of("apps", tenant.value());
    }

    /** An {@link AppRecord}. */
    public static List<Object> app(TenantName tenant, AppName app) {
        return List.of("apps", tenant.value(), app.value());
    }

    /**
     * The number of the last revision that a deleted app had, as a JSON number; an app of the same
     * name goes on from there, so that an id never means two things.
     */
    public static List<Object> lastNumber(TenantName tenant, AppName app) {
        return List.of("lastNumbers", tenant.value(), app.value());
    }

    /** Prefix of all {@link RevisionRecord}s. */
    public static List<Object> revisions() {
        return List.of("revisions");
    }

    /** Prefix of an app's {@link RevisionRecord}s, oldest first. */
    public static List<Object> revisions(TenantName tenant, AppName app) {
        return List.of("revisions", tenant.value(), app.value());
    }

    /** A {@link RevisionRecord}. */
    public static List<Object> revision(RevisionId id) {
        return List.of("revisions", id.tenant().value(), id.app().value(), id.number());
    }

    /** Prefix of the {@link RevisionId}s whose deployment has not ended. */
    public static List<Object> deploying() {
        return List.of("deploying");
    }

    /** The {@link RevisionId} of a revision while its deployment has not ended. */
    public static List<Object> deploying(RevisionId id) {
        return List.of("deploying", id.tenant().value(), id.app().value(), id.number());
    }

    /** Prefix of all {@link RouteRecord}s. */
    public static List<Object> routes() {
        return List.of("routes");
    }

    /** A {@link RouteRecord}. */
    public static List<Object> route(TenantName tenant, AppName app) {
        return List.of("routes", tenant.value(), app.value());
    }

    /** Prefix of all {@link NodeRecord}s. */
    public static List<Object> nodes() {
        return List.of("nodes");
    }

    /** A {@link NodeRecord}. */
    public static List<Object> node(String id) {
        return List.of("nodes", id);
    }

    /**
     * Prefix of the {@link NodeRecord}s of all nodes that belong to the platform, whether or not
     * they are alive: a node that is stopped in good order takes its row away, one that dies does
     * not.
     */
    public static List<Object> knownNodes() {
        return List.of("knownNodes");
    }

    /** A {@link NodeRecord} as its node wrote it when it last started. */
    public static List<Object> knownNode(String id) {
        return List.of("knownNodes", id);
    }

    /** Prefix of all {@link NodeOrder}s. */
    public static List<Object> nodeOrders() {
        return List.of("nodeOrders");
    }

    /** A {@link NodeOrder}. */
    public static List<Object> nodeOrder(String node) {
        return List.of("nodeOrders", node);
    }

    /** Prefix of all {@link NodeTokenRecord}s. */
    public static List<Object> nodeTokens() {
        return List.of("nodeTokens");
    }

    /** A {@link NodeTokenRecord}. */
    public static List<Object> nodeToken(String id) {
        return List.of("nodeTokens", id);
    }

    /** Prefix of all {@link NodeMemberRecord}s. */
    public static List<Object> nodeMembers() {
        return List.of("nodeMembers");
    }

    /** A {@link NodeMemberRecord}. */
    public static List<Object> nodeMember(String node) {
        return List.of("nodeMembers", node);
    }

    /**
     * Says that a commit was made, for two minutes: who did not hear so tries again and finds it.
     *
     * @param id random
     */
    public static List<Object> commit(String id) {
        return List.of("commits", id);
    }

    /** Prefix of all {@link ReadinessRecord}s. */
    public static List<Object> readiness() {
        return List.of("readiness");
    }

    /** Prefix of a revision's {@link ReadinessRecord}s. */
    public static List<Object> readiness(RevisionId id) {
        return List.of("readiness", id.tenant().value(), id.app().value(), id.number());
    }

    /** A {@link ReadinessRecord}. */
    public static List<Object> readiness(RevisionId id, String node) {
        return List.of("readiness", id.tenant().value(), id.app().value(), id.number(), node);
    }

    /** Prefix of the {@link DatabaseRef}s that a tenant was seen to use, besides those of apps. */
    public static List<Object> databases(TenantName tenant) {
        return List.of("databases", tenant.value());
    }

    /** A {@link DatabaseRef}. */
    public static List<Object> database(DatabaseRef database) {
        return List.of("databases", database.tenant().value(), database.database());
    }

    /** What nodes change with every database that they add to a tenant's list. */
    public static List<Object> databasesStamp(TenantName tenant) {
        return List.of("databasesStamps", tenant.value());
    }

    /** Prefix of a database's {@link DatabaseTokenRecord}s. */
    public static List<Object> databaseTokens(DatabaseRef database) {
        return List.of("databaseTokens", database.tenant().value(), database.database());
    }

    /** A {@link DatabaseTokenRecord}. */
    public static List<Object> databaseToken(DatabaseRef database, String id) {
        return List.of("databaseTokens", database.tenant().value(), database.database(), id);
    }

    /** Prefix of all {@link TenantRecord}s. */
    public static List<Object> tenants() {
        return List.of("tenants");
    }

    /** A {@link TenantRecord}. */
    public static List<Object> tenant(TenantName tenant) {
        return List.of("tenants", tenant.value());
    }

    /** When the last tenant of that name ended, as a JSON instant. */
    public static List<Object> tenantEnd(TenantName tenant) {
        return List.of("tenantEnds", tenant.value());
    }

    /** Prefix of a tenant's {@link MemberRecord}s. */
    public static List<Object> members(TenantName tenant) {
        return List.of("members", tenant.value());
    }

    /** A {@link MemberRecord}. */
    public static List<Object> member(TenantName tenant, MemberName name) {
        return List.of("members", tenant.value(), name.value());
    }

    /** Prefix of the {@link MailOwner}s of an address of mail, one a tenant. */
    public static List<Object> membersByMail(MailAddress mail) {
        return List.of("membersByMail", mail.value());
    }

    /** A {@link MailOwner}. */
    public static List<Object> memberByMail(MailAddress mail, TenantName tenant) {
        return List.of("membersByMail", mail.value(), tenant.value());
    }

    /** An {@link AccessTokenRecord}, where it is found by what its bearer shows. */
    public static List<Object> accessToken(String id) {
        return List.of("accessTokens", id);
    }

    /** Prefix of a tenant's {@link AccessTokenRecord}s. */
    public static List<Object> accessTokens(TenantName tenant) {
        return List.of("tenantAccessTokens", tenant.value());
    }

    /** The same {@link AccessTokenRecord} again, where it is listed. */
    public static List<Object> accessToken(TenantName tenant, String id) {
        return List.of("tenantAccessTokens", tenant.value(), id);
    }

    /** When an access token was used last, to the minute, as a JSON instant. */
    public static List<Object> accessTokenUse(String id) {
        return List.of("accessTokenUses", id);
    }

    /** Prefix of all {@link SigningKeyRecord}s. */
    public static List<Object> signingKeys() {
        return List.of("signingKeys");
    }

    /** A {@link SigningKeyRecord}. */
    public static List<Object> signingKey(String id) {
        return List.of("signingKeys", id);
    }

    /** Prefix of all {@link QuotaRecord}s. */
    public static List<Object> quotas() {
        return List.of("quotas");
    }

    /** A {@link QuotaRecord}. */
    public static List<Object> quotas(TenantName tenant) {
        return List.of("quotas", tenant.value());
    }

    /** Prefix of all {@link PlanRecord}s. */
    public static List<Object> plans() {
        return List.of("plans");
    }

    /** A {@link PlanRecord}. */
    public static List<Object> plan(PlanName name) {
        return List.of("plans", name.value());
    }

    /** Prefix of all {@link DataKeyRecord}s. */
    public static List<Object> dataKeys() {
        return List.of("dataKeys");
    }

    /** A {@link DataKeyRecord}. */
    public static List<Object> dataKey(TenantName tenant) {
        return List.of("dataKeys", tenant.value());
    }

    /** Prefix of an app's {@link SettingRecord}s. */
    public static List<Object> settings(TenantName tenant, AppName app) {
        return List.of("settings", tenant.value(), app.value());
    }

    /** A {@link SettingRecord}. */
    public static List<Object> setting(TenantName tenant, AppName app, String name) {
        return List.of("settings", tenant.value(), app.value(), name);
    }

    /** Prefix of all {@link DomainRecord}s. */
    public static List<Object> domains() {
        return List.of("domains");
    }

    /** Prefix of an app's {@link DomainRecord}s. */
    public static List<Object> domains(TenantName tenant, AppName app) {
        return List.of("domains", tenant.value(), app.value());
    }

    /** A {@link DomainRecord}. */
    public static List<Object> domain(TenantName tenant, AppName app, DomainName host) {
        return List.of("domains", tenant.value(), app.value(), host.value());
    }

    /** The {@link DomainOwner} of a host that is verified. */
    public static List<Object> domainOwner(DomainName host) {
        return List.of("domainOwners", host.value());
    }

    /** The {@link CertificateRecord} of a host that is verified. */
    public static List<Object> certificate(DomainName host) {
        return List.of("certificates", host.value());
    }

    /** What a certificate authority that was told a token finds at a host, as a JSON text. */
    public static List<Object> acmeChallenge(DomainName host, String token) {
        return List.of("acmeChallenges", host.value(), token);
    }

    /** The {@link AcmeAccountRecord}. */
    public static List<Object> acmeAccount() {
        return List.of("acmeAccount");
    }

    /** The {@link AcmeAttempts} of a host, for as long as they count. */
    public static List<Object> acmeAttempts(DomainName host) {
        return List.of("acmeAttempts", host.value());
    }

    /** The {@link AcmeOrders} of a tenant, for as long as they count. */
    public static List<Object> acmeOrders(TenantName tenant) {
        return List.of("acmeOrders", tenant.value());
    }

    /** Which control plane asks the certificate authority, as a JSON text, for some minutes. */
    public static List<Object> renewalClaim() {
        return List.of("renewalClaim");
    }

    /** A key that every change of a domain or a certificate touches, to be watched. */
    public static List<Object> domainSignal() {
        return List.of("domainSignal");
    }

    /** Prefix of a tenant's {@link AuditRecord}s, oldest first. */
    public static List<Object> audit(TenantName tenant) {
        return List.of("audit", tenant.value());
    }

    /** The first key that an {@link AuditRecord} of that time or later can have. */
    public static List<Object> auditSince(TenantName tenant, Instant time) {
        return List.of("audit", tenant.value(), "%015d".formatted(time.toEpochMilli()));
    }

    /** An {@link AuditRecord}. */
    public static List<Object> audit(TenantName tenant, Instant time, String requestId) {
        return List.of("audit", tenant.value(), "%015d".formatted(time.toEpochMilli()), requestId);
    }

    /** Prefix of the {@link AuditPlace}s, oldest first. */
    public static List<Object> auditOfAll() {
        return List.of("auditOfAll");
    }

    /** An {@link AuditPlace}. */
    public static List<Object> auditOfAll(AuditPlace place) {
        return List.of(
                "auditOfAll",
                "%015d".formatted(place.time().toEpochMilli()),
                place.requestId(),
                place.tenant().value());
    }

    /** Prefix of the {@link AppChange}s, oldest first; a versionstamp follows it. */
    public static List<Object> changes() {
        return List.of("changes");
    }

    /** A key that every change touches, to be watched. */
    public static List<Object> changeSignal() {
        return List.of("changeSignal");
    }
}

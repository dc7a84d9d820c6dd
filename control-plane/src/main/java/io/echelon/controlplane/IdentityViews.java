package io.echelon.controlplane;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.controlplane.SystemDatabase.Row;
import io.echelon.tenants.AccessTokenRecord;
import io.echelon.tenants.AppName;
import io.echelon.tenants.AuditRecord;
import io.echelon.tenants.MailAddress;
import io.echelon.tenants.MemberName;
import io.echelon.tenants.MemberRecord;
import io.echelon.tenants.Right;
import io.echelon.tenants.Role;
import io.echelon.tenants.SigningKeyRecord;
import io.echelon.tenants.TenantName;
import io.echelon.tenants.TenantRecord;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the routes of tenants, members, tokens and the audit take and answer. */
public final class IdentityViews {
    private IdentityViews() {}

    /** A tenant. */
    public record Tenant(String name, Instant createdAt) {
        static Tenant of(TenantRecord record) {
            return new Tenant(record.name().value(), record.createdAt());
        }
    }

    /**
     * A page of tenants.
     *
     * @param cursor where the next page begins; null when there is none
     */
    public record Tenants(List<Tenant> tenants, @Nullable String cursor) {}

    /**
     * A member to be.
     *
     * @param role viewer, developer, admin or owner
     * @param mail by which it signs in through the outside provider, without a token; null is not
     *     at all
     * @param expiresInDays how long its first token is good for; null is the default
     */
    public record MemberRequest(
            String name, String role, @Nullable String mail, @Nullable Integer expiresInDays) {}

    /**
     * A member just made.
     *
     * @param mail by which it is invited; null is not at all
     * @param id of its first token; null when it is invited by mail, as are the next ones
     * @param token the secret; it is never told again
     */
    public record NewMember(
            String member,
            Role role,
            @Nullable String mail,
            @Nullable String id,
            @Nullable String token,
            @Nullable String label,
            @Nullable Instant expiresAt) {
        static NewMember of(MemberRecord member, AccessTokenService.@Nullable Made made) {
            return new NewMember(
                    member.name().value(),
                    member.role(),
                    text(member.mail()),
                    made == null ? null : made.record().id(),
                    made == null ? null : made.token().text(),
                    made == null ? null : made.record().label(),
                    made == null ? null : made.record().expiresAt());
        }

        @Override
        public String toString() {
            return "NewMember[" + member + "]";
        }
    }

    /**
     * A member's role to be.
     *
     * @param role viewer, developer, admin or owner
     * @param mail by which it signs in through the outside provider from now on, whoever shows it
     *     first; null is as before, and an empty text is none
     */
    public record RoleRequest(String role, @Nullable String mail) {}

    /**
     * A member.
     *
     * @param mail by which it signs in through the outside provider; null is not at all
     * @param etag for the If-Match of a change, between quotation marks there
     */
    public record Member(
            String name, Role role, @Nullable String mail, Instant addedAt, String etag) {
        static Member of(Row<MemberRecord> row) {
            MemberRecord record = row.value();
            return new Member(
                    record.name().value(),
                    record.role(),
                    text(record.mail()),
                    record.addedAt(),
                    EntityTag.of(row).value());
        }
    }

    /**
     * A page of a tenant's members, by name.
     *
     * @param cursor where the next page begins; null when there is none
     */
    public record Members(List<Member> members, @Nullable String cursor) {}

    /**
     * A token to be: of a member, or else of a service.
     *
     * @param label what it is for
     * @param member who is to sign in with it; null is a service
     * @param app the only app that a service may touch; null is all
     * @param rights what a service may do, such as {@code apps:deploy}; null for a member
     * @param expiresInDays how long it is good for; null is the default
     */
    public record TokenRequest(
            String label,
            @Nullable String member,
            @Nullable String app,
            @Nullable List<String> rights,
            @Nullable Integer expiresInDays) {}

    /**
     * A token just made.
     *
     * @param token the secret; it is never told again
     */
    public record NewToken(
            String id, String token, String label, @Nullable String member, Instant expiresAt) {
        @Override
        public String toString() {
            return "NewToken[" + id + "]";
        }
    }

    /**
     * A short-lived token to be.
     *
     * @param rights what it may do, such as {@code apps:read}; null is all that its maker may do
     *     but for what would outlive it
     * @param app the only app that it may touch; null is all that its maker sees
     * @param expiresInSeconds how long it is good for, 60 to 3,600; null is 600
     */
    public record SignedTokenRequest(
            @Nullable List<String> rights,
            @Nullable String app,
            @Nullable Integer expiresInSeconds) {}

    /**
     * A short-lived token just made.
     *
     * @param accessToken the secret, a JSON Web Token; it is never told again
     * @param tokenType Bearer
     */
    public record SignedToken(
            String accessToken,
            String tokenType,
            Instant expiresAt,
            int expiresInSeconds,
            List<Right> rights,
            @Nullable String app) {
        @Override
        public String toString() {
            return "SignedToken[" + expiresAt + "]";
        }
    }

    /**
     * A key that signs short-lived tokens, without its secret.
     *
     * @param signsUntil from when on it only checks what it signed
     */
    public record SigningKey(String id, Instant createdAt, Instant signsUntil) {
        static SigningKey of(SigningKeyRecord record) {
            return new SigningKey(record.id(), record.createdAt(), record.signsUntil());
        }
    }

    /**
     * A page of signing keys, by id.
     *
     * @param cursor where the next page begins; null when there is none
     */
    public record SigningKeys(List<SigningKey> keys, @Nullable String cursor) {}

    /**
     * A token without its secret.
     *
     * @param lastUsedAt to the minute; null when it never was
     */
    public record Token(
            String id,
            String label,
            @Nullable String member,
            @Nullable String app,
            List<Right> rights,
            String createdBy,
            Instant createdAt,
            Instant expiresAt,
            @Nullable Instant lastUsedAt) {
        static Token of(AccessTokenRecord record, @Nullable Instant lastUsedAt) {
            return new Token(
                    record.id(),
                    record.label(),
                    text(record.member()),
                    text(record.app()),
                    record.rights(),
                    record.createdBy(),
                    record.createdAt(),
                    record.expiresAt(),
                    lastUsedAt);
        }
    }

    /**
     * A page of a tenant's tokens, by id.
     *
     * @param cursor where the next page begins; null when there is none
     */
    public record Tokens(List<Token> tokens, @Nullable String cursor) {}

    /**
     * Who is asking.
     *
     * @param kind operator, member or service
     * @param name of the member, or of the service's token; null for the operator
     * @param tenant the only one that it sees; null is all
     * @param role null for a service
     * @param app the only one that it sees; null is all of the tenant
     * @param rights all that it may do there
     * @param expiresAt of the token; null is never
     */
    public record Whoami(
            String kind,
            @Nullable String name,
            @Nullable String tenant,
            @Nullable Role role,
            @Nullable String app,
            List<Right> rights,
            @Nullable Instant expiresAt) {
        static Whoami of(Caller caller) {
            List<Right> rights = caller.rights().stream().sorted().toList();
            return switch (caller) {
                case Caller.Bearer bearer -> {
                    Whoami whose = of(bearer.whose());
                    yield new Whoami(
                            whose.kind(),
                            whose.name(),
                            whose.tenant(),
                            whose.role(),
                            text(bearer.app()),
                            rights,
                            bearer.expiresAt());
                }
                case Caller.Operator _ ->
                        new Whoami("operator", null, null, Role.OPERATOR, null, rights, null);
                case Caller.Member member ->
                        new Whoami(
                                "member",
                                member.name().value(),
                                member.tenant().value(),
                                member.role(),
                                null,
                                rights,
                                member.expiresAt());
                case Caller.Service(AccessTokenRecord token) ->
                        new Whoami(
                                "service",
                                token.label(),
                                token.tenant().value(),
                                null,
                                text(token.app()),
                                rights,
                                token.expiresAt());
            };
        }
    }

    /**
     * A page of changes, newest first.
     *
     * @param cursor where the next page begins; null when there is none
     */
    public record Audit(List<AuditRecord> changes, @Nullable String cursor) {}

    /**
     * A change or a sign-in, and whose audit has it.
     *
     * @param actor who: {@code operator}, {@code member NAME} or {@code service ID}; of what was
     *     refused also {@code token ID} and {@code unknown}
     * @param from the address that the request came from
     * @param action what was done, such as {@code apps.promote}
     * @param target to what: the path of the request
     */
    public record PlatformChange(
            String tenant,
            Instant time,
            String actor,
            String from,
            String action,
            String target,
            String requestId,
            AuditRecord.State outcome,
            @Nullable JsonNode before,
            @Nullable JsonNode after) {
        /** A row of a tenant's audit. */
        public static PlatformChange of(TenantName tenant, AuditRecord row) {
            return new PlatformChange(
                    tenant.value(),
                    row.time(),
                    row.actor(),
                    row.from(),
                    row.action(),
                    row.target(),
                    row.requestId(),
                    row.outcome(),
                    row.before(),
                    row.after());
        }
    }

    /**
     * A page of the audits of all tenants.
     *
     * @param cursor where the next page begins; null when there is none
     */
    public record PlatformAudit(List<PlatformChange> changes, @Nullable String cursor) {}

    private static @Nullable String text(@Nullable MailAddress mail) {
        return mail == null ? null : mail.value();
    }

    private static @Nullable String text(@Nullable MemberName name) {
        return name == null ? null : name.value();
    }

    private static @Nullable String text(@Nullable AppName name) {
        return name == null ? null : name.value();
    }
}

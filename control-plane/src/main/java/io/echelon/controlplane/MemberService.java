package io.echelon.controlplane;

import io.echelon.controlplane.SystemDatabase.Row;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.KvKey;
import io.echelon.tenants.AccessTokenRecord;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Limits;
import io.echelon.tenants.MailAddress;
import io.echelon.tenants.MailOwner;
import io.echelon.tenants.MemberName;
import io.echelon.tenants.MemberRecord;
import io.echelon.tenants.Role;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import io.echelon.tenants.TenantRecord;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The members of tenants; nobody makes, changes or removes who may do more than himself. */
@Singleton
final class MemberService {
    private static final String FIRST_TOKEN = "first token";

    /** By which address of mail a member is to sign in from now on. */
    sealed interface Invitation {
        /** By whichever it was. */
        record AsItIs() implements Invitation {}

        /** By none. */
        record None() implements Invitation {}

        /** By this one, for whoever shows it first from now on. */
        record By(MailAddress mail) implements Invitation {}

        /** As a request has it: null is as it is, and an empty text is none. */
        static Invitation of(@Nullable String mail) {
            if (mail == null) {
                return new AsItIs();
            }
            return mail.isEmpty() ? new None() : new By(MailAddress.of(mail));
        }
    }

    private final SystemDatabase database;
    private final TenantService tenants;
    private final AccessTokenService tokens;
    private final InstantSource clock;
    private final Settings settings;

    MemberService(
            SystemDatabase database,
            TenantService tenants,
            AccessTokenService tokens,
            InstantSource clock,
            Settings settings) {
        this.settings = settings;
        this.database = database;
        this.tenants = tenants;
        this.tokens = tokens;
        this.clock = clock;
    }

    List<IdentityViews.Member> list(TenantName tenant) {
        return rows(tenant).stream().map(IdentityViews.Member::of).toList();
    }

    /**
     * Adds a member, with the token by which it signs in, which is told this once; or without one,
     * when it is to sign in through the outside provider by an address of mail.
     */
    IdentityViews.NewMember add(
            TenantName tenant,
            MemberName name,
            Role role,
            @Nullable MailAddress mail,
            @Nullable Integer expiresInDays,
            Caller caller) {
        AccessTokenService.requireAll(caller, role.rights(), role.wireName());
        if (mail != null) {
            requireProvider();
            if (expiresInDays != null) {
                throw new EchelonException(
                        ErrorCode.INVALID_ARGUMENT,
                        "A member that is invited by mail gets no token, so none expires; leave expiresInDays out");
            }
        }
        return Conflicts.retry(
                "Member \"%s\"".formatted(name),
                () -> tryAdd(tenant, name, role, mail, expiresInDays, caller));
    }

    private Optional<IdentityViews.NewMember> tryAdd(
            TenantName tenant,
            MemberName name,
            Role role,
            @Nullable MailAddress mail,
            @Nullable Integer expiresInDays,
            Caller caller) {
        Row<TenantRecord> row = tenants.require(tenant);
        requireRoom(tenant, name);
        MemberRecord member =
                new MemberRecord(
                        tenant,
                        name,
                        role,
                        clock.instant().truncatedTo(ChronoUnit.MILLIS),
                        mail,
                        null);
        AtomicWrite.Builder write =
                tenants.begin(tenant, Optional.of(row))
                        .set(
                                KvKey.of(SystemRows.member(tenant, name)),
                                SystemDatabase.value(member));
        if (mail != null) {
            invite(write, member, mail);
            return database.commit(write)
                    ? Optional.of(IdentityViews.NewMember.of(member, null))
                    : Optional.empty();
        }
        AccessTokenService.Made made =
                tokens.make(tenant, FIRST_TOKEN, name, null, Set.of(), caller, expiresInDays);
        tokens.add(write, made.record());
        return database.commit(write)
                ? Optional.of(IdentityViews.NewMember.of(member, made))
                : Optional.empty();
    }

    private void requireRoom(TenantName tenant, MemberName name) {
        List<MemberRecord> members = rows(tenant).stream().map(Row::value).toList();
        if (members.stream().anyMatch(member -> member.name().equals(name))) {
            throw new EchelonException(
                    ErrorCode.CONFLICT,
                    "Tenant \"%s\" has a member \"%s\" already; `edge members role` changes the role, `edge tokens create --member` makes another token"
                            .formatted(tenant, name));
        }
        if (members.size() >= Limits.MEMBERS_PER_TENANT_MAX) {
            throw new EchelonException(
                    ErrorCode.OVER_QUOTA,
                    "Tenant \"%s\" has %d members, as many as are allowed"
                            .formatted(tenant, Limits.MEMBERS_PER_TENANT_MAX));
        }
    }

    /** Gives a member another role, at once for all its tokens; returns what it was before. */
    MemberRecord change(
            TenantName tenant,
            MemberName name,
            Role role,
            Invitation invitation,
            IfMatch ifMatch,
            Caller caller) {
        AccessTokenService.requireAll(caller, role.rights(), role.wireName());
        if (invitation instanceof Invitation.By) {
            requireProvider();
        }
        return Conflicts.retry(
                "The role of member \"%s\"".formatted(name),
                () -> {
                    Row<MemberRecord> row = require(tenant, name, ifMatch, caller);
                    KvKey key = KvKey.of(SystemRows.member(tenant, name));
                    AtomicWrite.Builder write = AtomicWrite.builder().check(key, row.stamp());
                    MemberRecord changed = row.value().as(role);
                    switch (invitation) {
                        case Invitation.AsItIs() -> {}
                        case Invitation.None() -> {
                            uninvite(write, row.value());
                            changed = changed.invitedBy(null);
                        }
                        case Invitation.By(MailAddress mail) -> {
                            uninvite(write, row.value());
                            changed = changed.invitedBy(mail);
                            invite(write, changed, mail);
                        }
                    }
                    return database.commit(write.set(key, SystemDatabase.value(changed)))
                            ? Optional.of(row.value())
                            : Optional.empty();
                });
    }

    /** Removes a member and all its tokens; returns the role that it had. */
    Role remove(TenantName tenant, MemberName name, IfMatch ifMatch, Caller caller) {
        return Conflicts.retry(
                "The removal of member \"%s\"".formatted(name),
                () -> {
                    Row<TenantRecord> owner = tenants.require(tenant);
                    Row<MemberRecord> row = require(tenant, name, ifMatch, caller);
                    AtomicWrite.Builder write =
                            tenants.begin(tenant, Optional.of(owner))
                                    .check(KvKey.of(SystemRows.member(tenant, name)), row.stamp());
                    delete(write, row.value());
                    for (AccessTokenRecord token : tokens.records(tenant)) {
                        if (name.equals(token.member())) {
                            AccessTokenService.delete(write, token);
                        }
                    }
                    return database.commit(write)
                            ? Optional.of(row.value().role())
                            : Optional.empty();
                });
    }

    /** Adds the end of a member to a commit. */
    static void delete(AtomicWrite.Builder write, MemberRecord member) {
        write.delete(KvKey.of(SystemRows.member(member.tenant(), member.name())));
        uninvite(write, member);
    }

    /** Adds the way from an address to its member, which no other member may have, to a commit. */
    private void invite(AtomicWrite.Builder write, MemberRecord member, MailAddress mail) {
        List<Object> row = SystemRows.memberByMail(mail, member.tenant());
        Optional<Row<MailOwner>> other = database.get(row, MailOwner.class);
        if (other.isPresent() && !other.get().value().member().equals(member.name())) {
            throw new EchelonException(
                    ErrorCode.CONFLICT,
                    "The address is that of member \"%s\" of tenant \"%s\" already"
                            .formatted(other.get().value().member(), member.tenant()));
        }
        write.check(KvKey.of(row), SystemDatabase.stamp(other))
                .set(
                        KvKey.of(row),
                        SystemDatabase.value(new MailOwner(member.tenant(), member.name())));
    }

    private static void uninvite(AtomicWrite.Builder write, MemberRecord member) {
        MailAddress mail = member.mail();
        if (mail != null) {
            write.delete(KvKey.of(SystemRows.memberByMail(mail, member.tenant())));
        }
    }

    private void requireProvider() {
        if (settings.oidcIssuer().isEmpty()) {
            throw new EchelonException(
                    ErrorCode.CONFLICT,
                    "This platform has no outside provider to sign in through, so nobody is invited by mail; its operator sets ECHELON_OIDC_ISSUER (docs/tenants.md), or leave mail out, and a token is made");
        }
    }

    private Row<MemberRecord> require(
            TenantName tenant, MemberName name, IfMatch ifMatch, Caller caller) {
        Row<MemberRecord> row = tokens.requireMember(tenant, name);
        ifMatch.require(EntityTag.of(row), "Member \"%s\"".formatted(name));
        AccessTokenService.requireAll(
                caller, row.value().role().rights(), "Member \"%s\"".formatted(name));
        return row;
    }

    private List<Row<MemberRecord>> rows(TenantName tenant) {
        return database.all(SystemRows.members(tenant), MemberRecord.class);
    }
}

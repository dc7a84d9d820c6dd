package io.echelon.controlplane;

import io.echelon.controlplane.SystemDatabase.Row;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.KvKey;
import io.echelon.tenants.AccessTokenRecord;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Limits;
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

    private final SystemDatabase database;
    private final TenantService tenants;
    private final AccessTokenService tokens;
    private final InstantSource clock;

    MemberService(
            SystemDatabase database,
            TenantService tenants,
            AccessTokenService tokens,
            InstantSource clock) {
        this.database = database;
        this.tenants = tenants;
        this.tokens = tokens;
        this.clock = clock;
    }

    List<IdentityViews.Member> list(TenantName tenant) {
        return rows(tenant).stream().map(IdentityViews.Member::of).toList();
    }

    /** Adds a member, with the token by which it signs in; it is told this once. */
    IdentityViews.NewToken add(
            TenantName tenant,
            MemberName name,
            Role role,
            @Nullable Integer expiresInDays,
            Caller caller) {
        AccessTokenService.requireAll(caller, role.rights(), role.wireName());
        return Conflicts.retry(
                "Member \"%s\"".formatted(name),
                () -> tryAdd(tenant, name, role, expiresInDays, caller));
    }

    private Optional<IdentityViews.NewToken> tryAdd(
            TenantName tenant,
            MemberName name,
            Role role,
            @Nullable Integer expiresInDays,
            Caller caller) {
        Row<TenantRecord> row = tenants.require(tenant);
        List<MemberRecord> members = members(tenant);
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
        AccessTokenService.Made made =
                tokens.make(tenant, FIRST_TOKEN, name, null, Set.of(), caller, expiresInDays);
        AtomicWrite.Builder write =
                tenants.begin(tenant, Optional.of(row))
                        .set(
                                KvKey.of(SystemRows.member(tenant, name)),
                                SystemDatabase.value(
                                        new MemberRecord(
                                                tenant,
                                                name,
                                                role,
                                                clock.instant().truncatedTo(ChronoUnit.MILLIS))));
        tokens.add(write, made.record());
        return database.commit(write) ? Optional.of(made.view()) : Optional.empty();
    }

    /** Gives a member another role, at once for all its tokens; returns the one before. */
    Role change(TenantName tenant, MemberName name, Role role, IfMatch ifMatch, Caller caller) {
        AccessTokenService.requireAll(caller, role.rights(), role.wireName());
        return Conflicts.retry(
                "The role of member \"%s\"".formatted(name),
                () -> {
                    Row<MemberRecord> row = require(tenant, name, ifMatch, caller);
                    KvKey key = KvKey.of(SystemRows.member(tenant, name));
                    MemberRecord changed =
                            new MemberRecord(tenant, name, role, row.value().addedAt());
                    return database.commit(
                                    AtomicWrite.builder()
                                            .check(key, row.stamp())
                                            .set(key, SystemDatabase.value(changed)))
                            ? Optional.of(row.value().role())
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
                    KvKey key = KvKey.of(SystemRows.member(tenant, name));
                    AtomicWrite.Builder write =
                            tenants.begin(tenant, Optional.of(owner))
                                    .check(key, row.stamp())
                                    .delete(key);
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

    private Row<MemberRecord> require(
            TenantName tenant, MemberName name, IfMatch ifMatch, Caller caller) {
        Row<MemberRecord> row = tokens.requireMember(tenant, name);
        ifMatch.require(EntityTag.of(row), "Member \"%s\"".formatted(name));
        AccessTokenService.requireAll(
                caller, row.value().role().rights(), "Member \"%s\"".formatted(name));
        return row;
    }

    private List<MemberRecord> members(TenantName tenant) {
        return rows(tenant).stream().map(Row::value).toList();
    }

    private List<Row<MemberRecord>> rows(TenantName tenant) {
        return database.all(SystemRows.members(tenant), MemberRecord.class);
    }
}

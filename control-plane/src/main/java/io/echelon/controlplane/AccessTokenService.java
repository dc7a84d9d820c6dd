package io.echelon.controlplane;

import io.echelon.controlplane.SystemDatabase.Row;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.Expiry;
import io.echelon.kvstore.KvKey;
import io.echelon.tenants.AccessTokenRecord;
import io.echelon.tenants.AppName;
import io.echelon.tenants.BearerToken;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Limits;
import io.echelon.tenants.MemberName;
import io.echelon.tenants.MemberRecord;
import io.echelon.tenants.Right;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import io.echelon.tenants.TenantRecord;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tokens that open the API, of members and of services. */
@Singleton
final class AccessTokenService {
    /** How long a token is still listed after it expired. */
    private static final Duration LISTED = Duration.ofDays(7);

    private final SystemDatabase database;
    private final TenantService tenants;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    /** A token and its record, before they are told and written. */
    record Made(BearerToken token, AccessTokenRecord record) {
        IdentityViews.NewToken view() {
            MemberName member = record.member();
            return new IdentityViews.NewToken(
                    record.id(),
                    token.text(),
                    record.label(),
                    member == null ? null : member.value(),
                    record.expiresAt());
        }
    }

    AccessTokenService(SystemDatabase database, TenantService tenants, InstantSource clock) {
        this.database = database;
        this.tenants = tenants;
        this.clock = clock;
    }

    /** Makes a token that may do no more than its maker; the only time that its secret is told. */
    IdentityViews.NewToken create(
            TenantName tenant, IdentityViews.TokenRequest request, Caller maker) {
        return Conflicts.retry(
                "The token", () -> tryCreate(tenant, request, maker).map(Made::view));
    }

    private Optional<Made> tryCreate(
            TenantName tenant, IdentityViews.TokenRequest request, Caller maker) {
        Row<TenantRecord> row = tenants.require(tenant);
        Made made =
                request.member() == null
                        ? service(tenant, request, maker)
                        : member(tenant, request, new MemberName(request.member()), maker);
        AtomicWrite.Builder write = tenants.begin(tenant, Optional.of(row));
        add(write, made.record());
        return database.commit(write) ? Optional.of(made) : Optional.empty();
    }

    private Made service(TenantName tenant, IdentityViews.TokenRequest request, Caller maker) {
        List<String> names = request.rights();
        if (names == null || names.isEmpty()) {
            throw refuse(
                    "A token of a service needs rights, such as apps:deploy; one of a member needs the member's name");
        }
        Set<Right> rights = EnumSet.of(Right.PLATFORM_READ);
        names.forEach(name -> rights.add(Right.of(name)));
        if (rights.contains(Right.PLATFORM_OPERATE)) {
            throw refuse("platform:operate is the operator's alone; no token of a tenant has it");
        }
        requireAll(maker, rights, "A token");
        return make(
                tenant,
                request.label(),
                null,
                request.app() == null ? null : new AppName(request.app()),
                rights,
                maker,
                request.expiresInDays());
    }

    private Made member(
            TenantName tenant, IdentityViews.TokenRequest request, MemberName name, Caller maker) {
        if (request.app() != null || request.rights() != null) {
            throw refuse(
                    "A member's token has the rights of the member's role; leave out app and rights");
        }
        MemberRecord member = requireMember(tenant, name).value();
        requireAll(maker, member.role().rights(), "A token of \"%s\"".formatted(name));
        return make(tenant, request.label(), name, null, Set.of(), maker, request.expiresInDays());
    }

    /** A token that nobody knows of yet. */
    Made make(
            TenantName tenant,
            String label,
            @Nullable MemberName member,
            @Nullable AppName app,
            Collection<Right> rights,
            Caller maker,
            @Nullable Integer expiresInDays) {
        int days = expiresInDays == null ? Limits.TOKEN_DAYS_DEFAULT : expiresInDays;
        if (days < 1 || days > Limits.TOKEN_DAYS_MAX) {
            throw refuse(
                    "expiresInDays is %,d; it must be from 1 to %d"
                            .formatted(days, Limits.TOKEN_DAYS_MAX));
        }
        if (label.isBlank()
                || label.length() > Limits.TOKEN_LABEL_MAX_CHARS
                || label.chars().anyMatch(Character::isISOControl)) {
            throw refuse(
                    "A token's label must be 1 to %d characters without line breaks, to know it by"
                            .formatted(Limits.TOKEN_LABEL_MAX_CHARS));
        }
        BearerToken token = BearerToken.make(BearerToken.Kind.ACCESS, random);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        return new Made(
                token,
                new AccessTokenRecord(
                        token.id(),
                        tenant,
                        label,
                        member,
                        app,
                        List.copyOf(rights),
                        token.sha256(),
                        maker.actor(),
                        now,
                        now.plus(Duration.ofDays(days))));
    }

    /** Adds a token to a commit that {@link TenantService#begin} began. */
    void add(AtomicWrite.Builder write, AccessTokenRecord record) {
        if (records(record.tenant()).size() >= Limits.TOKENS_PER_TENANT_MAX) {
            throw new EchelonException(
                    ErrorCode.OVER_QUOTA,
                    "Tenant \"%s\" has %d tokens, as many as are allowed; revoke one with `edge tokens revoke`"
                            .formatted(record.tenant(), Limits.TOKENS_PER_TENANT_MAX));
        }
        Expiry expiry = Expiry.at(record.expiresAt().plus(LISTED));
        for (List<Object> key : keys(record)) {
            write.set(KvKey.of(key), SystemDatabase.value(record), expiry);
        }
    }

    /** Adds the end of a token to a commit. */
    static void delete(AtomicWrite.Builder write, AccessTokenRecord record) {
        keys(record).forEach(key -> write.delete(KvKey.of(key)));
        write.delete(KvKey.of(SystemRows.accessTokenUse(record.id())));
    }

    List<IdentityViews.Token> list(TenantName tenant) {
        List<AccessTokenRecord> records = records(tenant);
        List<Optional<Row<Instant>>> uses =
                database.getAll(
                        records.stream()
                                .map(record -> SystemRows.accessTokenUse(record.id()))
                                .toList(),
                        Instant.class);
        List<IdentityViews.Token> tokens = new ArrayList<>();
        for (int i = 0; i < records.size(); i++) {
            tokens.add(
                    IdentityViews.Token.of(
                            records.get(i), uses.get(i).map(Row::value).orElse(null)));
        }
        return tokens;
    }

    /** Revokes a token: the next request opens nothing with it. */
    AccessTokenRecord revoke(TenantName tenant, String id, Caller caller) {
        Optional<Row<AccessTokenRecord>> found =
                BearerToken.isId(id)
                        ? database.get(SystemRows.accessToken(tenant, id), AccessTokenRecord.class)
                        : Optional.empty();
        AccessTokenRecord record =
                found.map(Row::value)
                        .orElseThrow(
                                () ->
                                        new EchelonException(
                                                ErrorCode.NOT_FOUND,
                                                "Tenant \"%s\" has no token of this id; `edge tokens list` lists those that it has"
                                                        .formatted(tenant)));
        requireAll(caller, rights(record), "Token %s".formatted(id));
        AtomicWrite.Builder write = AtomicWrite.builder();
        delete(write, record);
        database.commit(write);
        return record;
    }

    List<AccessTokenRecord> records(TenantName tenant) {
        return database.all(SystemRows.accessTokens(tenant), AccessTokenRecord.class).stream()
                .map(Row::value)
                .toList();
    }

    Row<MemberRecord> requireMember(TenantName tenant, MemberName name) {
        return database.get(SystemRows.member(tenant, name), MemberRecord.class)
                .orElseThrow(
                        () ->
                                new EchelonException(
                                        ErrorCode.NOT_FOUND,
                                        "Tenant \"%s\" has no member \"%s\"; `edge members list` lists those that it has"
                                                .formatted(tenant, name)));
    }

    /** Refuses a caller that would give, or take, what it has not itself. */
    static void requireAll(Caller caller, Set<Right> rights, String what) {
        for (Right right : rights) {
            if (!caller.rights().contains(right)) {
                throw new EchelonException(
                        ErrorCode.PERMISSION_DENIED,
                        "%s has the right %s, which you have not; ask a member with the role %s or above"
                                .formatted(what, right.wireName(), right.least().wireName()));
            }
        }
    }

    private Set<Right> rights(AccessTokenRecord record) {
        MemberName member = record.member();
        if (member == null) {
            return Set.copyOf(record.rights());
        }
        return database.get(SystemRows.member(record.tenant(), member), MemberRecord.class)
                .map(row -> row.value().role().rights())
                .orElse(Set.of());
    }

    private static List<List<Object>> keys(AccessTokenRecord record) {
        return List.of(
                SystemRows.accessToken(record.id()),
                SystemRows.accessToken(record.tenant(), record.id()));
    }

    private static EchelonException refuse(String message) {
        return new EchelonException(ErrorCode.INVALID_ARGUMENT, message);
    }
}

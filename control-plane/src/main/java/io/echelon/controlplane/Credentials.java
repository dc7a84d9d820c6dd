package io.echelon.controlplane;

import io.echelon.tenants.AccessTokenRecord;
import io.echelon.tenants.MemberName;
import io.echelon.tenants.MemberRecord;
import io.echelon.tenants.SystemRows;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;

/**
 * Whose an access token or the owner token is that was recognized before, as that is now. Calls do
 * not block.
 */
@Singleton
final class Credentials {
    private final OwnerToken owner;
    private final SystemDatabase database;
    private final TokenUses uses;
    private final InstantSource clock;
    private final String issuer;

    Credentials(
            OwnerToken owner,
            SystemDatabase database,
            TokenUses uses,
            InstantSource clock,
            Settings settings) {
        this.issuer = settings.oidcIssuer().map(URI::toString).orElse("");
        this.owner = owner;
        this.database = database;
        this.uses = uses;
        this.clock = clock;
    }

    /** The owner token as a credential. */
    Credential ofOwner() {
        return new Credential(Credential.Kind.OWNER, owner.fingerprint());
    }

    /** Whose the owner token of a fingerprint is: the operator's, until it is another. */
    Identification owner(String fingerprint) {
        return owner.fingerprint().equals(fingerprint)
                ? new Identification.Known(new Caller.Operator(), ofOwner())
                : new Identification.Unknown();
    }

    /** Whose the access token of an id is. */
    CompletableFuture<Identification> token(String id) {
        return database.find(SystemRows.accessToken(id), AccessTokenRecord.class)
                .thenCompose(
                        record ->
                                record.isEmpty()
                                        ? CompletableFuture.completedFuture(
                                                new Identification.Unknown())
                                        : token(record.get()));
    }

    /** Whose an access token is. */
    CompletableFuture<Identification> token(AccessTokenRecord token) {
        if (!clock.instant().isBefore(token.expiresAt())) {
            return CompletableFuture.completedFuture(
                    new Identification.Expired(
                            token.expiresAt(),
                            new Identification.Holder(token.tenant(), actor(token))));
        }
        MemberName member = token.member();
        if (member == null) {
            return CompletableFuture.completedFuture(known(new Caller.Service(token), token));
        }
        return database.find(SystemRows.member(token.tenant(), member), MemberRecord.class)
                .thenApply(
                        found ->
                                found.map(
                                                is ->
                                                        known(
                                                                new Caller.Member(
                                                                        is.tenant(),
                                                                        is.name(),
                                                                        is.role(),
                                                                        token.expiresAt()),
                                                                token))
                                        .orElseGet(Identification.Unknown::new));
    }

    /**
     * Who a member is that came from an outside provider: nobody, when the platform has another
     * provider by now, or the member was invited anew.
     *
     * @param until when it has to sign in anew
     */
    CompletableFuture<Identification> member(SessionRecord.ByProvider session, Instant until) {
        if (!session.account().issuer().equals(issuer)) {
            return CompletableFuture.completedFuture(new Identification.Unknown());
        }
        return database.find(
                        SystemRows.member(session.tenant(), session.name()), MemberRecord.class)
                .thenApply(
                        found ->
                                found.filter(is -> session.account().equals(is.account()))
                                        .<Identification>map(
                                                is ->
                                                        new Identification.Known(
                                                                new Caller.Member(
                                                                        is.tenant(),
                                                                        is.name(),
                                                                        is.role(),
                                                                        until),
                                                                null))
                                        .orElseGet(Identification.Unknown::new));
    }

    private static String actor(AccessTokenRecord token) {
        MemberName member = token.member();
        return member == null ? "service " + token.id() : "member " + member;
    }

    private Identification known(Caller caller, AccessTokenRecord token) {
        uses.note(token.id());
        return new Identification.Known(caller, new Credential(Credential.Kind.TOKEN, token.id()));
    }
}

package io.echelon.controlplane;

import io.echelon.tenants.AccessTokenRecord;
import io.echelon.tenants.BearerToken;
import io.echelon.tenants.MemberName;
import io.echelon.tenants.MemberRecord;
import io.echelon.tenants.SystemRows;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Who callers are, by the tokens that they show. Nothing is remembered between requests, so what is
 * revoked opens nothing from that moment on. Calls do not block.
 */
@Singleton
final class Identities {
    private static final String SCHEME = "bearer ";
    private static final String NOBODY = "0".repeat(64);

    private final OwnerToken owner;
    private final SystemDatabase database;
    private final TokenUses uses;
    private final InstantSource clock;
    private final WrongTokens wrong = new WrongTokens(System::nanoTime);

    Identities(OwnerToken owner, SystemDatabase database, TokenUses uses, InstantSource clock) {
        this.owner = owner;
        this.database = database;
        this.uses = uses;
        this.clock = clock;
    }

    /**
     * Who sent a request.
     *
     * @param authorizations its {@code Authorization} headers; exactly one, of the scheme {@code
     *     Bearer}, tells anything
     * @param source as {@link WrongTokens#source} has it
     */
    CompletableFuture<Identification> identify(List<String> authorizations, String source) {
        Optional<String> shown = bearer(authorizations);
        if (shown.isEmpty()) {
            return CompletableFuture.completedFuture(new Identification.Unknown());
        }
        if (owner.is(shown.get())) {
            return CompletableFuture.completedFuture(
                    new Identification.Known(new Caller.Operator()));
        }
        Optional<BearerToken> token = BearerToken.parse(BearerToken.Kind.ACCESS, shown.get());
        boolean isFamiliar = token.isPresent() && uses.isKnown(token.get().id());
        if (wrong.isTooMany(source) && !isFamiliar) {
            return CompletableFuture.completedFuture(new Identification.TooMany());
        }
        CompletableFuture<Identification> found =
                token.isEmpty()
                        ? CompletableFuture.completedFuture(new Identification.Unknown())
                        : find(token.get());
        return found.thenApply(identification -> counted(identification, source));
    }

    private Identification counted(Identification identification, String source) {
        if (identification instanceof Identification.Unknown) {
            wrong.count(source);
        }
        return identification;
    }

    private CompletableFuture<Identification> find(BearerToken shown) {
        return database.find(SystemRows.accessToken(shown.id()), AccessTokenRecord.class)
                .thenCompose(record -> identify(shown, record));
    }

    private CompletableFuture<Identification> identify(
            BearerToken shown, Optional<AccessTokenRecord> record) {
        // Compared also when there is nothing to compare with, so that time tells nothing.
        boolean isThat = shown.isOfDigest(record.map(AccessTokenRecord::sha256).orElse(NOBODY));
        if (!isThat || record.isEmpty()) {
            return CompletableFuture.completedFuture(new Identification.Unknown());
        }
        return of(record.get());
    }

    /** Whose a token is that was recognized before, by its id. */
    CompletableFuture<Identification> ofToken(String id) {
        return database.find(SystemRows.accessToken(id), AccessTokenRecord.class)
                .thenCompose(
                        record ->
                                record.isEmpty()
                                        ? CompletableFuture.completedFuture(
                                                new Identification.Unknown())
                                        : of(record.get()));
    }

    private CompletableFuture<Identification> of(AccessTokenRecord token) {
        if (!clock.instant().isBefore(token.expiresAt())) {
            return CompletableFuture.completedFuture(new Identification.Expired(token.expiresAt()));
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
                                                                        token),
                                                                token))
                                        .orElseGet(Identification.Unknown::new));
    }

    private Identification known(Caller caller, AccessTokenRecord token) {
        uses.note(token.id());
        return new Identification.Known(caller);
    }

    private static Optional<String> bearer(List<String> authorizations) {
        if (authorizations.size() != 1) {
            return Optional.empty();
        }
        String value = authorizations.getFirst();
        if (value.length() <= SCHEME.length()
                || !value.substring(0, SCHEME.length()).toLowerCase(Locale.ROOT).equals(SCHEME)) {
            return Optional.empty();
        }
        return Optional.of(value.substring(SCHEME.length()).strip());
    }
}

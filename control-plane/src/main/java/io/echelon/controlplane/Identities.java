package io.echelon.controlplane;

import io.echelon.tenants.AccessTokenRecord;
import io.echelon.tenants.AppName;
import io.echelon.tenants.BearerToken;
import io.echelon.tenants.SystemRows;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
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
    private final Credentials credentials;
    private final Sessions sessions;
    private final SignedTokens signed;
    private final WrongTokens wrong = new WrongTokens(System::nanoTime);

    Identities(
            OwnerToken owner,
            SystemDatabase database,
            TokenUses uses,
            Credentials credentials,
            Sessions sessions,
            SignedTokens signed) {
        this.owner = owner;
        this.database = database;
        this.uses = uses;
        this.credentials = credentials;
        this.sessions = sessions;
        this.signed = signed;
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
                    new Identification.Known(new Caller.Operator(), credentials.ofOwner()));
        }
        Optional<BearerToken> token = BearerToken.parse(BearerToken.Kind.ACCESS, shown.get());
        boolean isFamiliar = token.isPresent() && uses.isKnown(token.get().id());
        if (wrong.isTooMany(source) && !isFamiliar) {
            return CompletableFuture.completedFuture(new Identification.TooMany());
        }
        CompletableFuture<Identification> found =
                token.isEmpty() ? signed(shown.get()) : find(token.get());
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
        return credentials.token(record.get());
    }

    private CompletableFuture<Identification> signed(String token) {
        return signed.check(token)
                .thenCompose(
                        checked ->
                                switch (checked) {
                                    case SignedTokens.Checked.Good(SignedTokens.Claims claims) ->
                                            whose(claims.source())
                                                    .thenApply(found -> narrowed(found, claims));
                                    case SignedTokens.Checked.Expired(var at) ->
                                            CompletableFuture.completedFuture(
                                                    new Identification.Expired(at, null));
                                    case SignedTokens.Checked.Bad() ->
                                            CompletableFuture.completedFuture(
                                                    new Identification.Unknown());
                                });
    }

    /** Whose what a short-lived token came from is now. */
    private CompletableFuture<Identification> whose(Credential source) {
        return switch (source.kind()) {
            case TOKEN -> credentials.token(source.id());
            case SESSION -> sessions.ofDigest(source.id());
            case OWNER -> CompletableFuture.completedFuture(credentials.owner(source.id()));
        };
    }

    private static Identification narrowed(Identification found, SignedTokens.Claims claims) {
        if (!(found instanceof Identification.Known(Caller whose, _))) {
            return found;
        }
        AppName only = whose.onlyApp();
        boolean isSame =
                Objects.equals(whose.onlyTenant(), claims.tenant())
                        && (only == null || only.equals(claims.app()));
        return isSame
                ? new Identification.Known(
                        new Caller.Bearer(whose, claims.scope(), claims.app(), claims.expiresAt()),
                        null)
                : new Identification.Unknown();
    }

    /** The token of a request's {@code Authorization} headers, if there is one. */
    static Optional<String> bearer(List<String> authorizations) {
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

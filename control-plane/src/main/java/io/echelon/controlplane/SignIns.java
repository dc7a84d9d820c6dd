package io.echelon.controlplane;

import io.echelon.controlplane.SignInTrail.Door;
import io.echelon.tenants.TenantName;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Signing in to the console by a token, and how often anybody may try to, by a token or otherwise:
 * an address and an account {@value #BURST} times at once and then once a second, whether they
 * succeed or not. The account of a token is the id that it shows.
 *
 * <p>Thread safety: safe for use by several threads.
 */
@Singleton
public final class SignIns {
    static final int BURST = 60;

    /** What came of signing in. */
    public sealed interface SignIn {
        /**
         * The token is somebody's.
         *
         * @param secret what the browser shows from now on
         */
        record Opened(String secret) implements SignIn {
            @Override
            public String toString() {
                return "Opened";
            }
        }

        /** The token is nobody's, or no longer. */
        record Refused(String why) implements SignIn {}

        /** Too many were tried from that address, or for that account. */
        record TooMany(long seconds) implements SignIn {}
    }

    private final Identities identities;
    private final Sessions sessions;
    private final SignInTrail trail;
    private final Allowances attempts = new Allowances(BURST, 1, System::nanoTime);

    SignIns(Identities identities, Sessions sessions, SignInTrail trail) {
        this.identities = identities;
        this.sessions = sessions;
        this.trail = trail;
    }

    /** Begins a session by a token that a request showed; blocks. */
    public SignIn signIn(String token, RoutingContext context) {
        String shown = token.strip();
        String account = SignInTrail.account(shown);
        String source = WrongTokens.source(context.request().remoteAddress());
        Optional<Duration> wait = attempt(source, account);
        if (wait.isPresent()) {
            trail.refused(Door.CONSOLE, Refused.TOO_OFTEN, account, context);
            return new SignIn.TooMany(TooManyException.seconds(wait.get()));
        }
        Identification identification =
                SystemDatabase.await(identities.identify(List.of("Bearer " + shown), source));
        return switch (identification) {
            case Identification.Known(Caller caller, Credential by) when by != null ->
                    new SignIn.Opened(
                            sessions.begin(
                                    by,
                                    trail.row(
                                            caller,
                                            "signIn.token",
                                            context,
                                            by.kind() == Credential.Kind.TOKEN
                                                    ? Map.of("token", by.id())
                                                    : null)));
            case Identification.Known(Caller caller, _) -> {
                TenantName tenant = caller.onlyTenant();
                trail.refusedHolder(
                        Door.CONSOLE,
                        Refused.SHORT_LIVED_TOKEN,
                        tenant == null ? null : new Identification.Holder(tenant, caller.actor()),
                        context);
                yield new SignIn.Refused(
                        "A short-lived token is for programs and opens no session; sign in with the token that it came from.");
            }
            case Identification.Unknown() -> {
                trail.refused(Door.CONSOLE, Refused.WRONG_TOKEN, account, context);
                yield new SignIn.Refused(
                        "This is not a token of this platform, or it was revoked. Paste all of it, without quotes.");
            }
            case Identification.Expired(Instant at, Identification.Holder holder) -> {
                trail.refusedHolder(Door.CONSOLE, Refused.EXPIRED_TOKEN, holder, context);
                yield new SignIn.Refused(
                        "This token expired at %s; ask an admin of your tenant for a new one."
                                .formatted(at.truncatedTo(ChronoUnit.SECONDS)));
            }
            case Identification.TooMany() -> {
                trail.refused(Door.CONSOLE, Refused.TOO_OFTEN, account, context);
                yield new SignIn.TooMany(1);
            }
        };
    }

    /** Ends the session of a browser; blocks. */
    public void signOut(String secret, RoutingContext context) {
        sessions.end(secret, caller -> trail.row(caller, "signIn.out", context, null));
    }

    /**
     * How long an address or an account has to wait that tries too often; empty is not at all.
     *
     * @param account null is none that is known
     */
    Optional<Duration> attempt(String source, @Nullable String account) {
        Optional<Duration> ofSource = attempts.take("from " + source);
        return ofSource.isPresent() || account == null ? ofSource : attemptOf(account);
    }

    /** The same for an account alone. */
    Optional<Duration> attemptOf(String account) {
        return attempts.take("of " + account);
    }
}

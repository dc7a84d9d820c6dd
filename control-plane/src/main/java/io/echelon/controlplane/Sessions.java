package io.echelon.controlplane;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.Expiry;
import io.echelon.kvstore.KvKey;
import io.echelon.tenants.AccessTokenRecord;
import io.vertx.core.net.SocketAddress;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Browsers that are signed in. Each has 256 random bits, of which the store keeps the SHA-256, so
 * sessions outlive the control plane and a copy of the store opens none. A session ends {@value
 * #HOURS_MAX} hours after it began, {@value #IDLE_MINUTES_MAX} minutes after it was used last, when
 * it is ended, and when its token does.
 *
 * <p>Thread safety: safe for use by several threads.
 */
@Singleton
public final class Sessions {
    static final int HOURS_MAX = 12;
    static final int IDLE_MINUTES_MAX = 30;

    private static final Logger LOG = Logger.getLogger(Sessions.class);
    private static final Duration LONGEST = Duration.ofHours(HOURS_MAX);
    private static final Duration IDLE = Duration.ofMinutes(IDLE_MINUTES_MAX);
    private static final Duration GRAIN = Duration.ofMinutes(1);
    private static final int SECRET_BYTES = 32;
    private static final Pattern SECRET = Pattern.compile("[A-Za-z0-9_-]{43}");

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

        /** Too many wrong tokens came from that address. */
        record TooMany() implements SignIn {}
    }

    private final SystemDatabase database;
    private final Identities identities;
    private final OwnerToken owner;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    Sessions(
            SystemDatabase database, Identities identities, OwnerToken owner, InstantSource clock) {
        this.database = database;
        this.identities = identities;
        this.owner = owner;
        this.clock = clock;
    }

    /** Begins a session by a token that came from an address; blocks. */
    public SignIn signIn(String token, SocketAddress from) {
        Identification identification =
                SystemDatabase.await(
                        identities.identify(
                                List.of("Bearer " + token.strip()), WrongTokens.source(from)));
        return switch (identification) {
            case Identification.Known(Caller caller) -> new SignIn.Opened(begin(caller));
            case Identification.Unknown() ->
                    new SignIn.Refused(
                            "This is not a token of this platform, or it was revoked. Paste all of it, without quotes.");
            case Identification.Expired(Instant at) ->
                    new SignIn.Refused(
                            "This token expired at %s; ask an admin of your tenant for a new one."
                                    .formatted(at.truncatedTo(ChronoUnit.SECONDS)));
            case Identification.TooMany() -> new SignIn.TooMany();
        };
    }

    /** Ends a session; blocks. */
    public void end(String secret) {
        if (SECRET.matcher(secret).matches()) {
            String digest = digest(secret);
            database.commit(
                    AtomicWrite.builder()
                            .delete(KvKey.of(session(digest)))
                            .delete(KvKey.of(use(digest))));
        }
    }

    /** Whose session it is; does not block. */
    CompletableFuture<Identification> identify(String secret) {
        if (!SECRET.matcher(secret).matches()) {
            return CompletableFuture.completedFuture(new Identification.Unknown());
        }
        String digest = digest(secret);
        CompletableFuture<Optional<Instant>> use = database.find(use(digest), Instant.class);
        return database.find(session(digest), SessionRecord.class)
                .thenCombine(use, (session, used) -> alive(digest, session, used))
                .thenCompose(
                        session ->
                                session == null
                                        ? CompletableFuture.completedFuture(
                                                new Identification.Unknown())
                                        : identify(session));
    }

    private CompletableFuture<Identification> identify(SessionRecord session) {
        String token = session.token();
        if (token != null) {
            return identities.ofToken(token);
        }
        return CompletableFuture.completedFuture(
                owner.fingerprint().equals(session.owner())
                        ? new Identification.Known(new Caller.Operator())
                        : new Identification.Unknown());
    }

    private @Nullable SessionRecord alive(
            String digest, Optional<SessionRecord> session, Optional<Instant> used) {
        Instant now = clock.instant();
        if (session.isEmpty()
                || used.isEmpty()
                || !now.isBefore(session.get().startedAt().plus(LONGEST))
                || !now.isBefore(used.get().plus(IDLE))) {
            return null;
        }
        if (!now.isBefore(used.get().plus(GRAIN))) {
            note(digest, now);
        }
        return session.get();
    }

    private void note(String digest, Instant now) {
        var _ =
                database.submit(used(AtomicWrite.builder(), digest, now))
                        .whenComplete(
                                (_, failure) -> {
                                    if (failure != null) {
                                        LOG.debugf(failure, "The use of a session was not noted");
                                    }
                                });
    }

    private String begin(Caller caller) {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        String digest = digest(secret);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        AccessTokenRecord token =
                switch (caller) {
                    case Caller.Operator _ -> null;
                    case Caller.Member member -> member.token();
                    case Caller.Service service -> service.token();
                };
        SessionRecord session =
                token == null
                        ? new SessionRecord(null, owner.fingerprint(), now)
                        : new SessionRecord(token.id(), null, now);
        database.commit(
                used(AtomicWrite.builder(), digest, now)
                        .set(
                                KvKey.of(session(digest)),
                                SystemDatabase.value(session),
                                Expiry.in(LONGEST)));
        return secret;
    }

    private static AtomicWrite.Builder used(AtomicWrite.Builder write, String digest, Instant now) {
        return write.set(KvKey.of(use(digest)), SystemDatabase.value(now), Expiry.in(IDLE));
    }

    private static List<Object> session(String digest) {
        return List.of("sessions", digest);
    }

    private static List<Object> use(String digest) {
        return List.of("sessionUses", digest);
    }

    private static String digest(String secret) {
        return HexFormat.of()
                .formatHex(Secrets.sha256().digest(secret.getBytes(StandardCharsets.US_ASCII)));
    }
}

package io.echelon.controlplane;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.Expiry;
import io.echelon.kvstore.KvKey;
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
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Browsers that are signed in. Each has 256 random bits, of which the store keeps the SHA-256, so
 * sessions outlive the control plane and a copy of the store opens none. A session ends {@value
 * #HOURS_MAX} hours after it began, {@value #IDLE_MINUTES_MAX} minutes after it was used last, when
 * it is ended, and when its token or its member does; what was minted from it ends with it.
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

    private final SystemDatabase database;
    private final Credentials credentials;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    Sessions(SystemDatabase database, Credentials credentials, InstantSource clock) {
        this.database = database;
        this.credentials = credentials;
        this.clock = clock;
    }

    /**
     * Begins a session by what its browser showed; returns what it shows from now on; blocks.
     *
     * @param audited what the audit says of it, written with it
     */
    String begin(Credential by, AuditTrail.Entry audited) {
        Instant now = now();
        return switch (by.kind()) {
            case TOKEN -> begin(new SessionRecord(by.id(), null, null, now), audited);
            case OWNER -> begin(new SessionRecord(null, by.id(), null, now), audited);
            case SESSION -> throw new IllegalArgumentException("A session begins no other one");
        };
    }

    /** Begins a session of a member that an outside provider knows; blocks. */
    String begin(SessionRecord.ByProvider member, AuditTrail.Entry audited) {
        return begin(new SessionRecord(null, null, member, now()), audited);
    }

    /**
     * Ends a session; blocks.
     *
     * @param audited what the audit says of it, given whose it was, if it was somebody's
     */
    void end(String secret, Function<Caller, AuditTrail.Entry> audited) {
        if (SECRET.matcher(secret).matches()) {
            String digest = digest(secret);
            AtomicWrite.Builder write =
                    AtomicWrite.builder()
                            .delete(KvKey.of(session(digest)))
                            .delete(KvKey.of(use(digest)));
            if (SystemDatabase.await(ofDigest(digest))
                    instanceof Identification.Known(Caller caller, _)) {
                AuditTrail.add(write, audited.apply(caller));
            }
            database.commit(write);
        }
    }

    /** Whose session it is; does not block. */
    CompletableFuture<Identification> identify(String secret) {
        return SECRET.matcher(secret).matches()
                ? ofDigest(digest(secret))
                : CompletableFuture.completedFuture(new Identification.Unknown());
    }

    /** Whose session it is of whose secret that is the digest; does not block. */
    CompletableFuture<Identification> ofDigest(String digest) {
        CompletableFuture<Optional<Instant>> use = database.find(use(digest), Instant.class);
        return database.find(session(digest), SessionRecord.class)
                .thenCombine(use, (session, used) -> alive(digest, session, used))
                .thenCompose(
                        session ->
                                session == null
                                        ? CompletableFuture.completedFuture(
                                                new Identification.Unknown())
                                        : whose(session))
                .thenApply(
                        found ->
                                found instanceof Identification.Known(Caller caller, _)
                                        ? new Identification.Known(
                                                caller,
                                                new Credential(Credential.Kind.SESSION, digest))
                                        : found);
    }

    private CompletableFuture<Identification> whose(SessionRecord session) {
        String token = session.token();
        if (token != null) {
            return credentials.token(token);
        }
        SessionRecord.ByProvider member = session.member();
        if (member != null) {
            return credentials.member(member, session.startedAt().plus(LONGEST));
        }
        return CompletableFuture.completedFuture(
                credentials.owner(Objects.requireNonNull(session.owner())));
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

    private String begin(SessionRecord session, AuditTrail.Entry audited) {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        String digest = digest(secret);
        database.commit(
                used(AuditTrail.add(AtomicWrite.builder(), audited), digest, session.startedAt())
                        .set(
                                KvKey.of(session(digest)),
                                SystemDatabase.value(session),
                                Expiry.in(LONGEST)));
        return secret;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
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

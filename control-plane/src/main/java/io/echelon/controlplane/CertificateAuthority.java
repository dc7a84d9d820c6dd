package io.echelon.controlplane;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.Expiry;
import io.echelon.kvstore.KvKey;
import io.echelon.tenants.DomainName;
import io.echelon.tenants.SystemRows;
import jakarta.inject.Singleton;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.Order;
import org.shredzone.acme4j.PollableResource;
import org.shredzone.acme4j.Problem;
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.challenge.Http01Challenge;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeLazyLoadingException;
import org.shredzone.acme4j.exception.AcmeNetworkException;
import org.shredzone.acme4j.exception.AcmeProtocolException;
import org.shredzone.acme4j.exception.AcmeRateLimitedException;
import org.shredzone.acme4j.exception.AcmeServerException;

/**
 * The certificate authority that the platform asks by ACME (RFC 8555). What the authority looks for
 * at a host (HTTP-01) is written to the store, from which any node answers it.
 *
 * <p>Failure: {@link NotIssued}. Thread safety: one thread at a time; blocks for minutes at the
 * most.
 */
@Singleton
final class CertificateAuthority {
    /** How long the authority may take for one host, what it answers late not counted. */
    static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final Duration CHALLENGE_KEPT = Duration.ofHours(1);
    private static final Duration PAUSE_FIRST = Duration.ofMillis(250);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(5);
    private static final Set<Status> DECIDED = EnumSet.of(Status.VALID, Status.INVALID);
    private static final Set<Status> READY = EnumSet.of(Status.READY, Status.VALID, Status.INVALID);

    private final SystemDatabase database;
    private final AcmeAccount account;
    private final InstantSource clock;

    CertificateAuthority(SystemDatabase database, AcmeAccount account, InstantSource clock) {
        this.database = database;
        this.account = account;
        this.clock = clock;
    }

    /** Refuses when the operator chose no authority. */
    void requireSet() {
        var _ = account.directory();
    }

    /** Gets a certificate for a host; its private key is made here, and no other has it. */
    CertificateCheck issue(DomainName host) throws NotIssued, InterruptedException {
        String authority = account.directory().getHost();
        try {
            return order(host);
        } catch (AcmeRateLimitedException e) {
            throw new NotIssued(
                    said(authority, host, e.getProblem()), e.getRetryAfter().orElse(null), e);
        } catch (AcmeServerException e) {
            throw new NotIssued(said(authority, host, e.getProblem()), null, e);
        } catch (AcmeNetworkException e) {
            throw new NotIssued(
                    "%s cannot be reached; it is asked again".formatted(authority), null, e);
        } catch (AcmeException | AcmeProtocolException | AcmeLazyLoadingException e) {
            throw new NotIssued(
                    "%s answers otherwise than ACME has it; the control plane's log has more"
                            .formatted(authority),
                    null,
                    e);
        }
    }

    private CertificateCheck order(DomainName host)
            throws AcmeException, NotIssued, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        Order order = account.open().newOrder().domain(host.value()).create();
        for (Authorization authorization : order.getAuthorizations()) {
            if (authorization.getStatus() == Status.PENDING) {
                prove(host, authorization, end);
            }
        }
        require(Status.READY, await(order, READY, end), host, order.getError());
        KeyPair keys = AcmeAccount.makeKeys();
        order.execute(keys);
        require(Status.VALID, await(order, DECIDED, end), host, order.getError());
        return CertificateCheck.of(
                host,
                order.getCertificate().getCertificateChain(),
                keys.getPrivate(),
                clock.instant());
    }

    /** Shows the authority that the host leads here. */
    private void prove(DomainName host, Authorization authorization, long end)
            throws AcmeException, NotIssued, InterruptedException {
        Http01Challenge challenge =
                authorization
                        .findChallenge(Http01Challenge.class)
                        .orElseThrow(
                                () ->
                                        new NotIssued(
                                                "The certificate authority does not look at hosts by HTTP, which is the only way here; upload a certificate",
                                                null,
                                                null));
        KvKey row = KvKey.of(SystemRows.acmeChallenge(host, challenge.getToken()));
        database.commit(
                AtomicWrite.builder()
                        .set(
                                row,
                                SystemDatabase.value(challenge.getAuthorization()),
                                Expiry.in(CHALLENGE_KEPT)));
        try {
            challenge.trigger();
            require(Status.VALID, await(challenge, DECIDED, end), host, challenge.getError());
        } finally {
            database.commit(AtomicWrite.builder().delete(row));
        }
    }

    /** Looks until the authority has decided, as often as it wants. */
    private Status await(PollableResource resource, Set<Status> until, long end)
            throws AcmeException, NotIssued, InterruptedException {
        Duration pause = PAUSE_FIRST;
        while (true) {
            Optional<Instant> again = resource.fetch();
            if (until.contains(resource.getStatus())) {
                return resource.getStatus();
            }
            if (System.nanoTime() - end > 0) {
                throw new NotIssued(
                        "The certificate authority did not decide within %d s; it is asked again"
                                .formatted(PATIENCE.toSeconds()),
                        null,
                        null);
            }
            Duration wanted =
                    again.map(time -> Duration.between(clock.instant(), time)).orElse(pause);
            Thread.sleep(wanted.compareTo(PAUSE_MAX) < 0 ? max(wanted, pause) : PAUSE_MAX);
            pause = pause.multipliedBy(2);
        }
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }

    private void require(Status wanted, Status found, DomainName host, Optional<Problem> problem)
            throws NotIssued {
        if (found != wanted) {
            String authority = account.directory().getHost();
            throw new NotIssued(
                    problem.map(why -> said(authority, host, why))
                            .orElse("%s refused without saying why".formatted(authority)),
                    null,
                    null);
        }
    }

    private static String said(String authority, DomainName host, Problem problem) {
        String type = problem.getType().toString();
        String kind = type.substring(type.lastIndexOf(':') + 1);
        return "%s %s. %s says: %s"
                .formatted(
                        host,
                        wayOut(kind),
                        authority,
                        problem.getDetail().or(problem::getTitle).orElse(kind));
    }

    /** What a host's owner can do about a problem of RFC 8555, section 6.7. */
    private static String wayOut(String kind) {
        return switch (kind.toLowerCase(Locale.ROOT)) {
            case "dns", "connection", "unauthorized", "incorrectresponse", "tls" ->
                    "has to lead to the platform's nodes at port 80, by its A and AAAA records, before it gets a certificate";
            case "caa" -> "has a CAA record that does not allow this certificate authority";
            case "ratelimited" ->
                    "has to wait: too much was asked for; it is asked again by itself";
            case "rejectedidentifier" ->
                    "is a host for which this authority issues nothing; upload a certificate";
            default -> "gets no certificate now";
        };
    }
}

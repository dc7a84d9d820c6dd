package io.echelon.controlplane;

import io.echelon.controlplane.SystemDatabase.Row;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.Expiry;
import io.echelon.kvstore.KvKey;
import io.echelon.tenants.BearerToken;
import io.echelon.tenants.ClusterTls;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.JoinToken;
import io.echelon.tenants.NodeTokenRecord;
import io.echelon.tenants.SystemRows;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tokens by which nodes of other machines join the platform. */
@Singleton
final class NodeTokenService {
    static final int MINUTES_DEFAULT = 60;
    static final int MINUTES_MAX = 7 * 24 * 60;
    static final int USES_MAX = 100;
    static final int TOKENS_MAX = 100;

    /** How long a token is still known after it expired, so that it can be said to have. */
    private static final Duration REMEMBERED = Duration.ofDays(1);

    private final SystemDatabase database;
    private final PlatformIdentity identity;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    NodeTokenService(SystemDatabase database, PlatformIdentity identity, InstantSource clock) {
        this.database = database;
        this.identity = identity;
        this.clock = clock;
    }

    /** Makes a token; the only time that it is told. */
    NodeViews.NewToken create(NodeViews.TokenRequest request, Caller maker) {
        int minutes = within("expiresInMinutes", request.expiresInMinutes(), MINUTES_MAX);
        if (request.expiresInMinutes() == null) {
            minutes = MINUTES_DEFAULT;
        }
        int uses = within("uses", request.uses(), USES_MAX);
        if (database.clusterAddresses().isEmpty()) {
            throw new EchelonException(
                    ErrorCode.CONFLICT,
                    "No other machine reaches this platform's store, so none could join; start it with `edge up --cluster ADDRESS`");
        }
        if (database.keys(SystemRows.nodeTokens()).size() >= TOKENS_MAX) {
            throw new EchelonException(
                    ErrorCode.OVER_QUOTA,
                    "There are %d tokens of nodes, as many as are allowed; revoke one with `edge node revoke ID`"
                            .formatted(TOKENS_MAX));
        }
        BearerToken bearer = BearerToken.make(BearerToken.Kind.NODE, random);
        JoinToken token = new JoinToken(bearer, authority());
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        NodeTokenRecord record =
                new NodeTokenRecord(
                        bearer.id(),
                        bearer.sha256(),
                        uses,
                        maker.actor(),
                        now,
                        now.plus(Duration.ofMinutes(minutes)));
        database.commit(write(AtomicWrite.builder(), record));
        return new NodeViews.NewToken(record.id(), token.text(), uses, record.expiresAt());
    }

    /** Adds a token to a commit. */
    static AtomicWrite.Builder write(AtomicWrite.Builder write, NodeTokenRecord record) {
        return write.set(
                KvKey.of(SystemRows.nodeToken(record.id())),
                SystemDatabase.value(record),
                Expiry.at(record.expiresAt().plus(REMEMBERED)));
    }

    List<NodeViews.Token> list() {
        return database.all(SystemRows.nodeTokens(), NodeTokenRecord.class).stream()
                .map(row -> NodeViews.Token.of(row.value()))
                .toList();
    }

    Optional<Row<NodeTokenRecord>> find(String id) {
        return BearerToken.isId(id)
                ? database.get(SystemRows.nodeToken(id), NodeTokenRecord.class)
                : Optional.empty();
    }

    /** Revokes a token; nodes that joined by it stay. */
    NodeTokenRecord revoke(String id) {
        NodeTokenRecord record =
                find(id).map(Row::value)
                        .orElseThrow(
                                () ->
                                        new EchelonException(
                                                ErrorCode.NOT_FOUND,
                                                "There is no token of a node of this id; `edge node tokens` lists those that there are"));
        database.commit(AtomicWrite.builder().delete(KvKey.of(SystemRows.nodeToken(id))));
        return record;
    }

    private String authority() {
        try {
            return ClusterTls.digest(identity.tls().authority());
        } catch (CertificateException e) {
            throw new IllegalStateException("The authority's certificate is of no use", e);
        }
    }

    private static int within(String name, @Nullable Integer value, int max) {
        if (value == null) {
            return 1;
        }
        if (value < 1 || value > max) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT,
                    "%s is %,d; it must be from 1 to %,d".formatted(name, value, max));
        }
        return value;
    }
}

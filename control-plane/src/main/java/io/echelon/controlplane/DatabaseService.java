package io.echelon.controlplane;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.KvKey;
import io.echelon.tenants.BearerToken;
import io.echelon.tenants.DatabaseRef;
import io.echelon.tenants.DatabaseTokenRecord;
import io.echelon.tenants.DatabaseTokenRecord.Access;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.NodeRecord;
import io.echelon.tenants.SystemRows;
import jakarta.inject.Singleton;
import java.net.URI;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Tokens that open tenants' databases, and where these are. */
@Singleton
final class DatabaseService {
    /** Tokens of one database at once. */
    static final int TOKENS_MAX = 100;

    private static final String LOCAL_DOMAIN = "localhost";

    private final SystemDatabase database;
    private final KvService kv;
    private final InstantSource clock;
    private final String baseDomain;
    private final SecureRandom random = new SecureRandom();

    DatabaseService(SystemDatabase database, KvService kv, InstantSource clock, Settings settings) {
        this.kv = kv;
        this.database = database;
        this.clock = clock;
        this.baseDomain = settings.baseDomain();
    }

    /**
     * Where {@code Deno.openKv} finds a database. Names below localhost lead to this machine alone,
     * so for them it is the address in the clear, which needs no certificate to be known.
     */
    String url(DatabaseRef ref) {
        List<NodeRecord> nodes = database.nodes();
        if (nodes.isEmpty()) {
            throw new EchelonException(
                    ErrorCode.UNAVAILABLE,
                    "No node is alive, so the database has no address; `edge nodes` lists them");
        }
        boolean isLocal =
                baseDomain.equals(LOCAL_DOMAIN) || baseDomain.endsWith("." + LOCAL_DOMAIN);
        URI node = isLocal ? nodes.getFirst().http() : nodes.getFirst().https();
        boolean isUsualPort = node.getPort() < 0 || node.getPort() == (isLocal ? 80 : 443);
        return "%s://%s%s/kv/%s/%s"
                .formatted(
                        isLocal ? "http" : "https",
                        baseDomain,
                        isUsualPort ? "" : ":" + node.getPort(),
                        ref.tenant(),
                        ref.database());
    }

    /** Makes a token; this is the only time that its secret is told. */
    DatabaseViews.NewToken makeToken(DatabaseRef ref, Access access) {
        String url = url(ref);
        if (records(ref).size() >= TOKENS_MAX) {
            throw new EchelonException(
                    ErrorCode.OVER_QUOTA,
                    "Database \"%s\" has %d tokens, as many as are allowed; revoke one with `edge kv tokens --revoke`"
                            .formatted(ref, TOKENS_MAX));
        }
        kv.remember(ref);
        BearerToken token = BearerToken.make(BearerToken.Kind.DATABASE, random);
        DatabaseTokenRecord record =
                new DatabaseTokenRecord(
                        token.id(),
                        ref,
                        access,
                        token.sha256(),
                        clock.instant().truncatedTo(ChronoUnit.MILLIS));
        database.commit(
                AtomicWrite.builder()
                        .set(
                                KvKey.of(SystemRows.databaseToken(ref, token.id())),
                                SystemDatabase.value(record)));
        return new DatabaseViews.NewToken(
                url, token.text(), token.id(), DatabaseViews.name(access));
    }

    List<DatabaseViews.Token> tokens(DatabaseRef ref) {
        return records(ref).stream().map(DatabaseViews.Token::of).toList();
    }

    /** Revokes a token: within a second no node opens anything for it. */
    void revoke(DatabaseRef ref, String id) {
        List<Object> key = SystemRows.databaseToken(ref, id);
        if (!BearerToken.isId(id) || database.get(key, DatabaseTokenRecord.class).isEmpty()) {
            throw new EchelonException(
                    ErrorCode.NOT_FOUND,
                    "Database \"%s\" has no token of this id; `edge kv tokens` lists those that it has"
                            .formatted(ref));
        }
        database.commit(AtomicWrite.builder().delete(KvKey.of(key)));
    }

    private List<DatabaseTokenRecord> records(DatabaseRef ref) {
        return database.all(SystemRows.databaseTokens(ref), DatabaseTokenRecord.class).stream()
                .map(SystemDatabase.Row::value)
                .toList();
    }
}

package io.echelon.controlplane;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.Expiry;
import io.echelon.kvstore.KvKey;
import io.echelon.tenants.Limits;
import io.echelon.tenants.SystemRows;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * When access tokens were used last, written to the store once a minute at most for each. The
 * {@value #REMEMBERED_MAX} that were used last are remembered here.
 *
 * <p>Thread safety: safe for use by several threads.
 */
@Singleton
final class TokenUses {
    private static final Logger LOG = Logger.getLogger(TokenUses.class);
    private static final int REMEMBERED_MAX = 10_000;
    private static final Duration GRAIN = Duration.ofMinutes(1);

    private final SystemDatabase database;
    private final InstantSource clock;
    private final Map<String, Instant> written =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
                    return size() > REMEMBERED_MAX;
                }
            };

    TokenUses(SystemDatabase database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Whether the token of this id has opened the API lately. */
    synchronized boolean isKnown(String id) {
        return written.containsKey(id);
    }

    /** Notes that the token of this id opened the API now. */
    void note(String id) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        synchronized (this) {
            Instant last = written.get(id);
            if (last != null && last.plus(GRAIN).isAfter(now)) {
                return;
            }
            written.put(id, now);
        }
        AtomicWrite.Builder use =
                AtomicWrite.builder()
                        .set(
                                KvKey.of(SystemRows.accessTokenUse(id)),
                                SystemDatabase.value(now),
                                Expiry.in(Duration.ofDays(Limits.TOKEN_DAYS_MAX)));
        var _ =
                database.submit(use)
                        .whenComplete(
                                (_, failure) -> {
                                    if (failure != null) {
                                        LOG.debugf(
                                                failure, "The use of token %s was not noted", id);
                                    }
                                });
    }
}

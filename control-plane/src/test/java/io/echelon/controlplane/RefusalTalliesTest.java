package io.echelon.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.AuditRecord;
import io.echelon.tenants.TenantName;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RefusalTalliesTest {
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    private final RefusalTallies tallies = new RefusalTallies(RefusalTallies.ADDRESSES_MAX);
    private int requests;

    @Test
    void countsOneAddressInOneRowForAnHour() {
        count("192.0.2.1", "token a", Refused.WRONG_TOKEN, BEGIN);
        List<AuditTrail.Entry> first = tallies.changed(BEGIN);
        count("192.0.2.1", "unknown", Refused.WRONG_TOKEN, BEGIN.plusSeconds(1));
        count("192.0.2.1", "token b", Refused.TOO_OFTEN, BEGIN.plusSeconds(2));

        AuditTrail.Entry row = only(tallies.changed(BEGIN.plusSeconds(3)));
        assertThat(row.place()).isEqualTo(only(first).place());
        assertThat(row.row().outcome()).isEqualTo(AuditRecord.State.REFUSED);
        assertThat(row.row().from()).isEqualTo("192.0.2.1");
        assertThat(after(row).toString())
                .isEqualTo(
                        "{\"count\":3,\"reasons\":{\"wrong token\":2,\"too often\":1},\"accounts\":[\"token a\",\"token b\"],\"lastAt\":\"2026-01-01T00:00:02Z\"}");
        assertThat(tallies.changed(BEGIN.plusSeconds(4))).isEmpty();

        Instant later = BEGIN.plus(RefusalTallies.WINDOW);
        count("192.0.2.1", "token a", Refused.WRONG_TOKEN, later.minusSeconds(1));
        assertThat(after(only(tallies.changed(later))).path("count").asInt()).isEqualTo(4);
        count("192.0.2.1", "token a", Refused.WRONG_TOKEN, later);
        AuditTrail.Entry next = only(tallies.changed(later));
        assertThat(next.place()).isNotEqualTo(row.place());
        assertThat(after(next).path("count").asInt()).isEqualTo(1);
    }

    @Test
    void aFloodFromEverywhereIsABoundedNumberOfRows() {
        Set<Object> places = new HashSet<>();
        long counted = 0;
        for (int i = 0; i < 100_000; i++) {
            count("source-" + i, "token " + i, Refused.WRONG_TOKEN, BEGIN.plusMillis(i));
            if (i % 1_000 == 0) {
                tallies.changed(BEGIN.plusMillis(i)).forEach(row -> places.add(row.place()));
            }
        }
        List<AuditTrail.Entry> rows = tallies.changed(BEGIN.plusSeconds(100));
        rows.forEach(row -> places.add(row.place()));
        tallies.again();
        for (AuditTrail.Entry row : tallies.changed(BEGIN.plusSeconds(101))) {
            counted += after(row).path("count").asLong();
            assertThat(after(row).path("accounts").size())
                    .isLessThanOrEqualTo(RefusalTallies.ACCOUNTS_MAX);
        }

        assertThat(places).hasSize(RefusalTallies.ADDRESSES_MAX + 1);
        assertThat(counted).isEqualTo(100_000);
        assertThat(rows)
                .last()
                .extracting(row -> row.row().from())
                .isEqualTo(RefusalTallies.OTHERS);
    }

    @Test
    void tellsARowAgainThatWasNotWrittenAlsoWhenItsHourIsOver() {
        count("192.0.2.1", "unknown", Refused.NOT_INVITED, BEGIN);
        Instant over = BEGIN.plus(Duration.ofHours(2));
        AuditTrail.Entry told = only(tallies.changed(over));
        tallies.again();

        assertThat(only(tallies.changed(over.plusSeconds(5)))).isEqualTo(told);
        assertThat(tallies.changed(over.plusSeconds(10))).isEmpty();
        tallies.again();
        assertThat(tallies.changed(over.plusSeconds(15))).isEmpty();
    }

    @Test
    void keepsTenantsAndActionsApart() {
        for (String tenant : List.of("acme", "other")) {
            for (String action : List.of("signIn.refused", "tokens.refused")) {
                tallies.count(
                        new AuditTrail.Entry(new TenantName(tenant), row("x", action, "a", BEGIN)),
                        "192.0.2.1",
                        Refused.EXPIRED_TOKEN);
            }
        }
        assertThat(tallies.changed(BEGIN)).hasSize(4);
    }

    private void count(String source, String actor, Refused reason, Instant now) {
        tallies.count(
                new AuditTrail.Entry(TenantName.DEFAULT, row(actor, "signIn.refused", source, now)),
                source,
                reason);
    }

    private AuditRecord row(String actor, String action, String from, Instant now) {
        return new AuditRecord(
                now,
                actor,
                from,
                action,
                "/sign-in",
                "request-" + requests++,
                AuditRecord.State.BEGUN,
                null,
                null);
    }

    private static AuditTrail.Entry only(List<AuditTrail.Entry> rows) {
        assertThat(rows).hasSize(1);
        return rows.getFirst();
    }

    private static JsonNode after(AuditTrail.Entry row) {
        return Objects.requireNonNull(row.row().after());
    }
}

package io.echelon.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.KvKey;
import io.echelon.tenants.AppName;
import io.echelon.tenants.Outcome;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import io.echelon.tenants.UsageCounter;
import io.echelon.tenants.UsageCounts;
import io.echelon.tenants.UsageRows;
import io.echelon.tenants.UsageStep;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.config.JsonConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.path.json.config.JsonPathConfig;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class UsageTest extends ControlPlaneTest {
    private final Instant thisHour = UsageStep.HOUR.begin(Instant.now());
    private final Instant today = UsageStep.DAY.begin(thisHour);
    private TenantName tenant;

    @BeforeEach
    void makeTenant() {
        tenant = new TenantName("u-" + app.substring(4));
        Tokens.tenant(tenant.value());
    }

    private String base() {
        return "/api/v1/tenants/%s/usage".formatted(tenant);
    }

    private static RequestSpecification exact() {
        return api().config(
                        RestAssuredConfig.config()
                                .jsonConfig(
                                        JsonConfig.jsonConfig()
                                                .numberReturnType(
                                                        JsonPathConfig.NumberReturnType.DOUBLE)));
    }

    private static UsageCounts counts(long ok, long micros) {
        UsageCounts counts = new UsageCounts();
        counts.add(UsageCounts.slot(Outcome.OK), ok);
        counts.add(UsageCounts.slot(UsageCounter.CPU_NANOS), ok * 1_500_000);
        counts.add(UsageCounts.slot(UsageCounter.MEMORY_MB_MICROS), ok * 1_024 * micros);
        counts.add(UsageCounts.slot(UsageCounter.EGRESS_BYTES), ok * 100);
        counts.add(UsageCounts.slot(UsageCounter.KV_KIB_SECONDS), ok * 1_024 * 1_024 * 360);
        counts.add(UsageCounts.latencySlot(micros), ok);
        return counts;
    }

    private void row(UsageStep step, String name, int revision, Instant begin, UsageCounts counts) {
        row(step, name, revision, begin, counts, "node-1.a");
    }

    private void row(
            UsageStep step,
            String name,
            int revision,
            Instant begin,
            UsageCounts counts,
            String process) {
        RevisionId id = new RevisionId(tenant, new AppName(name), revision);
        assertThat(
                        database.commit(
                                AtomicWrite.builder()
                                        .set(
                                                KvKey.of(UsageRows.row(step, id, begin, process)),
                                                SystemDatabase.value(counts.toRecord()))))
                .isTrue();
    }

    @Test
    void hasEveryStepOfTheRangeAndAddsUpProcessesAndRevisions() {
        row(UsageStep.HOUR, "shop", 1, thisHour.minus(Duration.ofHours(2)), counts(3, 1_000));
        row(UsageStep.HOUR, "shop", 2, thisHour.minus(Duration.ofHours(2)), counts(6, 1_000));
        row(
                UsageStep.HOUR,
                "shop",
                2,
                thisHour.minus(Duration.ofHours(2)),
                counts(1, 9_000),
                "node-2.b");
        row(UsageStep.HOUR, "shop", 2, thisHour, counts(1, 500));
        row(UsageStep.HOUR, "other", 1, thisHour, counts(50, 500));

        exact().queryParam("app", "shop")
                .queryParam("from", thisHour.minus(Duration.ofHours(5)).toString())
                .queryParam("to", thisHour.plus(Duration.ofHours(1)).toString())
                .get(base())
                .then()
                .statusCode(200)
                .body("step", equalTo("hour"))
                .body("from", equalTo(thisHour.minus(Duration.ofHours(5)).toString()))
                .body("to", equalTo(thisHour.plus(Duration.ofHours(1)).toString()))
                .body("points", hasSize(6))
                .body("points[0].time", equalTo(thisHour.minus(Duration.ofHours(5)).toString()))
                .body("points.requests", equalTo(List.of(0, 0, 0, 10, 0, 1)))
                .body("points[3].outcomes.ok", equalTo(10))
                .body("points[3].outcomes.exceededCpu", equalTo(0))
                .body("points[3].cpuMs", equalTo(15.0))
                .body("points[3].gbMs", equalTo(18.0))
                .body("points[3].kvGbHours", equalTo(1.0))
                .body("points[3].egressBytes", equalTo(1_000))
                .body("points[3].p50Ms", closeTo(1, 0.0625))
                .body("points[3].p90Ms", closeTo(1, 0.0625))
                .body("points[3].p99Ms", closeTo(9, 9 * 0.0625))
                .body("points[0].p50Ms", equalTo(0.0))
                .body("total.requests", equalTo(11))
                .body("series", nullValue());
        api().queryParam("app", "shop")
                .queryParam("revision", "v2")
                .get(base())
                .then()
                .body("total.requests", equalTo(8));
    }

    @Test
    void readsMinutesAndDaysAndTheWholeTenant() {
        Instant minute = UsageStep.MINUTE.begin(Instant.now());
        row(UsageStep.MINUTE, "shop", 1, minute, counts(2, 100));
        row(UsageStep.DAY, "shop", 1, today, counts(7, 100));
        assertThat(
                        database.commit(
                                AtomicWrite.builder()
                                        .set(
                                                KvKey.of(
                                                        UsageRows.row(
                                                                UsageStep.DAY, tenant, today, "n")),
                                                SystemDatabase.value(counts(9, 1).toRecord()))))
                .isTrue();

        api().queryParam("step", "minute")
                .queryParam("app", "shop")
                .queryParam("from", minute.minus(Duration.ofMinutes(59)).toString())
                .queryParam("to", minute.plusSeconds(1).toString())
                .get(base())
                .then()
                .body("points.size()", equalTo(60))
                .body("total.requests", equalTo(2));
        api().queryParam("step", "day")
                .queryParam("from", today.minus(Duration.ofDays(1)).toString())
                .queryParam("to", thisHour.plusSeconds(1).toString())
                .get(base())
                .then()
                .body("points.requests", equalTo(List.of(0, 9)));
    }

    @Test
    void hasASeriesForEachAppThatWasUsedPageByPage() {
        for (String name : List.of("a", "a-b", "b", "c")) {
            row(UsageStep.DAY, name, 1, today, counts(name.length(), 10));
        }
        row(UsageStep.DAY, "old", 1, today.minus(Duration.ofDays(9)), counts(1, 10));
        String cursor =
                api().queryParam("groupBy", "app")
                        .queryParam("step", "day")
                        .queryParam("from", today.minus(Duration.ofDays(2)).toString())
                        .queryParam("to", thisHour.plusSeconds(1).toString())
                        .queryParam("limit", "2")
                        .get(base())
                        .then()
                        .statusCode(200)
                        .body("series.app", equalTo(List.of("a", "a-b")))
                        .body("series.points", everyItem(hasSize(3)))
                        .body("series[1].points.requests", equalTo(List.of(0, 0, 3)))
                        .extract()
                        .path("cursor");
        api().queryParam("groupBy", "app")
                .queryParam("step", "day")
                .queryParam("from", today.minus(Duration.ofDays(2)).toString())
                .queryParam("to", thisHour.plusSeconds(1).toString())
                .queryParam("limit", "5")
                .queryParam("cursor", cursor)
                .get(base())
                .then()
                .body("series.app", equalTo(List.of("b", "c")))
                .body("series.total.requests", equalTo(List.of(1, 1)))
                .body("cursor", nullValue());
    }

    @Test
    void isCommaSeparatedWhereThatIsWanted() {
        row(UsageStep.HOUR, "shop", 1, thisHour, counts(4, 1_000));
        String text =
                api().queryParam("format", "csv")
                        .queryParam("groupBy", "app")
                        .queryParam("from", thisHour.minus(Duration.ofHours(1)).toString())
                        .queryParam("to", thisHour.plusSeconds(1).toString())
                        .get(base())
                        .then()
                        .statusCode(200)
                        .contentType(containsString("text/csv"))
                        .extract()
                        .asString();
        String[] lines = text.split("\r\n", -1);
        assertThat(lines).hasSize(4);
        assertThat(lines[0]).startsWith("time,app,requests,ok,exception,").endsWith(",p99Ms");
        assertThat(lines[2]).startsWith(thisHour + ",shop,4,4,0,");
        assertThat(lines[2].split(",", -1)).hasSameSizeAs(lines[0].split(",", -1));
        api().header("accept", "text/csv")
                .get(base())
                .then()
                .contentType(containsString("text/csv"));
    }

    @Test
    void noCellOfItIsAFormula() {
        assertThat(UsageCsv.cell("=1+1")).isEqualTo("'=1+1");
        assertThat(UsageCsv.cell("@a,\"b\"")).isEqualTo("\"'@a,\"\"b\"\"\"");
        assertThat(UsageCsv.cell("-1")).isEqualTo("'-1");
        assertThat(UsageCsv.cell("plain")).isEqualTo("plain");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "step=week",
                "from=yesterday",
                "to=2026-13-01T00:00:00Z",
                "from=1h&to=2h",
                "step=minute&from=5h",
                "step=hour&from=36d",
                "step=day&from=500d",
                "app=UPPER",
                "app=shop&revision=3",
                "revision=v1",
                "groupBy=node",
                "groupBy=app&app=shop",
                "groupBy=app&limit=0",
                "groupBy=app&cursor=%00",
                "format=xml"
            })
    void refusesWhatIsNoRange(String query) {
        api().get(base() + "?" + query)
                .then()
                .statusCode(400)
                .body("error.code", equalTo("INVALID_ARGUMENT"));
    }

    @Test
    void whatIsNotThereIsNotFound() {
        api().get(base() + "?app=nothing").then().statusCode(404);
        api().get("/api/v1/tenants/nobody-at-all/usage").then().statusCode(404);
    }

    @Test
    void goesWithItsTenant() {
        row(UsageStep.DAY, "shop", 1, today, counts(4, 1_000));
        api().delete("/api/v1/tenants/" + tenant).then().statusCode(204);
        assertThat(database.keys(UsageRows.of(UsageStep.DAY, tenant))).isEmpty();
    }
}

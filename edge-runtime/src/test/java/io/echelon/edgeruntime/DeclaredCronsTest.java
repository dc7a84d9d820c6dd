package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echelon.cron.Cron;
import io.echelon.cron.DeclaredCron;
import io.echelon.cron.RevisionCrons;
import io.echelon.cron.Weekdays;
import io.echelon.isolatepool.EventHandler;
import io.echelon.isolatepool.EventKind;
import io.echelon.tenants.AppName;
import io.echelon.tenants.BundleFile;
import io.echelon.tenants.CronSpec;
import io.echelon.tenants.FunctionLimits;
import io.echelon.tenants.Isolation;
import io.echelon.tenants.Manifest;
import io.echelon.tenants.Permissions;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.RouteRecord;
import io.echelon.tenants.TenantName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DeclaredCronsTest {
    private static final EventHandler SCHEDULED = new EventHandler(EventKind.SCHEDULED, "", "");
    private static final TenantName TENANT = TenantName.DEFAULT;
    private static final AppName APP = new AppName("app");

    private static Manifest manifest(CronSpec... crons) {
        return new Manifest(
                "main.js",
                List.of(new BundleFile("main.js", "0".repeat(64), 1)),
                Isolation.REQUEST,
                1,
                FunctionLimits.DEFAULT,
                Permissions.DEFAULT,
                Map.of(),
                List.of(crons),
                null);
    }

    private static EventHandler coded(String name, String options) {
        return new EventHandler(EventKind.CRON, name, options);
    }

    @Test
    void areThoseOfTheConfigurationAndThoseOfTheCode() {
        RevisionCrons crons =
                DeclaredCrons.of(
                        manifest(new CronSpec("a", "0 0 * * 0")),
                        List.of(
                                SCHEDULED,
                                coded(
                                        "b",
                                        "{\"schedule\":\"0 0 * * 1\",\"timezone\":\"Asia/Tokyo\",\"backoffSchedule\":[5]}")));
        assertThat(crons.crons())
                .containsExactly(
                        DeclaredCron.configured(new CronSpec("a", "0 0 * * 0")),
                        DeclaredCron.registered(
                                new CronSpec(
                                        "b",
                                        "0 0 * * 1",
                                        "Asia/Tokyo",
                                        null,
                                        null,
                                        null,
                                        List.of(5),
                                        null)));
        assertThat(crons.crons().getLast().weekdays()).isEqualTo(Weekdays.FROM_ONE);
    }

    @Test
    void areRefusedWithoutAHandler() {
        assertThatThrownBy(
                        () -> DeclaredCrons.of(manifest(new CronSpec("a", "* * * * *")), List.of()))
                .hasMessageContaining("cron \"a\"")
                .hasMessageContaining("main.js exports no handler \"scheduled\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "",
                "{\"schedule\":5}",
                "{\"schedule\":\"* * * * 0\"}",
                "{\"schedule\":\"* * * * *\",\"timezone\":\"Nowhere\"}",
                "{\"schedule\":\"* * * * *\",\"overlap\":\"never\"}",
                "{\"schedule\":\"* * * * *\",\"jitterMs\":-1}",
                "{\"schedule\":\"* * * * *\",\"backoffSchedule\":[1,2,3,4,5,6]}",
                "{\"schedule\":\"* * * * *\",\"other\":1}",
            })
    void areRefusedWhenCodeAsksForWhatIsNone(String options) {
        assertThatThrownBy(() -> DeclaredCrons.of(manifest(), List.of(coded("a", options))))
                .isInstanceOf(io.echelon.tenants.EchelonException.class)
                .hasMessageContaining("a");
    }

    @Test
    void areAtMostAHundredOfDifferentNames() {
        assertThatThrownBy(
                        () ->
                                DeclaredCrons.of(
                                        manifest(new CronSpec("a", "* * * * *")),
                                        List.of(
                                                SCHEDULED,
                                                coded("a", "{\"schedule\":\"* * * * *\"}"))))
                .hasMessageContaining("Two crons are called \"a\"");
        List<EventHandler> many =
                IntStream.range(0, 101)
                        .mapToObj(i -> coded("c" + i, "{\"schedule\":\"* * * * *\"}"))
                        .toList();
        assertThatThrownBy(() -> DeclaredCrons.of(manifest(), many))
                .hasMessageContaining("101 crons; at most 100");
    }

    @Test
    void areInForceOnceTheirRevisionServesAndIsWarmHere() {
        List<List<Cron>> planned = new ArrayList<>();
        CronPlans plans = new CronPlans((tenant, app, crons) -> planned.add(crons));
        RevisionId first = new RevisionId(TENANT, APP, 1);
        RevisionId second = new RevisionId(TENANT, APP, 2);
        plans.loaded(first, crons("one"));
        assertThat(planned.getLast()).isEmpty();
        plans.routed(TENANT, APP, new RouteRecord(TENANT, APP, 1, null, Instant.EPOCH));
        assertThat(planned.getLast()).extracting(cron -> cron.id().name()).containsExactly("one");
        assertThat(planned.getLast().getFirst().since()).isEqualTo(Instant.EPOCH);

        plans.routed(TENANT, APP, new RouteRecord(TENANT, APP, 2, 1, Instant.EPOCH));
        assertThat(planned.getLast()).isEmpty();
        plans.loaded(second, crons("two"));
        assertThat(planned.getLast()).extracting(Cron::revision).containsExactly(second);
        plans.unloaded(first);
        assertThat(planned.getLast()).extracting(Cron::revision).containsExactly(second);
        plans.routed(TENANT, APP, null);
        assertThat(planned.getLast()).isEmpty();
    }

    private static RevisionCrons crons(String name) {
        return new RevisionCrons(List.of(DeclaredCron.configured(new CronSpec(name, "@hourly"))));
    }
}

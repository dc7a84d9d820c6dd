package io.echelon.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.controlplane.SystemDatabase.Row;
import io.echelon.tenants.ReadinessRecord.State;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.RouteRecord;
import io.echelon.tenants.SystemRows;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.ws.rs.sse.OutboundSseEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jboss.resteasy.reactive.server.jaxrs.SseImpl;
import org.junit.jupiter.api.Test;

/** When a deployment is told to be over: as seen at a time that does not go on by itself. */
@QuarkusTest
class ProgressTest extends ControlPlaneTest {
    @Inject AppService apps;

    private final List<String> events = new CopyOnWriteArrayList<>();

    @Test
    void isOverOnceEachNodeSendsRequestsThere() {
        try (TestNode second = TestNode.join(database, "node-2")) {
            int number = begun(Duration.ZERO);
            node.report(id(number), State.READY, null);
            second.report(id(number), State.READY, null);
            until(() -> route(number) != null);
            node.report(id(number), State.SERVING, null);
            second.report(id(number), State.READY, "still on its way");
            until(() -> told("node") == 3);
            assertThat(events).doesNotContain("done");
            second.report(id(number), State.SERVING, "still on its way");
            until(() -> told("done") == 1);
        }
    }

    @Test
    void waitsForNobodyLongerThanTwoSeconds() {
        int number = begun(Duration.ofSeconds(2));
        node.report(id(number), State.READY, null);
        until(() -> told("done") == 1);
    }

    @Test
    void waitsForNobodyWhereTheAddressLeadsToANewerOne() {
        int older = begun(Duration.ZERO);
        int newer = RevisionId.parseLabel(begun());
        node.report(id(newer), State.SERVING, null);
        until(() -> route(newer) != null);
        node.report(id(older), State.READY, null);
        until(() -> told("done") == 1);
    }

    /**
     * Deploys, and has what happens told.
     *
     * @param after how long after the address has moved it is, always
     */
    private int begun(Duration after) {
        int number = RevisionId.parseLabel(begun());
        InstantSource clock =
                () -> {
                    RouteRecord route = route(number);
                    return route == null ? Instant.EPOCH : route.changedAt().plus(after);
                };
        new Progress(database, apps, clock)
                .of(id(number), new SseImpl())
                .map(OutboundSseEvent::getName)
                .subscribe()
                .with(events::add);
        return number;
    }

    private static void until(BooleanSupplier condition) {
        long begun = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun)).isLessThan(30);
            LockSupport.parkNanos(2_000_000);
        }
    }

    private int told(String event) {
        return Collections.frequency(events, event);
    }

    /** The app's route if it leads to a revision. */
    private RouteRecord route(int number) {
        return database.get(
                        SystemRows.route(id(number).tenant(), id(number).app()), RouteRecord.class)
                .map(Row::value)
                .filter(route -> route.production() == number)
                .orElse(null);
    }
}

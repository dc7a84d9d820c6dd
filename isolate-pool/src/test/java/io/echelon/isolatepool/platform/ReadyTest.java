package io.echelon.isolatepool.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.isolatepool.RevisionStatistics;
import io.echelon.tenants.AppName;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whether isolates of a revision stand ready, and how long one takes to. */
@Timeout(60)
final class ReadyTest {
    private static final Playground PLAYGROUND = new Playground();
    private static final long BEGINNING_MILLIS = 50;

    @AfterAll
    static void closePlayground() {
        PLAYGROUND.close();
    }

    private static RevisionStatistics statistics(RevisionId id) {
        return PLAYGROUND.pool().revisionStatistics(id).orElseThrow();
    }

    @Test
    void aRevisionOfWhichNoneStandsReadyIsMadeReadyWhenItIsWarmed() {
        RevisionId id =
                PLAYGROUND.install(
                        "main.js",
                        Map.of(
                                "main.js",
                                """
                                const begun = Date.now();
                                while (Date.now() - begun < %d);
                                export default { fetch: () => new Response("ready") };
                                """
                                        .formatted(BEGINNING_MILLIS)),
                        0);
        while (statistics(id).isReady()) { // what the installation made is given up
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(statistics(id).startNanos())
                .isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(BEGINNING_MILLIS - 1));
        while (!statistics(id).isReady()) {
            PLAYGROUND.pool().warm(id);
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(PLAYGROUND.get(id, "/").text()).isEqualTo("ready");
    }

    @Test
    void ofARevisionThatIsNotInstalledNothingIsKnown() {
        RevisionId unknown = new RevisionId(new TenantName("default"), new AppName("none"), 1);
        PLAYGROUND.pool().warm(unknown);
        assertThat(PLAYGROUND.pool().revisionStatistics(unknown)).isEmpty();
    }
}

package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.cron.Cron;
import io.echelon.cron.CronRunner.End;
import io.echelon.cron.CronRunner.Running;
import io.echelon.cron.CronRunner.Start;
import io.echelon.cron.CronRunner.Verdict;
import io.echelon.cron.DeclaredCron;
import io.echelon.tenants.CronSpec;
import io.echelon.tenants.FunctionLimits;
import io.echelon.tenants.Isolation;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a fire by how its handler ends. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CronCallsTest {
    /** A handler that does not end has five seconds, one that computes 200 ms. */
    private static final FunctionLimits NARROW = new FunctionLimits(200, 128, 5_000);

    private KvPlayground playground;
    private CronCalls calls;

    @BeforeAll
    void open(@TempDir Path folder) {
        playground = new KvPlayground(folder);
        calls =
                new CronCalls(
                        playground.pool(),
                        new TenantGates(AdmissionPolicy.DEFAULT),
                        playground.usage(),
                        Clock.systemUTC(),
                        Traces.off());
    }

    @AfterAll
    void close() {
        playground.close();
    }

    private Running begin(String handler, FunctionLimits limits) {
        RevisionId id =
                playground.install(
                        new TenantName("acme"),
                        "crons",
                        Map.of("main.js", "export default { scheduled: %s };".formatted(handler)),
                        KvBinding.Access.GRANTED,
                        Isolation.REQUEST,
                        limits);
        Cron cron =
                Cron.of(
                        DeclaredCron.configured(new CronSpec("tick", "* * * * *")),
                        id,
                        Instant.EPOCH);
        return calls.run(cron, new Start(calls.newRequestId(), Instant.EPOCH, 1));
    }

    private static End end(Running running) throws Exception {
        return running.end().get(60, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "async () => {} | ok | SUCCEEDED",
                "() => { throw new Error('no') } | exception | FAILED",
                "(event) => { event.noRetry(); throw new Error('no') } | exception | FAILED_FOR_GOOD",
                "() => { for (;;); } | exceededCpu | FAILED",
                "() => new Promise(() => {}) | hung | FAILED",
                "() => new Promise((resolve) => setTimeout(resolve, 60_000)) | exceededWallTime | FAILED",
            })
    void aHandlersEndDecidesWhetherTheFireIsTriedAgain(
            String handler, String outcome, Verdict verdict) throws Exception {
        End end = end(begin(handler, NARROW));
        assertThat(end.outcome()).as("%s", end).isEqualTo(outcome);
        assertThat(end.verdict()).isEqualTo(verdict);
    }

    @Test
    void hundredsOfLongHandlersBeginWhileNoneHasEndedAndAreCanceledAlsoBeforeTheirTurn()
            throws Exception {
        RevisionId id =
                playground.install(
                        new TenantName("acme"),
                        "many",
                        Map.of(
                                "main.js",
                                "export default { scheduled: () => { console.log('begun'); return new Promise((resolve) => setTimeout(resolve, 600_000)) } };"),
                        KvBinding.Access.GRANTED,
                        Isolation.REVISION,
                        KvPlayground.ENDLESS);
        Cron cron =
                Cron.of(
                        DeclaredCron.configured(new CronSpec("tick", "* * * * *")),
                        id,
                        Instant.EPOCH);
        List<Running> running = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            running.add(calls.run(cron, new Start(calls.newRequestId(), Instant.EPOCH, 1)));
        }
        List<String> begun = new ArrayList<>();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (begun.size() < 100) {
            assertThat(System.nanoTime() - end).as("%s have begun", begun.size()).isNegative();
            begun.addAll(playground.takeLog());
            TimeUnit.MILLISECONDS.sleep(5);
        }
        Running late = calls.run(cron, new Start(calls.newRequestId(), Instant.EPOCH, 1));
        late.cancel();
        running.forEach(Running::cancel);
        for (Running one : running) {
            assertThat(end(one).outcome()).isEqualTo("canceled");
        }
        assertThat(end(late).outcome()).isEqualTo("canceled");
    }
}

package io.echelon.edgeruntime;

import io.echelon.cron.Cron;
import io.echelon.cron.CronRunner;
import io.echelon.isolatepool.Call;
import io.echelon.isolatepool.CallReport;
import io.echelon.isolatepool.EventKind;
import io.echelon.isolatepool.FunctionEvent;
import io.echelon.isolatepool.IsolatePool;
import io.echelon.tenants.Outcome;
import io.echelon.tenants.UsageCounter;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Calls the handlers of crons in the pool, under the quotas of their function. */
final class CronCalls implements CronRunner {
    /** What a handler's answer is when it asked not to be called again. */
    private static final String FINAL = "final";

    private final IsolatePool pool;
    private final UsageLedger usage;
    private final InstantSource clock;
    private final RequestIds ids = new RequestIds();

    CronCalls(IsolatePool pool, UsageLedger usage, InstantSource clock) {
        this.pool = pool;
        this.usage = usage;
        this.clock = clock;
    }

    @Override
    public Running run(Cron cron, Start start) {
        CompletableFuture<End> end = new CompletableFuture<>();
        Call call =
                pool.deliver(
                        cron.revision(),
                        new FunctionEvent(
                                start.requestId(),
                                cron.isRegistered() ? EventKind.CRON : EventKind.SCHEDULED,
                                cron.isRegistered() ? cron.id().name() : "",
                                List.of(
                                        cron.schedule().text(),
                                        (double) start.scheduledTime().toEpochMilli())),
                        (report, answer) -> {
                            UsageMeter meter = usage.of(cron.revision());
                            meter.called(report);
                            meter.add(UsageCounter.CRON_RUNS, 1);
                            end.complete(end(report, answer));
                        });
        return new Running() {
            @Override
            public CompletableFuture<End> end() {
                return end;
            }

            @Override
            public void cancel() {
                call.cancel();
            }
        };
    }

    @Override
    public synchronized String newRequestId() {
        return ids.next(clock.millis());
    }

    private static End end(CallReport report, @Nullable String answer) {
        Verdict verdict =
                report.outcome() == Outcome.OK
                        ? Verdict.SUCCEEDED
                        : FINAL.equals(answer) ? Verdict.FAILED_FOR_GOOD : Verdict.FAILED;
        return new End(report.outcome().wireName(), verdict, report.message());
    }
}

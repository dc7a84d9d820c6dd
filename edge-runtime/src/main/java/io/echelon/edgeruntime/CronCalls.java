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
    private final TenantGates gates;
    private final UsageLedger usage;
    private final InstantSource clock;
    private final Traces traces;
    private final StartGate gate = new StartGate();
    private final RequestIds ids = new RequestIds();

    CronCalls(
            IsolatePool pool,
            TenantGates gates,
            UsageLedger usage,
            InstantSource clock,
            Traces traces) {
        this.pool = pool;
        this.gates = gates;
        this.usage = usage;
        this.clock = clock;
        this.traces = traces;
    }

    @Override
    public Running run(Cron cron, Start start) {
        Begun begun = new Begun(cron, start);
        gate.enter(begun::begin);
        return begun;
    }

    /** A call that begins when it is its turn. */
    private final class Begun implements Running {
        private final CompletableFuture<End> end = new CompletableFuture<>();
        private final Cron cron;
        private final Start start;
        private boolean canceled;
        private @Nullable Call call;

        Begun(Cron cron, Start start) {
            this.cron = cron;
            this.start = start;
        }

        private synchronized CompletableFuture<End> begin() {
            if (canceled) {
                end.complete(new End(Outcome.CANCELED.wireName(), Verdict.FAILED, null));
            } else {
                deliver();
            }
            return end;
        }

        private void deliver() {
            UsageMeter meter = usage.of(cron.revision());
            TenantGate tenant = gates.of(cron.id().tenant());
            TenantGate.Verdict verdict = tenant.admit(System.nanoTime());
            if (verdict != TenantGate.Verdict.ADMITTED) {
                meter.count(Outcome.OVER_QUOTA);
                meter.add(UsageCounter.CRON_RUNS, 1);
                end.complete(
                        new End(
                                Outcome.OVER_QUOTA.wireName(),
                                Verdict.FAILED,
                                tenant.refusal(verdict)));
                return;
            }
            RequestTrace trace = traces.begin(start.requestId(), null, this::traced);
            call =
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
                                tenant.release();
                                meter.called(report);
                                traces.called(trace, start.requestId(), report, this::traced);
                                meter.add(UsageCounter.CRON_RUNS, 1);
                                end.complete(CronCalls.end(report, answer));
                            });
        }

        private TracedCall traced() {
            return TracedCall.cron(cron, start.requestId());
        }

        @Override
        public CompletableFuture<End> end() {
            return end;
        }

        @Override
        public synchronized void cancel() {
            canceled = true;
            if (call != null) {
                call.cancel();
            }
        }
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

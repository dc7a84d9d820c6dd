package io.echelon.edgeruntime;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.Enqueue;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvQueue;
import io.echelon.kvstore.KvValue;
import io.echelon.tenants.FunctionLimits;
import io.echelon.tenants.Isolation;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures how fast messages come to handlers, within one process over a local store;
 * docs/performance.md says how it is run.
 */
final class QueueFigures {
    private static final int MESSAGES = Integer.getInteger("echelon.figures.messages", 20_000);
    private static final int ROUNDS = 2;

    private static final String LISTENS =
            "(await Deno.openKv()).listenQueue(() => {}); Deno.serve(() => new Response());";
    private static final String BATCHES = "export default { queue() {} };";

    private QueueFigures() {}

    /** One revision in production. */
    private record One(Target target) implements ProductionRevisions {
        @Override
        public List<Target> production() {
            return List.of(target);
        }

        @Override
        public void onProductionChange(Runnable listener) {}
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory("queue-figures");
        try (KvPlayground playground = new KvPlayground(folder.resolve("kv"));
                LogStore logs = new LogStore(folder.resolve("logs"), "node-1", Clock.systemUTC())) {
            for (int round = 0; round < ROUNDS; round++) {
                measure(playground, logs, "listenQueue", LISTENS, Isolation.REVISION);
                measure(playground, logs, "queue(batch)", BATCHES, Isolation.REVISION);
                measure(playground, logs, "listenQueue", LISTENS, Isolation.REQUEST);
                measure(playground, logs, "queue(batch)", BATCHES, Isolation.REQUEST);
            }
        }
    }

    private static void measure(
            KvPlayground playground, LogStore logs, String what, String source, Isolation isolation)
            throws Exception {
        String app = "queue-" + System.nanoTime();
        KvDatabase database = playground.database("acme", app);
        KvQueue queue = database.queue().orElseThrow();
        for (int i = 0; i < MESSAGES; i += 500) {
            AtomicWrite.Builder write = AtomicWrite.builder();
            for (int j = 0; j < 500; j++) {
                write.enqueue(
                        new Enqueue(
                                new KvValue.V8(new byte[] {(byte) 0xff, 15, 'I', 2}),
                                Instant.now(),
                                List.of(),
                                List.of()));
            }
            var _ = database.commit(write.build()).join();
        }
        RevisionId id =
                playground.install(
                        new TenantName("acme"),
                        app,
                        Map.of("main.js", source),
                        KvBinding.Access.GRANTED,
                        isolation,
                        KvPlayground.ENDLESS);
        Target target =
                new Targets(
                                new TenantGates(AdmissionPolicy.DEFAULT),
                                new SimpleMeterRegistry(),
                                playground.usage())
                        .of(id, FunctionLimits.DEFAULT, null);
        long begun = System.nanoTime();
        try (QueueDispatcher dispatcher =
                new QueueDispatcher(
                        new One(target),
                        playground.store(),
                        new QueueConsumer.Services(
                                playground.pool(),
                                () -> "",
                                new Traffic(Clock.systemUTC()),
                                logs,
                                Clock.systemUTC(),
                                QueueConsumer.LEASE,
                                Traces.off()))) {
            dispatcher.start();
            while (queue.nextDue().join().isPresent()) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
            double seconds = (System.nanoTime() - begun) / 1e9;
            System.out.printf(
                    "%s, %s isolation: %,.0f messages/s%n",
                    what, isolation.name().toLowerCase(Locale.ROOT), MESSAGES / seconds);
        }
        playground.pool().remove(id);
    }
}

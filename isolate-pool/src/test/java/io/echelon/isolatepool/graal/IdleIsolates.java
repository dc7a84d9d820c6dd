package io.echelon.isolatepool.graal;

import io.echelon.isolatepool.FunctionImage;
import io.echelon.isolatepool.PoolOptions;
import io.echelon.isolatepool.PoolOptions.EngineRequirement;
import io.echelon.tenants.AppName;
import io.echelon.tenants.FunctionLimits;
import io.echelon.tenants.Isolation;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Measures what idle isolates take: core, fetch classes and a hello module evaluated in each. The
 * number of isolates is the first argument, 10,000 unless given; docs/reliability.md has the
 * command.
 */
final class IdleIsolates {
    private static final int WARM = 10;
    private static final FunctionLimits LIMITS = new FunctionLimits(20_000, 128, 300_000);
    private static final String HELLO =
            "export default { fetch: (request) => new Response(`hello from ${new URL(request.url).host}`) };";

    private IdleIsolates() {}

    public static void main(String[] arguments) throws IOException {
        int wanted = arguments.length == 0 ? 10_000 : Integer.parseInt(arguments[0]);
        try (GraalIsolatePool pool =
                GraalIsolatePool.create(
                        PoolOptions.forThisMachine(
                                EngineRequirement.OPTIMIZING, PoolOptions.EQUAL_WEIGHTS))) {
            report(pool);
            int step = Math.max(WARM, wanted / 4);
            for (int made = 0; made < wanted; made += WARM) {
                install(pool, 1 + made / WARM);
                if ((made + WARM) % step == 0) {
                    report(pool);
                }
            }
        }
        System.exit(0);
    }

    private static void install(GraalIsolatePool pool, int number) {
        pool.install(
                        new FunctionImage(
                                new RevisionId(TenantName.DEFAULT, new AppName("hello"), number),
                                "main.js",
                                Map.of("main.js", HELLO.getBytes(StandardCharsets.UTF_8)),
                                Isolation.REQUEST,
                                WARM,
                                LIMITS,
                                Map.of(),
                                List.of(),
                                (_, _, _) -> {}))
                .join();
    }

    private static void report(GraalIsolatePool pool) throws IOException {
        System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20;
        String resident =
                Files.readAllLines(Path.of("/proc/self/status")).stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .findFirst()
                        .orElse("");
        System.out.printf(
                "%,d idle isolates: heap after a collection %,d MiB, whole process %,d MiB%n",
                pool.statistics().idle(),
                heap,
                resident.isEmpty() ? 0 : Long.parseLong(resident.replaceAll("[^0-9]", "")) >> 10);
    }
}

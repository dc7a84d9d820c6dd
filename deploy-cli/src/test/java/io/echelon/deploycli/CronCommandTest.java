package io.echelon.deploycli;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.deploycli.Shell.Ending;
import org.junit.jupiter.api.Test;

final class CronCommandTest extends CommandTest {
    private static final String CRONS = "/api/v1/tenants/default/apps/clock/crons";
    private static final String RUN =
            "{\"scheduledTime\":\"2026-03-29T01:30:00Z\",\"startedAt\":\"2026-03-29T01:30:00.004Z\",\"outcome\":\"%s\","
                    + "\"node\":\"node-1\",\"attempt\":1,\"requestId\":\"r1\",\"fire\":\"f1\",\"detail\":\"it threw\"}";

    @Test
    void runsArePrintedOneALineForMachines() {
        server.answer(
                "GET " + CRONS + "/every%20night/runs?limit=2",
                200,
                "{\"runs\":[%s,%s]}".formatted(RUN.formatted("ok"), RUN.formatted("exception")));
        Ending ending = shell.run("cron", "runs", "clock", "every night", "--limit", "2", "--json");
        assertThat(ending.out().lines()).hasSize(2).allMatch(line -> line.startsWith("{\"sched"));
        assertThat(shell.run("cron", "runs", "clock", "every night", "--limit", "2").out())
                .startsWith("SCHEDULED")
                .contains("exception");
    }

    @Test
    void aTriggerWaitsForItsRunAndFailsWithIt() {
        server.answer(
                "POST " + CRONS + "/tick/trigger",
                202,
                "{\"fire\":\"f1\",\"scheduledTime\":\"2026-03-29T01:30:00Z\"}");
        server.answer(
                "GET " + CRONS + "/tick/runs",
                200,
                "{\"runs\":[%s]}".formatted(RUN.formatted("ok")));
        Ending done = shell.run("cron", "trigger", "clock", "tick", "--at", "2026-03-29T01:30:00Z");
        assertThat(done.exitCode()).as(done.err()).isZero();
        assertThat(done.out())
                .isEqualTo("tick of 2026-03-29T01:30:00Z: ok on node-1, request r1\n");
        assertThat(server.received().getFirst().text())
                .isEqualTo("{\"scheduledTime\":\"2026-03-29T01:30:00Z\"}");

        server.answer(
                "GET " + CRONS + "/tick/runs",
                200,
                "{\"runs\":[%s]}".formatted(RUN.formatted("exception")));
        Ending failed = shell.run("cron", "trigger", "clock", "tick");
        assertThat(failed.exitCode()).isEqualTo(1);
        assertThat(failed.out()).endsWith("request r1: it threw\n");
    }

    @Test
    void explainShowsTimesAsTheirZoneHasThem() {
        server.answer(
                "GET /api/v1/schedule?schedule=30%202%20*%20*%20*&weekdays=edge&count=1&timezone=Europe%2FBerlin",
                200,
                "{\"schedule\":\"30 2 * * *\",\"timezone\":\"Europe/Berlin\",\"times\":[\"2026-03-29T01:00:00Z\"]}");
        Ending ending =
                shell.run(
                        "cron",
                        "explain",
                        "30 2 * * *",
                        "--timezone",
                        "Europe/Berlin",
                        "--count",
                        "1");
        assertThat(ending.out()).as(ending.err()).isEqualTo("Sun 2026-03-29 03:00:00 +02:00\n");
    }

    @Test
    void pausesAndResumes() {
        server.answer("POST " + CRONS + "/tick/pause", 200, "{\"name\":\"tick\"}");
        server.answer("POST " + CRONS + "/tick/resume", 200, "{\"name\":\"tick\"}");
        assertThat(shell.run("cron", "pause", "clock", "tick").out()).isEqualTo("tick is paused\n");
        assertThat(shell.run("cron", "resume", "clock", "tick").out())
                .isEqualTo("tick fires again\n");
    }

    @Test
    void refusesWrongUsageBeforeItAsksThePlatform() {
        assertThat(shell.run("cron").exitCode()).isEqualTo(2);
        assertThat(shell.run("cron", "runs", "clock").exitCode()).isEqualTo(2);
        assertThat(shell.run("cron", "trigger", "clock", "tick", "--at", "noon").exitCode())
                .isEqualTo(2);
        assertThat(server.requests()).isEmpty();
    }
}

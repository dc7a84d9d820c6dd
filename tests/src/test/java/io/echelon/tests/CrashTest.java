package io.echelon.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that are killed with SIGKILL in the middle of deployments: what served goes on to
 * serve, every deployment comes to an end that is known, and the next one succeeds.
 */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
final class CrashTest {
    private static final String HOST = "steady.localhost";

    /** Moments after a deployment began, from before its first row to after its end. */
    private static final List<Integer> MOMENTS_MS = List.of(0, 60, 400);

    @TempDir private Path home;
    private Platform platform;
    private Api api;
    private String serving = "";
    private int number;

    @BeforeEach
    void start() throws Exception {
        platform = Platform.start(home);
        api = platform.api();
        deployNext();
    }

    @AfterEach
    void stop() throws Exception {
        platform.stop();
    }

    private static String source(String text) {
        return "export default { fetch: () => new Response('%s') };".formatted(text);
    }

    /** Deploys, which has to succeed. */
    private void deployNext() throws Exception {
        String text = "text " + ++number;
        api.deploy("steady", source(text), "request");
        serving = text;
        Until.holds(() -> platform.answer(0, HOST).equals(text));
    }

    @Test
    void killsOfEitherProcessInADeploymentLoseNothing() throws Exception {
        List<String> known = new ArrayList<>(List.of("v1"));
        for (int moment : MOMENTS_MS) {
            killDuringADeployment(platform.controlPlane(), moment, known);
            killDuringADeployment(platform.node(0), moment, known);
        }
    }

    private void killDuringADeployment(ProcessHandle victim, int moment, List<String> known)
            throws Exception {
        String text = "text " + ++number;
        CompletableFuture<String> begun =
                CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return api.begin("steady", source(text), "request");
                            } catch (Exception e) {
                                return "";
                            }
                        });
        TimeUnit.MILLISECONDS.sleep(moment); // where the kill falls, not what is waited for
        victim.destroyForcibly();
        victim.onExit().get(30, TimeUnit.SECONDS);

        String acknowledged = begun.get(60, TimeUnit.SECONDS);
        if (!acknowledged.isEmpty()) {
            known.add(acknowledged);
        }
        Until.holds(this::everythingEnded);
        List<String> revisions = new ArrayList<>();
        api.read("apps/steady/revisions")
                .path("revisions")
                .forEach(revision -> revisions.add(revision.path("revision").asText()));
        assertThat(revisions).as("revisions that were acknowledged").containsAll(known);
        String production = api.read("apps/steady").path("production").asText();
        String before = serving;
        Until.holds(() -> List.of(before, text).contains(platform.answer(0, HOST)));
        String revisionUrl = "steady--%s.localhost".formatted(production);
        Until.holds(() -> platform.answer(0, HOST).equals(platform.answer(0, revisionUrl)));
        deployNext();
        known.add(api.read("apps/steady").path("production").asText());
    }

    /** Whether the control plane answers and no deployment is under way. */
    private boolean everythingEnded() throws InterruptedException {
        try {
            boolean[] ended = {true};
            api.read("apps/steady/revisions")
                    .path("revisions")
                    .forEach(
                            revision ->
                                    ended[0] &=
                                            !revision.path("state").asText().equals("DEPLOYING"));
            return ended[0];
        } catch (java.io.IOException | IllegalStateException notYet) {
            return false;
        }
    }

    @Test
    void whatASupervisorLeftBehindEndsAndTheNextPlatformServesTheSame() throws Exception {
        List<ProcessHandle> children = List.of(platform.node(0), platform.controlPlane());
        ProcessHandle supervisor = platform.supervisor();
        supervisor.destroyForcibly();
        for (ProcessHandle child : children) {
            ended(child);
        }
        platform = Platform.start(home);
        api = platform.api();
        assertThat(platform.answer(0, HOST)).isEqualTo(serving);
        deployNext();
    }

    @Test
    void everythingKilledAtOnceInADeploymentLosesNothing() throws Exception {
        String revision = api.begin("steady", source("second"), "request");
        List<ProcessHandle> all =
                List.of(platform.supervisor(), platform.controlPlane(), platform.node(0));
        all.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle process : all) {
            ended(process);
        }
        platform = Platform.start(home);
        api = platform.api();
        assertThat(api.progress("steady", revision)).contains("event:done");
        Until.holds(() -> platform.answer(0, HOST).equals("second"));
        assertThat(platform.answer(0, "steady--v1.localhost")).isEqualTo(serving);
    }

    private static void ended(ProcessHandle process)
            throws InterruptedException, ExecutionException, java.util.concurrent.TimeoutException {
        process.onExit().get(60, TimeUnit.SECONDS);
    }
}

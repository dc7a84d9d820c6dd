package io.echelon.deploycli;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.deploycli.Shell.Ending;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SettingsCommandsTest extends CommandTest {
    private static final String APP = "/api/v1/tenants/default/apps/shop";

    @BeforeEach
    void prepare() {
        server.answer("PATCH " + APP + "/env", 200, "{\"revision\":\"v4\"}");
        server.answer("PATCH " + APP + "/secrets", 200, "{\"revision\":null}");
        server.answer(
                "GET " + APP + "/revisions/v4/progress",
                200,
                "event: done\ndata: {\"app\":\"shop\",\"revision\":\"v4\",\"url\":\"https://shop.localhost\",\"previewUrl\":\"x\"}\n\n");
    }

    private String sent() {
        return server.received().stream()
                .filter(request -> request.request().startsWith("PATCH"))
                .toList()
                .getLast()
                .text();
    }

    @Test
    void variablesAreSetAndTheRevisionFollowedUntilItServes() {
        Ending ending = shell.run("env", "set", "shop", "MODE=a=b");

        assertThat(ending.exitCode()).as(ending.err()).isZero();
        assertThat(ending.out()).isEqualTo("shop v4  https://shop.localhost\n");
        assertThat(sent()).contains("\"set\":{\"MODE\":\"a=b\"}").contains("\"unset\":[]");
        assertThat(shell.run("env", "set", "shop", "MODE", "prod").exitCode()).isZero();
        assertThat(sent()).contains("\"set\":{\"MODE\":\"prod\"}");
        assertThat(shell.run("env", "unset", "shop", "MODE").exitCode()).isZero();
        assertThat(sent()).contains("\"set\":{}").contains("\"unset\":[\"MODE\"]");
    }

    @Test
    void aFileIsLoaded() throws IOException {
        Files.write(folder.resolve(".env"), List.of("# mode", "MODE='x y'", "export N=1"));

        assertThat(shell.run("env", "load", "shop", ".env").exitCode()).isZero();
        assertThat(sent()).contains("\"MODE\":\"x y\"").contains("\"N\":\"1\"");
    }

    @Test
    void aSecretIsPipedOrWrittenAndNeverPrinted() {
        Ending piped = shell.piping("hunter2\n").run("secret", "set", "shop", "KEY");

        assertThat(piped.exitCode()).as(piped.err()).isZero();
        assertThat(sent()).contains("\"KEY\":\"hunter2\"");
        assertThat(piped.out() + piped.err()).doesNotContain("hunter2").contains("next revision");
        assertThat(shell.run("secret", "set", "shop", "KEY=hunter3").exitCode()).isZero();
        assertThat(sent()).contains("\"KEY\":\"hunter3\"");
    }

    @Test
    void refusesWrongUsageWithoutSayingTheValue() {
        Ending ending = shell.run("secret", "set", "shop", "A=1", "hunter2");

        assertThat(ending.exitCode()).isEqualTo(2);
        assertThat(ending.err()).doesNotContain("hunter2");
        assertThat(shell.piping("").run("secret", "set", "shop", "KEY").exitCode()).isEqualTo(2);
        assertThat(shell.run("env", "set", "shop").exitCode()).isEqualTo(2);
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void limitsAreShownAndThoseThatAreGivenChanged() {
        server.answer(
                "GET " + APP + "/limits", 200, "{\"cpuMs\":200,\"memoryMb\":128,\"wallMs\":30000}");
        server.answer("PATCH " + APP + "/limits", 200, "{\"revision\":\"v4\",\"limits\":{}}");

        assertThat(shell.run("limits", "shop").out())
                .isEqualTo(
                        "CPU 200 ms a request, memory 128 MiB an isolate, 30,000 ms to the head of the answer\n");
        assertThat(shell.run("limits", "shop", "--json").out()).contains("\"memoryMb\":128");
        Ending ending = shell.run("limits", "shop", "--cpu-ms", "500", "--memory-mb=64");
        assertThat(ending.exitCode()).as(ending.err()).isZero();
        assertThat(ending.out()).isEqualTo("shop v4  https://shop.localhost\n");
        assertThat(sent()).contains("{\"cpuMs\":500,\"memoryMb\":64}");
        assertThat(shell.run("limits", "shop", "--cpu-ms", "much").exitCode()).isEqualTo(2);
    }

    @Test
    void variablesAreListedAsAFileHasThem() {
        server.answer("GET " + APP + "/env", 200, "{\"variables\":{\"MODE\":\"prod\"}}");

        assertThat(shell.run("env", "list", "shop").out()).isEqualTo("MODE=prod\n");
        assertThat(shell.run("env", "list", "shop", "--json").out())
                .isEqualTo("{\"MODE\":\"prod\"}\n");
    }
}

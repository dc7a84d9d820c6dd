package io.echelon.deploycli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echelon.deploycli.Shell.Ending;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NodeCommandTest extends CommandTest {
    private static final String TOKENS = "/api/v1/node-tokens";

    @Test
    void aTokenIsPrintedAlone() {
        server.answer(
                "POST " + TOKENS,
                201,
                "{\"id\":\"ab\",\"token\":\"ejn_ab\",\"uses\":2,\"expiresAt\":\"2026-01-01T00:00:00Z\"}");

        Ending ending = shell.run("node", "token", "--minutes", "5", "--uses", "2");

        assertThat(ending.out()).isEqualTo("ejn_ab\n");
        assertThat(ending.err()).contains("Token ab, until 2026-01-01T00:00:00Z");
        assertThat(server.received().getLast().text())
                .isEqualTo("{\"expiresInMinutes\":5,\"uses\":2}");
    }

    @Test
    void tokensAreListedAndRevokedAndNodesRemoved() {
        server.answer(
                "GET " + TOKENS,
                200,
                "{\"tokens\":[{\"id\":\"ab\",\"uses\":1,\"createdBy\":\"operator\",\"createdAt\":\"2026-01-01T00:00:00Z\",\"expiresAt\":\"2026-01-01T01:00:00Z\"}],\"cursor\":null}");
        server.answer("DELETE " + TOKENS + "/ab", 204, "");
        server.answer("DELETE /api/v1/nodes/far", 204, "");

        assertThat(shell.run("node", "tokens").out()).contains("ab").contains("operator");
        assertThat(shell.run("node", "revoke", "ab").exitCode()).isZero();
        assertThat(shell.run("node", "remove", "far").exitCode()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "node",
                "node --join x --join-file y --data z",
                "node --http x --data y",
                "up --cluster 0.0.0.0",
                "up --cluster 10.0.0.1:70000"
            })
    void wrongUsageEndsWithTwo(String line) {
        assertThat(shell.run(line.split(" ")).exitCode()).isEqualTo(2);
    }

    @Test
    void theFolderOfAPlatformIsNoNodes() throws Exception {
        Path data = Files.createDirectories(folder.resolve("platform"));
        new PlatformFolder(data).prepare();

        Ending ending = shell.run("node", "--data", data.toString());

        assertThat(ending.exitCode()).isEqualTo(1);
        assertThat(ending.err()).contains("is the folder of a platform");
        assertThat(shell.run("node", "--data", folder.resolve("new").toString()).err())
                .contains("--join-file");
    }

    @Test
    void theFolderOfANodeIsNoPlatforms() throws Exception {
        PlatformFolder node = new PlatformFolder(folder.resolve("node"));
        Files.createDirectories(node.identity());

        assertThatThrownBy(node::prepare).hasMessageContaining("that joined a platform");
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.5, 10.0.0.5:7443",
        "10.0.0.5:1, 10.0.0.5:1",
        "a.example:0, a.example:0",
        "[fd00::1]:9, [fd00::1]:9",
        "fd00::1, [fd00::1]:7443"
    })
    void readsAddresses(String text, String read) {
        assertThat(HostPort.parse("--listen", text, 7443)).hasToString(read);
    }
}

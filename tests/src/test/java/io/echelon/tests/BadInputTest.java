package io.echelon.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What users get wrong, typed as they would: a clear error, the right exit code, and the revision
 * that served before goes on to serve.
 */
final class BadInputTest {
    private static final String OLD = "old";
    private static final String MODULE_WITHOUT_A_START = "0061736d01000000";

    @TempDir private static Path home;
    private static Platform platform;
    private static Edge edge;

    private Path folder;

    @BeforeAll
    static void start() throws Exception {
        platform = Platform.start(home);
        edge = platform.edge(home);
        platform.api()
                .deploy(
                        "steady",
                        "export default { fetch: () => new Response('%s') };".formatted(OLD),
                        "request");
    }

    @AfterAll
    static void stop() throws Exception {
        platform.stop();
    }

    @BeforeEach
    void makeFolder() throws Exception {
        folder = Files.createTempDirectory(home, "function");
    }

    @AfterEach
    void theOldRevisionServesAndNoOtherBecameProduction() throws Exception {
        assertThat(platform.answer(0, "steady.localhost")).isEqualTo(OLD);
        assertThat(platform.api().read("apps/steady").path("production").asText()).isEqualTo("v1");
    }

    private void refused(int exitCode, String... texts) throws Exception {
        refused(edge.run("deploy", folder.toString(), "--app", "steady"), exitCode, texts);
    }

    private static void refused(Edge.Result result, int exitCode, String... texts) {
        assertThat(result.exitCode()).as(result.toString()).isEqualTo(exitCode);
        assertThat(result.out() + result.err())
                .contains(texts)
                .doesNotContain("Exception", "java.", "\tat ");
    }

    @Test
    void anUnknownKeyIsAnsweredWithTheNearest() throws Exception {
        Files.writeString(folder.resolve("edge.json"), "{\"limitz\": {\"cpuMs\": 5}}");
        Files.writeString(folder.resolve("main.js"), "export default () => new Response('new');");
        refused(1, "limitz", "limits", "edge.json");
    }

    @Test
    void aFolderWithoutAnEntryIsToldWhatWasLookedFor() throws Exception {
        Files.writeString(folder.resolve("readme.md"), "nothing to run");
        refused(1, "main.", "index.");
    }

    @Test
    void aSyntaxErrorIsShownWithFileLineAndCaret() throws Exception {
        Files.writeString(
                folder.resolve("main.js"), "const fine = 1;\nexport default { fetch( };\n");
        refused(1, "main.js:2", "export default { fetch( };", "^");
    }

    @Test
    void aMissingImportIsNamed() throws Exception {
        Files.writeString(
                folder.resolve("main.js"), "import { a } from './gone.js';\nexport default a;\n");
        refused(1, "./gone.js", "main.js:1");
    }

    @Test
    void aBundleOverTheLimitIsRefusedWithBothSizes() throws Exception {
        Files.writeString(folder.resolve("edge.json"), "{\"assets\": {\"dir\": \"public\"}}");
        Files.writeString(folder.resolve("main.js"), "export default () => new Response('new');");
        Files.createDirectory(folder.resolve("public"));
        try (RandomAccessFile large =
                new RandomAccessFile(folder.resolve("public/large.bin").toFile(), "rw")) {
            large.setLength(51 << 20);
        }
        refused(5, "52,428,800", "53,");
    }

    @Test
    void contentThatIsNotWhatItsHashSaysIsRefused() throws Exception {
        String hash = Api.sha256("what was announced".getBytes(StandardCharsets.UTF_8));
        HttpResponse<String> response =
                platform.api()
                        .send(
                                "PUT",
                                "blobs/" + hash,
                                "application/octet-stream",
                                "something else".getBytes(StandardCharsets.UTF_8));
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("HASH_MISMATCH", hash);
        HttpResponse<String> missing =
                platform.api()
                        .send(
                                "POST",
                                "blobs/missing",
                                "application/json",
                                "{\"sha256\":[\"%s\"]}"
                                        .formatted(hash)
                                        .getBytes(StandardCharsets.UTF_8));
        assertThat(missing.body()).contains(hash);
    }

    @Test
    void aCorruptWebAssemblyFileIsRefused() throws Exception {
        Files.writeString(folder.resolve("main.wasm"), "this is no WebAssembly");
        refused(1, "main.wasm");
    }

    @Test
    void aWebAssemblyModuleThatIsNoCommandIsRefused() throws Exception {
        Files.write(folder.resolve("main.wasm"), HexFormat.of().parseHex(MODULE_WITHOUT_A_START));
        refused(1, "main.wasm", "_start");
    }

    @Test
    void aWebAssemblyFileThatOnlyTheEngineFindsCorruptFailsItsDeployment() throws Exception {
        byte[] wasm = Files.readAllBytes(Edge.ROOT.resolve("docs/examples/wasm-c/main.wasm"));
        for (int i = wasm.length / 2; i < wasm.length / 2 + 64; i++) {
            wasm[i] = (byte) 0xff;
        }
        Files.write(folder.resolve("main.wasm"), wasm);
        refused(1, "main.wasm");
    }

    @Test
    void aFunctionThatThrowsAtItsTopLevelFailsItsDeployment() throws Exception {
        Files.writeString(folder.resolve("main.ts"), "\nthrow new Error('no start' as string);");
        refused(1, "no start", "main.ts:2");
    }

    @Test
    void aWrongTokenIsRefused() throws Exception {
        Files.writeString(folder.resolve("main.js"), "export default () => new Response('new');");
        Edge stranger =
                new Edge(
                        home,
                        Map.of("ECHELON_CONTROL", platform.control(), "ECHELON_TOKEN", "wrong"));
        refused(stranger.run("deploy", folder.toString(), "--app", "steady"), 3, "edge login");
    }

    @Test
    void aSecondPlatformOnTheSameDataIsRefused() throws Exception {
        refused(
                Platform.up(new Edge(home, Map.of()), platform.data()),
                1,
                platform.data().toString(),
                "already runs",
                "edge down");
    }

    @Test
    void busyPortsAreNamedAllAtOnceWithTheirOptions() throws Exception {
        Path data = home.resolve("another");
        int control = URI.create(platform.control()).getPort();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            refused(
                    new Edge(home, Map.of())
                            .run(
                                    "up",
                                    "--data",
                                    data.toString(),
                                    "--http",
                                    Integer.toString(taken.getLocalPort()),
                                    "--https",
                                    "0",
                                    "--control",
                                    Integer.toString(control)),
                    1,
                    "%d (--http)".formatted(taken.getLocalPort()),
                    "%d (--control)".formatted(control),
                    "in use");
        }
    }
}

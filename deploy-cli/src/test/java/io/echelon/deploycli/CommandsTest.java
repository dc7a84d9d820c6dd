package io.echelon.deploycli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.deploycli.Shell.Ending;
import io.echelon.tenants.Json;
import io.echelon.tenants.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CommandsTest extends CommandTest {
    private static final String APPS = "/api/v1/tenants/default/apps";

    private void function(String name, String code) throws IOException {
        Files.createDirectories(folder.resolve(name));
        Files.writeString(folder.resolve(name).resolve("main.ts"), code);
    }

    private void acceptDeployments(String missing, String progress) {
        server.answer("POST /api/v1/tenants/default/blobs/missing", 200, missing);
        server.answer("POST " + APPS + "/hello/revisions", 201, "{\"revision\":\"v3\"}");
        server.answer(
                "POST " + APPS + "/hello/revisions?preview=true", 201, "{\"revision\":\"v3\"}");
        server.answer("GET " + APPS + "/hello/revisions/v3/progress", 200, progress);
    }

    @Test
    void deployUploadsOnlyWhatIsMissingThenPostsTheManifestAndPrintsTheAddress()
            throws IOException {
        function("hello", "export default {};");
        acceptDeployments(
                "{\"missing\":[]}",
                """
                event: node
                data: {"node":"node-1","state":"READY","elapsedMs":12,"detail":null}

                event: done
                data: {"app":"hello","revision":"v3","url":"https://hello.localhost:8443/","previewUrl":"https://hello--v3.localhost:8443/"}

                """);

        Ending ending = shell.run("deploy", "hello");

        assertThat(ending.err()).isEmpty();
        assertThat(ending.out()).isEqualTo("hello v3  https://hello.localhost:8443/\n");
        assertThat(ending.exitCode()).isZero();
        assertThat(server.requests())
                .containsExactly(
                        "POST /api/v1/tenants/default/blobs/missing",
                        "POST " + APPS + "/hello/revisions",
                        "GET " + APPS + "/hello/revisions/v3/progress");
        assertThat(server.received())
                .allMatch(request -> request.authorization().equals("Bearer ek_test"));
        Manifest manifest = Json.read(server.received().get(1).body(), Manifest.class);
        assertThat(manifest.main()).isEqualTo("main.js");
        assertThat(manifest.files()).hasSize(2);
    }

    @Test
    void deployPutsEveryMissingFileUnderItsHash() throws IOException {
        function("hello", "export default {};");
        String hash;
        try (Bundle bundle =
                new Bundler(
                                shell.surroundings(),
                                new Output(shell.surroundings(), Output.Form.TEXT))
                        .bundle(FunctionFolder.open(folder.resolve("hello")))) {
            hash = bundle.files().getFirst().sha256();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        acceptDeployments(
                "{\"missing\":[\"%s\"]}".formatted(hash),
                "event: done\ndata: {\"app\":\"hello\"}\n\n");
        server.answer("PUT /api/v1/tenants/default/blobs/" + hash, 204, "");

        assertThat(shell.run("deploy", "hello").exitCode()).isZero();

        assertThat(server.received().get(1).request())
                .isEqualTo("PUT /api/v1/tenants/default/blobs/" + hash);
        assertThat(server.received().get(1).text()).contains("export {");
    }

    @Test
    void deployForMachinesPrintsOneObjectAndNothingElse() throws IOException {
        function("hello", "export default {};");
        acceptDeployments(
                "{\"missing\":[]}",
                "event: done\ndata: {\"app\":\"hello\",\"revision\":\"v3\",\"url\":\"u\",\"previewUrl\":\"p\"}\n\n");

        Ending ending = shell.run("deploy", "hello", "--json", "--preview");

        JsonNode printed = Json.mapper().readTree(ending.out());
        assertThat(printed.properties()).hasSize(4);
        assertThat(server.requests()).contains("POST " + APPS + "/hello/revisions?preview=true");
    }

    @Test
    void aDeploymentThatANodeRefusesFailsWithTheNodesOwnWords() throws IOException {
        function("hello", "export default {};");
        acceptDeployments(
                "{\"missing\":[]}",
                "event: failed\ndata: {\"code\":\"DEPLOYMENT_FAILED\",\"message\":\"node-1: ReferenceError: x\"}\n\n");

        Ending ending = shell.run("deploy", "hello");

        assertThat(ending.exitCode()).isEqualTo(1);
        assertThat(ending.err()).isEqualTo("edge: node-1: ReferenceError: x\n");
        assertThat(ending.out()).isEmpty();
    }

    @Test
    void deployTakesTheNameOfTheOptionBeforeTheFolders() throws IOException {
        function("other", "export default {};");
        Files.writeString(folder.resolve("vars"), "B=2\n");
        Files.writeString(
                folder.resolve("other/edge.json"), "{\"name\":\"third\",\"env\":{\"A\":\"1\"}}");
        acceptDeployments("{\"missing\":[]}", "event: done\ndata: {\"app\":\"hello\"}\n\n");

        Ending ending = shell.run("deploy", "other", "--app", "hello", "--env-file", "vars");

        assertThat(ending.exitCode()).isZero();
        assertThat(Json.read(server.received().get(1).body(), Manifest.class).env())
                .isEqualTo(Map.of("A", "1", "B", "2"));
    }

    @Test
    void aMistypedKeyStopsTheDeploymentBeforeAnyRequest() throws IOException {
        function("hello", "export default {};");
        Files.writeString(folder.resolve("hello/edge.json"), "{\n \"mian\": \"main.ts\"\n}");

        Ending ending = shell.run("deploy", "hello");

        assertThat(ending.exitCode()).isEqualTo(1);
        assertThat(ending.err())
                .isEqualTo(
                        "edge: edge.json:2: unknown key \"mian\"; the nearest known key is \"main\"\n");
        assertThat(server.received()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "400, INVALID_ARGUMENT, 2",
        "401, UNAUTHENTICATED, 3",
        "403, PERMISSION_DENIED, 3",
        "404, NOT_FOUND, 4",
        "409, CONFLICT, 1",
        "413, PAYLOAD_TOO_LARGE, 5",
        "429, OVER_QUOTA, 5",
        "500, INTERNAL, 1",
        "503, UNAVAILABLE, 6",
        "507, STORAGE_FULL, 5",
        "404, SOMETHING_NEW, 4",
        "418, SOMETHING_NEW, 1"
    })
    void everyRefusalOfThePlatformHasItsExitCode(int status, String code, int exitCode) {
        server.answer(
                "GET " + APPS,
                status,
                "{\"error\":{\"code\":\"%s\",\"message\":\"said so\",\"requestId\":\"r\"}}"
                        .formatted(code));

        Ending ending = shell.run("apps");

        assertThat(ending.exitCode()).isEqualTo(exitCode);
        assertThat(ending.err()).startsWith("edge: said so");
        assertThat(ending.out()).isEmpty();
    }

    @Test
    void errorsForMachinesAreJsonToo() throws IOException {
        Ending ending = shell.run("revisions", "nothing", "--json");

        assertThat(ending.exitCode()).isEqualTo(4);
        assertThat(Json.mapper().readTree(ending.err()).path("error").path("message").asText())
                .contains("nothing at");
    }

    @Test
    void aPlatformThatIsNotThereIsUnreachable() {
        server.close();

        Ending ending = shell.run("apps");

        assertThat(ending.exitCode()).isEqualTo(6);
        assertThat(ending.err()).contains("cannot be reached").contains("edge up");
    }

    @Test
    void somethingElseOnThatPortIsNotTakenForAPlatform() {
        server.answer("GET " + APPS, 200, "<html>hello</html>");

        Ending ending = shell.run("apps");

        assertThat(ending.exitCode()).isEqualTo(6);
        assertThat(ending.err()).contains("is not an Echelon control plane");
    }

    @Test
    void withoutAPlatformEveryCallSaysHowToGetOne() throws IOException {
        Ending ending = new Shell(folder.toRealPath()).run("apps");

        assertThat(ending.exitCode()).isEqualTo(3);
        assertThat(ending.err()).contains("Not signed in").contains("edge up");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nosuch",
                "deploy --nosuch",
                "revisions",
                "promote hello",
                "promote hello two",
                "up --http notaport",
                "up --http 70000",
                "up --nodes 0",
                "logs hello --since yesterday",
                "invoke hello -H nocolon",
                "apps --tenant Not_Valid",
                "apps --tenant v1",
                "init x --template nosuch"
            })
    void wrongUsageEndsWithTwo(String line) {
        server.answer("GET " + APPS + "/hello", 200, "{\"url\":\"http://hello.localhost/\"}");
        server.answer("GET /api/v1/platform", 200, "{\"http\":\"http://127.0.0.1:1\"}");

        Ending ending = shell.run(line.split(" "));

        assertThat(ending.exitCode()).as(ending.err()).isEqualTo(2);
        assertThat(ending.err()).startsWith("edge: ");
        assertThat(ending.out()).isEmpty();
    }

    @Test
    void aMistypedCommandIsAnsweredWithTheNearest() {
        assertThat(shell.run("deplyo").err()).contains("did you mean deploy");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "up",
                "down",
                "restart",
                "status",
                "nodes",
                "init",
                "deploy",
                "apps",
                "revisions",
                "promote",
                "rollback",
                "delete",
                "invoke",
                "logs",
                "traces",
                "trace",
                "usage",
                "quota",
                "audit",
                "login",
                "logout",
                "whoami",
                "completion"
            })
    void everyCommandHasHelpWithAnExampleAndJson(String command) {
        Ending ending = shell.run(command, "--help");

        assertThat(ending.exitCode()).isZero();
        assertThat(ending.out())
                .contains("Example:")
                .contains("edge " + command)
                .contains("--json");
        assertThat(shell.run("--help").out()).contains("  " + command);
    }

    @Test
    void theVersionIsOneLine() {
        assertThat(shell.run("--version").out()).matches("edge [0-9.]+(-SNAPSHOT)?\n");
        assertThat(shell.run("--version", "--json").out()).startsWith("{\"version\":\"");
    }

    @Test
    void theCompletionScriptKnowsTheCommands() {
        assertThat(shell.run("completion").out()).contains("rollback").contains("complete -F");
    }

    @Test
    void appsAreListedInColumnsOrAsJson() throws IOException {
        server.answer(
                "GET " + APPS,
                200,
                "[{\"name\":\"hello\",\"production\":\"v2\",\"latest\":\"v3\",\"createdAt\":\"2026-01-01T00:00:00.123Z\",\"url\":\"https://hello.localhost/\"}]");

        assertThat(shell.run("apps").out())
                .isEqualTo(
                        """
                        APP    PRODUCTION  LATEST  CREATED               ADDRESS
                        hello  v2          v3      2026-01-01T00:00:00Z  https://hello.localhost/
                        """);
        assertThat(Json.mapper().readTree(shell.run("apps", "--json").out()).isArray()).isTrue();
    }

    @Test
    void aListInPartsIsReadToItsEnd() throws IOException {
        server.answer("GET " + APPS, 200, "{\"apps\":[{\"name\":\"a\"}],\"cursor\":\"x/y\"}");
        server.answer(
                "GET " + APPS + "?cursor=x%2Fy",
                200,
                "{\"apps\":[{\"name\":\"b\"}],\"cursor\":null}");

        assertThat(shell.run("apps", "--json").out())
                .isEqualTo("[{\"name\":\"a\"},{\"name\":\"b\"}]\n");
    }

    @Test
    void rollbackPrintsBothRevisions() {
        server.answer(
                "POST " + APPS + "/hello/rollback",
                200,
                "{\"from\":\"v3\",\"to\":\"v2\",\"url\":\"u\"}");

        assertThat(shell.run("rollback", "hello").out())
                .isEqualTo("hello now serves v2; it was v3\n");
    }

    @Test
    void promoteNamesTheRevision() {
        server.answer("POST " + APPS + "/hello/promote", 200, "{}");

        assertThat(shell.run("promote", "hello", "v2").exitCode()).isZero();
        assertThat(server.received().getFirst().text()).isEqualTo("{\"revision\":\"v2\"}");
    }

    @Test
    void promoteInPartSaysWhatEachRevisionGets() {
        server.answer(
                "POST " + APPS + "/hello/promote",
                200,
                "{\"from\":\"v4\",\"to\":\"v5\",\"split\":{\"shares\":[{\"revision\":\"v4\",\"percent\":90},{\"revision\":\"v5\",\"percent\":10}],\"sticky\":\"cookie\"}}");

        Ending ending =
                shell.run("promote", "hello", "v5", "--percent", "10", "--sticky", "cookie");

        assertThat(ending.exitCode()).as(ending.err()).isZero();
        assertThat(ending.out()).isEqualTo("hello now serves v4 90 %, v5 10 %\n");
        assertThat(server.received().getFirst().text())
                .isEqualTo("{\"revision\":\"v5\",\"percent\":10,\"sticky\":\"cookie\"}");
        assertThat(shell.run("promote", "hello", "v5", "--percent", "101").exitCode()).isEqualTo(2);
        assertThat(shell.run("promote", "hello", "v5", "--percent", "1", "--sticky", "ip").err())
                .contains("header:NAME");
    }

    @Test
    void deletingOnATerminalAsksForTheName() {
        server.answer("GET " + APPS + "/hello", 200, "{\"url\":\"https://hello.localhost/\"}");
        server.answer("DELETE " + APPS + "/hello", 204, "");

        assertThat(shell.typing("nope\n").run("delete", "hello").exitCode()).isEqualTo(1);
        assertThat(server.requests()).doesNotContain("DELETE " + APPS + "/hello");

        assertThat(shell.typing("hello\n").run("delete", "hello").exitCode()).isZero();
        assertThat(server.requests()).contains("DELETE " + APPS + "/hello");
    }

    @Test
    void deletingInAScriptDoesNotAsk() {
        server.answer("DELETE " + APPS + "/hello", 204, "");

        assertThat(shell.run("delete", "hello", "--json").out())
                .isEqualTo("{\"deleted\":\"hello\"}\n");
    }

    @Test
    void logsPassOnTheQuestionAndPrintEachLine() {
        server.answer(
                "GET " + APPS + "/hello/logs?since=1h&rev=v1&level=warn&limit=5",
                200,
                "{\"time\":\"t\",\"level\":\"warn\",\"message\":\"m\",\"requestId\":\"r\",\"revision\":\"v1\",\"node\":\"n\"}\n");
        String[] question = {
            "logs", "hello", "--since", "1h", "--rev", "v1", "--level", "WARN", "--limit", "5"
        };

        assertThat(shell.run(question).out()).isEqualTo("t warn  v1 r  m\n");
        question = Arrays.copyOf(question, question.length + 1);
        question[question.length - 1] = "--json";
        assertThat(shell.run(question).out()).startsWith("{\"time\":\"t\"");
    }

    @Test
    void invokeCallsTheNodeUnderTheAppsName() {
        server.answer("GET " + APPS + "/hello", 200, "{\"url\":\"https://hello.localhost:8443/\"}");
        server.answer("GET /api/v1/platform", 200, "{\"http\":\"%s\"}".formatted(server.address()));
        server.answer("POST /a?b=c", 201, Map.of("x-echelon-outcome", "ok"), "made");

        Ending ending = shell.run("invoke", "hello", "/a?b=c", "-d", "body", "-i");

        assertThat(ending.exitCode()).isZero();
        assertThat(ending.out()).startsWith("HTTP 201\n").endsWith("\nmade");
        RecordingServer.Received call = server.received().getLast();
        assertThat(call.host()).isEqualTo("hello.localhost:8443");
        assertThat(call.text()).isEqualTo("body");
        assertThat(call.authorization()).isEqualTo("null");
    }

    @Test
    void invokeFailsWhenTheFunctionDid() {
        server.answer("GET " + APPS + "/hello", 200, "{\"url\":\"https://hello.localhost/\"}");
        server.answer("GET /api/v1/platform", 200, "{\"http\":\"%s\"}".formatted(server.address()));
        server.answer("GET /", 500, Map.of("x-echelon-outcome", "exception"), "{}");

        assertThat(shell.run("invoke", "hello").exitCode()).isEqualTo(1);
    }

    @Test
    void loginIsRememberedForItsOwnerAloneAndLogoutForgets() throws IOException {
        server.answer("GET /api/v1/platform", 200, "{\"version\":\"1\"}");
        server.answer(
                "GET /api/v1/whoami",
                200,
                "{\"kind\":\"member\",\"name\":\"ada\",\"tenant\":\"acme\",\"role\":\"developer\",\"rights\":[\"apps:read\"]}");
        server.answer("GET /api/v1/tenants/acme/apps", 200, "{\"apps\":[]}");
        Shell fresh = new Shell(folder.toRealPath()).piping("ek_piped\n");

        assertThat(fresh.run("login", server.address() + "/").exitCode()).isZero();

        Path file = folder.resolve("home/.config/echelon/config.json");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(fresh.run("whoami").out())
                .isEqualTo(
                        "ada, developer at %s (version 1), tenant acme\nMay do: apps:read\n"
                                .formatted(server.address()));
        assertThat(fresh.run("apps").exitCode()).isZero();
        assertThat(server.received().getLast().authorization()).isEqualTo("Bearer ek_piped");

        assertThat(fresh.run("logout").exitCode()).isZero();
        assertThat(fresh.run("whoami").exitCode()).isEqualTo(3);
    }

    @Test
    void aTokenThatIsRefusedIsNotRemembered() {
        server.answer(
                "GET /api/v1/whoami",
                401,
                "{\"error\":{\"code\":\"UNAUTHENTICATED\",\"message\":\"no\"}}");

        assertThat(shell.run("login", server.address(), "--token", "wrong").exitCode())
                .isEqualTo(3);
        assertThat(folder.resolve("home/.config/echelon/config.json")).doesNotExist();
    }

    @Test
    void initWritesATemplateUnderTheFoldersNameAndNeverOverwrites() throws IOException {
        assertThat(shell.run("init", "my-app").exitCode()).isZero();
        assertThat(folder.resolve("my-app/main.ts")).exists();
        assertThat(Files.readString(folder.resolve("my-app/edge.json")))
                .contains("\"name\": \"my-app\"");

        Ending again = shell.run("init", "my-app", "--template", "hello-ts");
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.err()).contains("exists already");
    }

    @Test
    void anUnknownTemplateIsAnsweredWithThoseThatExist() {
        assertThat(shell.run("init", "x", "--template", "kv").err())
                .contains(
                        "cron, hello-js, hello-ts, kv-counter, queue, router, static-site, wasm-c, wasm-rust");
    }

    @Test
    void upWithoutABuildSaysWhatToRun() {
        Ending ending = shell.run("up", "--http", "0", "--https", "0", "--control", "0");

        assertThat(ending.exitCode()).isEqualTo(1);
        assertThat(ending.err()).contains("make build");
    }

    @Test
    void restartWithoutAPlatformSaysHowToStartOne() {
        Ending ending = shell.run("restart");

        assertThat(ending.exitCode()).isEqualTo(1);
        assertThat(ending.err()).contains("No platform runs on ").contains("edge up");
    }

    @Test
    void downWithoutAPlatformIsDone() {
        assertThat(shell.run("down").out()).startsWith("No platform runs on ");
        assertThat(shell.run("down", "--json").out()).isEqualTo("{\"stopped\":false}\n");
    }
}

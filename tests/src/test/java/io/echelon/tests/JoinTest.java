package io.echelon.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node in a folder and at an address of its own is a part of a platform that it joined. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class JoinTest {
    private static final String ELSEWHERE = "127.0.0.2";

    @TempDir private static Path home;
    private static Platform platform;
    private static Edge edge;
    private static URI cluster;

    @BeforeAll
    static void start() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        cluster = URI.create("https://127.0.0.1:" + port);
        platform = Platform.start(home, home.resolve("platform"), "--cluster", "127.0.0.1:" + port);
        edge = platform.edge(home);
    }

    @AfterAll
    static void stop() throws Exception {
        platform.stop();
    }

    private static String token() throws Exception {
        return succeeds(edge.run("node", "token", "--json")).json().path("token").asText();
    }

    private static String[] joining(String token, String name) throws IOException {
        Path file = Files.writeString(home.resolve(name + ".token"), token);
        return new String[] {
            "--join-file",
            file.toString(),
            "--control",
            platform.control(),
            "--data",
            home.resolve(name).toString(),
            "--name",
            name,
            "--listen",
            ELSEWHERE + ":0",
            "--http",
            "0",
            "--https",
            "0"
        };
    }

    private static Edge.Result succeeds(Edge.Result result) {
        assertThat(result.exitCode()).as(result.toString()).isZero();
        return result;
    }

    private static void deploy(String app, String source) throws Exception {
        Path folder = Files.createTempDirectory(home, app);
        Files.writeString(folder.resolve("main.js"), source);
        succeeds(edge.run("deploy", folder.toString(), "--app", app));
    }

    private static SSLContext ofPlatform() throws Exception {
        return Platform.trusting(platform.data().resolve("ca/ca.pem"));
    }

    private static String nodes() throws Exception {
        return succeeds(edge.run("nodes", "--json")).out();
    }

    @Test
    void aJoinedNodeServesComesBackWithoutATokenAndEndsWhenItIsRemoved() throws Exception {
        deploy("hello", "export default { fetch: () => new Response('alone') };");
        succeeds(edge.run("env", "set", "hello", "GREETING=hi"));
        String token = token();
        Path data = home.resolve("far");
        try (RunningNode node = RunningNode.start(home, joining(token, "far"))) {
            assertThat(node.name()).isEqualTo("far");
            assertThat(nodes()).contains("\"far\"").contains(node.address().toString());
            assertThat(node.get(ofPlatform(), "hello.localhost", "/").body()).isEqualTo("alone");
            deploy(
                    "hello",
                    "export default { async fetch(request, env) {"
                            + " const kv = await Deno.openKv();"
                            + " await kv.atomic().sum(['n'], 1n).commit();"
                            + " console.log('asked for ' + new URL(request.url).pathname);"
                            + " return new Response(env.GREETING + (await kv.get(['n'])).value.value);"
                            + "} };");
            assertThat(node.get(ofPlatform(), "hello.localhost", "/there").body()).isEqualTo("hi1");
            assertThat(platform.get("hello.localhost", "/here").body()).isEqualTo("hi2");
            slowRevisionsAreAnsweredWhereTheyAreAwake(node);
            assertThat(succeeds(edge.run("logs", "hello", "--json")).out())
                    .contains("asked for /there")
                    .contains("asked for /here");
            Edge.Result again = edge.run(command(joining(token, "again")));
            assertThat(again.exitCode()).as(again.toString()).isEqualTo(3);
            assertThat(again.err()).contains("used already");
            nobodyElseIsLetIn(node.address());
            node.kill();
        }
        deploy("hello", "export default { fetch: () => new Response('while it was away') };");
        try (RunningNode node = RunningNode.start(home, "--data", data.toString())) {
            assertThat(node.get(ofPlatform(), "hello.localhost", "/").body())
                    .isEqualTo("while it was away");
            succeeds(edge.run("node", "drain", "far"));
            succeeds(edge.run("node", "remove", "far"));
            assertThat(nodes()).doesNotContain("\"far\"");
            assertThat(node.awaitEnd()).isEqualTo(3);
            assertThat(node.errors()).contains("it was removed");
        }
        Edge.Result removed = edge.run("node", "--data", data.toString());
        assertThat(removed.exitCode()).as(removed.toString()).isEqualTo(3);
        assertThat(removed.err()).contains("it was removed");
        assertThat(nodes()).doesNotContain("\"far\"");
        nothingHas(token, data.resolve("logs"), platform.data().resolve("logs"));
    }

    private static void slowRevisionsAreAnsweredWhereTheyAreAwake(RunningNode node)
            throws Exception {
        SSLContext trusting = ofPlatform();
        SlowToBegin.Node here = (host, path) -> platform.get(0, host, path);
        SlowToBegin.Node far = (host, path) -> node.get(trusting, host, path);
        SlowToBegin.deploy(platform, "slow").answeredBy(here, far);
        SlowToBegin.deploy(platform, "slower").answeredBy(far, here);
    }

    @Test
    void refusesTokensThatAreNotOnesAndPlatformsThatAreNotThere() throws Exception {
        Edge.Result nonsense = edge.run(command(joining("ejn_nonsense", "none")));
        assertThat(nonsense.exitCode()).as(nonsense.toString()).isEqualTo(3);

        String token = token();
        String otherSecret =
                token.substring(0, 30)
                        + (token.charAt(30) == 'A' ? "B" : "A")
                        + token.substring(31);
        Edge.Result wrong = edge.run(command(joining(otherSecret, "none")));
        assertThat(wrong.exitCode()).as(wrong.toString()).isEqualTo(3);
        assertThat(wrong.err()).contains("not one of this platform");

        String otherAuthority = token.substring(0, token.length() - 64) + "0".repeat(64);
        Edge.Result impostor = edge.run(command(joining(otherAuthority, "none")));
        assertThat(impostor.exitCode()).as(impostor.toString()).isEqualTo(3);
        assertThat(impostor.err()).contains("is not the platform of the token");

        String[] unreachable = joining(token(), "none");
        unreachable[3] = "http://127.0.0.1:1";
        Edge.Result away = edge.run(command(unreachable));
        assertThat(away.exitCode()).as(away.toString()).isEqualTo(6);
        assertThat(away.err()).contains("cannot be reached");

        Edge.Result used =
                edge.run("node", "--data", platform.data().toString(), "--join-file", "-");
        assertThat(used.exitCode()).as(used.toString()).isEqualTo(1);
        assertThat(used.err()).contains("is the folder of a platform");
    }

    private static String[] command(String... options) {
        return Stream.concat(Stream.of("node"), Stream.of(options)).toArray(String[]::new);
    }

    /** Neither the platform's port for other machines nor the node's takes who shows nothing. */
    private static void nobodyElseIsLetIn(URI node) throws Exception {
        SSLContext withoutCertificate = ofPlatform();
        for (URI port : List.of(cluster, node)) {
            try (HttpClient stranger =
                    HttpClient.newBuilder().sslContext(withoutCertificate).build()) {
                for (String path : List.of("/q/health", "/cluster/settings", "/kv")) {
                    assertThatThrownBy(
                                    () ->
                                            stranger.send(
                                                    HttpRequest.newBuilder(port.resolve(path))
                                                            .build(),
                                                    HttpResponse.BodyHandlers.ofString()))
                            .isInstanceOf(IOException.class);
                }
                assertThatThrownBy(
                                () ->
                                        stranger.send(
                                                HttpRequest.newBuilder(
                                                                URI.create(
                                                                        "http://"
                                                                                + port
                                                                                        .getAuthority()))
                                                        .build(),
                                                HttpResponse.BodyHandlers.ofString()))
                        .isInstanceOf(IOException.class);
            }
        }
    }

    private static void nothingHas(String token, Path... folders) throws IOException {
        String secret = token.substring(0, token.length() - 65);
        for (Path folder : folders) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    assertThat(Files.readString(file)).as(file.toString()).doesNotContain(secret);
                }
            }
        }
    }
}

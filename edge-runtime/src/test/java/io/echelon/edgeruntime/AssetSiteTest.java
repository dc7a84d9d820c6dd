package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.tenants.Assets;
import io.echelon.tenants.BundleFile;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AssetSiteTest {
    private static final String INDEX = "a".repeat(64);
    private static final String STYLE = "b".repeat(64);

    @TempDir Path folder;
    private PublicFixture node;

    @BeforeEach
    void open() throws Exception {
        Files.writeString(folder.resolve(INDEX), "<h1>Home</h1>");
        Files.writeString(folder.resolve(STYLE), "body { color: red }");
        AssetSite site =
                new AssetSite(
                        new Assets("public", true),
                        List.of(
                                new BundleFile("main.js", "c".repeat(64), 3),
                                new BundleFile("public/index.html", INDEX, 13),
                                new BundleFile("public/a b/style.css", STYLE, 19)),
                        folder::resolve);
        node = new PublicFixture(AdmissionPolicy.DEFAULT, site, null, List.of());
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void answersFilesWithTheirTypeAndHash() throws Exception {
        HttpResponse<String> home = node.get("/");
        assertThat(home.statusCode()).isEqualTo(200);
        assertThat(home.body()).isEqualTo("<h1>Home</h1>");
        assertThat(home.headers().firstValue("content-type")).contains("text/html; charset=utf-8");
        assertThat(home.headers().firstValue("etag")).contains("\"" + INDEX + "\"");
        assertThat(home.headers().firstValue("x-echelon-revision")).contains("v3");
        HttpResponse<String> style = node.get("/a%20b/style.css?v=1");
        assertThat(style.body()).isEqualTo("body { color: red }");
        assertThat(style.headers().firstValue("content-type")).contains("text/css; charset=utf-8");
        assertThat(node.pool.lastRequest).isNull();
    }

    @Test
    void saysNotModifiedToThoseWhoHaveIt() throws Exception {
        HttpResponse<String> again =
                node.send(node.request("/").header("if-none-match", "W/\"" + INDEX + "\"").build());
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
    }

    @Test
    void answersRangesAndHeads() throws Exception {
        HttpResponse<String> part =
                node.send(node.request("/index.html").header("range", "bytes=4-7").build());
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo("Home");
        assertThat(part.headers().firstValue("content-range")).contains("bytes 4-7/13");
        HttpResponse<String> beyond =
                node.send(node.request("/index.html").header("range", "bytes=13-").build());
        assertThat(beyond.statusCode()).isEqualTo(416);
        HttpResponse<String> head =
                node.send(node.request("/").method("HEAD", BodyPublishers.noBody()).build());
        assertThat(head.headers().firstValue("content-length")).contains("13");
        assertThat(head.body()).isEmpty();
    }

    @Test
    void leavesToTheFunctionWhatIsNoFile() throws Exception {
        assertThat(node.get("/hello").body()).startsWith("Hello from");
        assertThat(
                        node.send(node.request("/echo").POST(BodyPublishers.ofString("x")).build())
                                .body())
                .isEqualTo("x");
        assertThat(
                        node.send(node.request("/some/page").header("accept", "text/html").build())
                                .body())
                .isEqualTo("<h1>Home</h1>");
    }

    @Test
    void saysSoWhenAFileCannotBeRead() throws Exception {
        Files.delete(folder.resolve(STYLE));
        assertThat(node.get("/a%20b/style.css").statusCode()).isEqualTo(500);
    }

    @Test
    void answersOneFileAfterAnotherOnOneConnection() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertThat(node.raw("GET / HTTP/1.1|Host: hello.localhost||"))
                    .startsWith("HTTP/1.1 200")
                    .endsWith("<h1>Home</h1>");
        }
    }
}

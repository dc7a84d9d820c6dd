package io.echelon.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;

import io.echelon.kvstore.BlobStore;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

@QuarkusTest
class BlobTest extends ControlPlaneTest {
    private static final int MIB = 1024 * 1024;

    @Inject BlobStore blobs;
    @TestHTTPResource URI address;

    @Test
    void storesWhatIsMissingAndThenMissesItNoMore() {
        byte[] content = random(100_000, 1);
        String sha256 = sha256(content);
        missing(sha256, sha256).body("missing", equalTo(List.of(sha256)));
        upload(content).then().statusCode(204);
        upload(content).then().statusCode(204);
        missing(sha256).body("missing", empty());
        assertThat(blobs.read(sha256)).isEqualTo(content);
    }

    @Test
    void storesAnEmptyBlob() {
        upload(new byte[0]).then().statusCode(204);
        assertThat(blobs.size(sha256(new byte[0]))).hasValue(0);
    }

    @Test
    void storesABlobAsLargeAsABundleMayBe() throws Exception {
        byte[] content = random(50 * MIB, 2);
        assertThat(put(content).statusCode()).isEqualTo(204);
        assertThat(blobs.size(sha256(content))).hasValue(50L * MIB);
    }

    @Test
    void refusesABlobAboveTheLimitByItsAnnouncement() throws Exception {
        HttpResponse<String> answer = put(new byte[50 * MIB + 1]);
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).contains("PAYLOAD_TOO_LARGE", "52,428,801", "52,428,800");
    }

    @Test
    void refusesABlobAboveTheLimitThatDoesNotSayItsSize() throws IOException {
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(head("0".repeat(64), "Transfer-Encoding: chunked"));
            byte[] chunk = new byte[MIB];
            try {
                for (int i = 0; i < 51; i++) {
                    out.write("100000\r\n".getBytes(StandardCharsets.US_ASCII));
                    out.write(chunk);
                    out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
                }
                out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                // The refusal may come before all is sent.
            }
            assertThat(firstLine(socket.getInputStream())).contains(" 413 ");
        }
        assertThat(blobs.contains("0".repeat(64))).isFalse();
    }

    @Test
    void refusesContentThatIsNotWhatItsHashSays() {
        byte[] content = random(300_000, 3);
        String sha256 = sha256(content);
        content[299_999]++;
        api().contentType(ContentType.BINARY)
                .body(content)
                .put(BLOBS + "/" + sha256)
                .then()
                .statusCode(400)
                .body("error.code", equalTo("HASH_MISMATCH"))
                .body("error.message", containsString(sha256(content)));
        missing(sha256).body("missing", equalTo(List.of(sha256)));
    }

    @Test
    void refusesOtherContentForABlobThatIsThere() {
        byte[] content = random(1_000, 4);
        upload(content).then().statusCode(204);
        api().contentType(ContentType.BINARY)
                .body(random(1_000, 5))
                .put(BLOBS + "/" + sha256(content))
                .then()
                .statusCode(400)
                .body("error.code", equalTo("HASH_MISMATCH"));
        assertThat(blobs.read(sha256(content))).isEqualTo(content);
    }

    @Test
    void storesNothingOfAnUploadThatEndsEarly() throws IOException {
        byte[] content = random(200_000, 6);
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(head(sha256(content), "Content-Length: 200000"));
            out.write(content, 0, 100_000);
            out.flush();
            socket.shutdownOutput();
            socket.getInputStream().readAllBytes();
        }
        missing(sha256(content)).body("missing", equalTo(List.of(sha256(content))));
    }

    @Test
    void refusesWhatIsNoHash() {
        for (String wrong : List.of("abc", "A".repeat(64), "..%2F..%2Fetc", "x".repeat(5_000))) {
            api().urlEncodingEnabled(false)
                    .contentType(ContentType.BINARY)
                    .body(new byte[1])
                    .put(BLOBS + "/" + wrong)
                    .then()
                    .statusCode(400)
                    .body("error.code", equalTo("INVALID_ARGUMENT"));
        }
        json("{\"sha256\":[\"abc\"]}").post(BLOBS + "/missing").then().statusCode(400);
        json("{\"sha256\":[null]}").post(BLOBS + "/missing").then().statusCode(400);
        json("{\"sha256\":[]}").post(BLOBS + "/missing").then().body("missing", empty());
    }

    @Test
    void refusesAQuestionAboutMoreHashesThanABundleHasFiles() {
        String hashes = ("\"" + "0".repeat(64) + "\",").repeat(10_001);
        json("{\"sha256\":[" + hashes.substring(0, hashes.length() - 1) + "]}")
                .post(BLOBS + "/missing")
                .then()
                .statusCode(413)
                .body("error.message", containsString("10,001"));
    }

    private HttpResponse<String> put(byte[] content) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(address.resolve(BLOBS + "/" + sha256(content)))
                            .header("Authorization", "Bearer " + PlatformFolder.TOKEN)
                            .header("Content-Type", "application/octet-stream")
                            .PUT(HttpRequest.BodyPublishers.ofByteArray(content))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    private static ValidatableResponse missing(String... hashes) {
        return json("{\"sha256\":[\"" + String.join("\",\"", hashes) + "\"]}")
                .post(BLOBS + "/missing")
                .then()
                .statusCode(200);
    }

    private static byte[] random(int size, long seed) {
        byte[] content = new byte[size];
        new Random(seed).nextBytes(content);
        return content;
    }

    private static byte[] head(String sha256, String length) {
        return String.join(
                        "\r\n",
                        "PUT " + BLOBS + "/" + sha256 + " HTTP/1.1",
                        "Host: localhost",
                        "Authorization: Bearer " + PlatformFolder.TOKEN,
                        "Content-Type: application/octet-stream",
                        length,
                        "",
                        "")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static String firstLine(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            line.append((char) c);
        }
        return line.toString();
    }
}

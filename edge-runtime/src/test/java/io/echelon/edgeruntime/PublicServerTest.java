package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.Json;
import io.echelon.tenants.Limits;
import io.echelon.tenants.Outcome;
import io.echelon.tenants.UsageCounter;
import io.echelon.tenants.UsageCounts;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PublicServerTest {
    private final PublicFixture node = new PublicFixture();

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void answersWithTheHeadersOfTheContract() throws Exception {
        HttpResponse<String> response = node.get("/hello");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("Hello from default/hello/v3");
        assertThat(response.headers().firstValue("x-echelon-request-id").orElseThrow())
                .matches("[0-9a-z]{26}");
        assertThat(response.headers().firstValue("x-echelon-revision")).contains("v3");
        assertThat(response.headers().firstValue("x-echelon-outcome")).contains("ok");
        assertThat(response.headers().firstValue("x-echelon-isolate")).contains("warm");
        assertThat(response.headers().firstValue("server-timing").orElseThrow())
                .matches("queue;dur=0\\.001, cpu;dur=2\\.000, total;dur=[0-9]+\\.[0-9]{3}");
        assertThat(response.headers().firstValue("content-length")).contains("27");
        assertThat(response.headers().firstValue("date").orElseThrow()).endsWith("GMT");
    }

    @Test
    void countsWhatIsAnsweredAndHowManyBytesCameAndWent() throws Exception {
        assertThat(node.get("/hello").body()).hasSize(27);
        assertThat(
                        node.send(
                                        node.request("/stream")
                                                .POST(BodyPublishers.ofString("12345"))
                                                .build())
                                .body())
                .isEqualTo("12345");
        assertThat(node.get("/exceededCpu").statusCode()).isEqualTo(503);
        node.pool.waiting = 5_000;
        node.load.sample();
        assertThat(node.get("/hello").statusCode()).isEqualTo(503);
        UsageCounts counts = new UsageCounts();
        node.usage.addTo(counts);
        assertThat(counts.get(Outcome.OK)).isEqualTo(2);
        assertThat(counts.get(Outcome.EXCEEDED_CPU)).isEqualTo(1);
        assertThat(counts.get(Outcome.OVERLOADED)).isEqualTo(1);
        assertThat(counts.get(UsageCounter.EGRESS_BYTES)).isEqualTo(27 + 5);
        assertThat(counts.get(UsageCounter.INGRESS_BYTES)).isEqualTo(5);
        assertThat(counts.get(UsageCounter.CPU_NANOS)).isEqualTo(3 * 2_000_000);
    }

    @Test
    void speaksHttp2WithPriorKnowledgeAndByUpgrade() throws Exception {
        assertThat(node.get("/hello").version()).isEqualTo(java.net.http.HttpClient.Version.HTTP_2);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(
                            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
                                    .replace("|", "\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
            byte[] frame = socket.getInputStream().readNBytes(9);
            assertThat(frame[3]).as("the type of the first frame, SETTINGS").isEqualTo((byte) 4);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Outcome.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"OK", "CANCELED"})
    void answersEveryOutcomeWithItsStatusAndAJsonBody(Outcome outcome) throws Exception {
        HttpResponse<String> response = node.get("/" + outcome.wireName());
        assertThat(response.statusCode()).isEqualTo(outcome.errorCode().status());
        assertThat(response.headers().firstValue("x-echelon-outcome")).contains(outcome.wireName());
        JsonNode error = Json.mapper().readTree(response.body()).get("error");
        assertThat(error.get("code").asText()).isEqualTo(outcome.errorCode().name());
        assertThat(error.get("message").asText()).isEqualTo("It ended as " + outcome.wireName());
        assertThat(response.headers().firstValue("x-echelon-request-id"))
                .contains(error.get("requestId").asText());
        assertThat(response.headers().firstValue("retry-after").isPresent())
                .isEqualTo(outcome == Outcome.OVERLOADED || outcome == Outcome.OVER_QUOTA);
    }

    @Test
    void tellsBalancersWhetherItTakesRequestsWhereNoAppIs() throws Exception {
        String ready = "GET /.well-known/echelon/ready HTTP/1.1|Host: other.localhost||";
        assertThat(node.raw(ready))
                .startsWith("HTTP/1.1 200 ")
                .contains("x-echelon-store: answers");
        node.traffic.drain();
        assertThat(node.raw(ready)).startsWith("HTTP/1.1 503 ");
    }

    @Test
    void isReadyWithoutTheStoreButForBalancersThatWantIt() throws Exception {
        String ready = "GET /.well-known/echelon/ready HTTP/1.1|Host: other.localhost||";
        String withStore = ready.replace("/ready", "/ready?store");
        assertThat(node.raw(withStore)).startsWith("HTTP/1.1 200 ");
        node.storeIsAway = true;
        assertThat(node.raw(ready)).startsWith("HTTP/1.1 200 ").contains("x-echelon-store: away");
        assertThat(node.raw(withStore)).startsWith("HTTP/1.1 503 ");
    }

    @Test
    void saysNotFoundForUnknownHosts() throws Exception {
        String response = node.raw("GET / HTTP/1.1|Host: other.localhost||");
        assertThat(response).startsWith("HTTP/1.1 404").contains("NOT_FOUND");
        assertThat(response).contains("x-echelon-outcome: notFound");
    }

    @Test
    void findsHostsWithoutRegardToCaseAndPortAndThoseThatWereAsleep() throws Exception {
        assertThat(node.raw("GET /hello HTTP/1.1|Host: HELLO.LocalHost:99||"))
                .startsWith("HTTP/1.1 200");
        assertThat(node.raw("GET /hello HTTP/1.1|Host: asleep.localhost||"))
                .startsWith("HTTP/1.1 200");
        assertThat(node.raw("GET http://hello.localhost/hello HTTP/1.1|Host: HELLO.localhost||"))
                .startsWith("HTTP/1.1 200");
    }

    @Test
    void passesHeadersOnWithoutThoseThatOthersMustNotSet() throws Exception {
        String response =
                node.raw(
                        "GET /headers HTTP/1.1|Host: hello.localhost|X-Custom: One|x-custom: Two|X-Echelon-Request-Id: forged|TE: trailers|X-Forwarded-For: 6.6.6.6|X-Forwarded-Proto: https||");
        assertThat(response).contains("x-custom\nOne\nx-custom\nTwo");
        assertThat(response).contains("x-forwarded-for\n127.0.0.1");
        assertThat(response).contains("x-forwarded-proto\nhttp\nx-forwarded-host\nhello.localhost");
        assertThat(response)
                .doesNotContain("forged")
                .doesNotContain("6.6.6.6")
                .doesNotContain("te\n");
    }

    @Test
    void believesTrustedProxiesOnWhereARequestCameFrom() throws Exception {
        try (PublicFixture behindProxy =
                new PublicFixture(
                        AdmissionPolicy.DEFAULT, null, null, Cidr.parseList("127.0.0.0/8"))) {
            String response =
                    behindProxy.raw(
                            "GET /headers HTTP/1.1|Host: hello.localhost|X-Forwarded-For: 6.6.6.6|X-Forwarded-Proto: https||");
            assertThat(response).contains("x-forwarded-for\n6.6.6.6, 127.0.0.1");
            assertThat(response).contains("x-forwarded-proto\nhttps");
        }
    }

    @Test
    void keepsAGuestFromForgingItsOwnAnswer() throws Exception {
        HttpResponse<String> response = node.get("/forge");
        assertThat(response.headers().allValues("x-echelon-outcome")).containsExactly("ok");
        assertThat(response.headers().allValues("set-cookie")).containsExactly("a=1", "b=2");
        String split = node.raw("GET /split HTTP/1.1|Host: hello.localhost||");
        assertThat(split).startsWith("HTTP/1.1 500").doesNotContain("x-injected: yes");
    }

    @Test
    void showsTheFunctionTheAddressThatTheCallerUsed() throws Exception {
        assertThat(node.get("/url?a=%20b").body())
                .isEqualTo("GET http://127.0.0.1:" + node.port + "/url?a=%20b");
    }

    @Test
    void passesBodiesOfKnownAndUnknownLength() throws Exception {
        HttpResponse<String> known =
                node.send(node.request("/echo").POST(BodyPublishers.ofString("known")).build());
        assertThat(known.body()).isEqualTo("known");
        assertThat(
                        node.raw(
                                "POST /echo HTTP/1.1|Host: hello.localhost|Transfer-Encoding: chunked||4|chun|3|ked|0||"))
                .endsWith("\r\n\r\nchunked");
        assertThat(node.send(node.request("/echo").POST(BodyPublishers.noBody()).build()).body())
                .isIn("", "no body");
    }

    @Test
    void streamsLargeBodiesThroughInBothDirections() throws Exception {
        byte[] large = new byte[8 * 1024 * 1024];
        new java.util.Random(7).nextBytes(large);
        HttpResponse<byte[]> response =
                java.net.http.HttpClient.newHttpClient()
                        .send(
                                node.request("/stream")
                                        .POST(BodyPublishers.ofByteArray(large))
                                        .build(),
                                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(response.body()).isEqualTo(large);
    }

    @Test
    void slowsAFunctionDownToTheSpeedOfItsCaller() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port)) {
            socket.getOutputStream()
                    .write(
                            "GET /pour HTTP/1.1|Host: hello.localhost||"
                                    .replace("|", "\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            in.readNBytes(1_000);
            long before = -1;
            for (int i = 0; i < 200 && before != node.pool.written.get(); i++) {
                before = node.pool.written.get();
                java.util.concurrent.locks.LockSupport.parkNanos(50_000_000);
            }
            long stopped = node.pool.written.get();
            assertThat(stopped).isLessThan(64L * 1024 * 1024);
            in.readNBytes(4 * 1024 * 1024 + (int) Math.min(stopped, 32L * 1024 * 1024));
            assertThat(node.pool.written.get()).isGreaterThan(stopped);
        }
        assertThat(node.pool.canceled.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void tellsTheFunctionWhenTheCallerLeaves() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port)) {
            socket.getOutputStream()
                    .write(
                            "GET /hang HTTP/1.1|Host: hello.localhost||"
                                    .replace("|", "\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            assertThat(node.pool.called.await(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(node.pool.canceled.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void breaksAResponseOffThatFailsAfterItsHead() {
        for (String path : List.of("/break", "/short")) {
            assertThatThrownBy(() -> node.get(path)).isInstanceOf(IOException.class);
            String http1 = rawUnchecked("GET " + path + " HTTP/1.1|Host: hello.localhost||");
            assertThat(http1).startsWith("HTTP/1.1 200").doesNotEndWith("0\r\n\r\n");
        }
    }

    @Test
    void answersHeadAndBodilessStatusesWithoutABody() throws Exception {
        HttpResponse<String> head =
                node.send(node.request("/hello").method("HEAD", BodyPublishers.noBody()).build());
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValue("content-length")).contains("27");
        assertThat(node.get("/204").statusCode()).isEqualTo(204);
        String noContent = node.raw("GET /204 HTTP/1.1|Host: hello.localhost|Connection: close||");
        assertThat(noContent).startsWith("HTTP/1.1 204").endsWith("\r\n\r\n");
        assertThat(noContent).doesNotContainIgnoringCase("content-length");
        assertThat(node.raw("GET /304 HTTP/1.1|Host: hello.localhost|Connection: close||"))
                .startsWith("HTTP/1.1 304")
                .endsWith("\r\n\r\n");
    }

    @Test
    void keepsTheConnectionUsableWhenNobodyReadsABody() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port)) {
            socket.setSoTimeout(10_000);
            String head = "POST /hello HTTP/1.1|Host: hello.localhost|Content-Length: 100000||";
            byte[] request =
                    head.concat("x".repeat(100_000))
                            .replace("|", "\r\n")
                            .getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 3; i++) {
                socket.getOutputStream().write(request);
                assertThat(PublicFixture.readOne(socket.getInputStream()))
                        .startsWith("HTTP/1.1 200");
            }
        }
    }

    @Test
    void refusesBodiesAboveTheLimitAnnouncedOrNot() throws Exception {
        long over = Limits.REQUEST_BODY_MAX_BYTES + 1;
        assertThat(
                        node.raw(
                                "POST /echo HTTP/1.1|Host: hello.localhost|Content-Length: "
                                        + over
                                        + "||"))
                .startsWith("HTTP/1.1 413")
                .contains("104,857,600");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port)) {
            socket.setSoTimeout(30_000);
            Thread writer =
                    Thread.startVirtualThread(
                            () -> {
                                try {
                                    byte[] piece = new byte[0x100000];
                                    var out = socket.getOutputStream();
                                    out.write(
                                            "POST /echo HTTP/1.1|Host: hello.localhost|Transfer-Encoding: chunked||"
                                                    .replace("|", "\r\n")
                                                    .getBytes(StandardCharsets.US_ASCII));
                                    for (int i = 0; i < 101; i++) {
                                        out.write(
                                                "100000|"
                                                        .replace("|", "\r\n")
                                                        .getBytes(StandardCharsets.US_ASCII));
                                        out.write(piece);
                                        out.write(
                                                "|"
                                                        .replace("|", "\r\n")
                                                        .getBytes(StandardCharsets.US_ASCII));
                                    }
                                } catch (IOException closedMeanwhile) {
                                    // the server has refused it
                                }
                            });
            assertThat(PublicFixture.readOne(socket.getInputStream())).startsWith("HTTP/1.1 413");
            writer.join();
        }
        assertThat(node.pool.canceled.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void asksForABodyOnlyWhenTheFunctionWantsIt() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(
                            "POST /echo HTTP/1.1|Host: hello.localhost|Content-Length: 2|Expect: 100-continue||"
                                    .replace("|", "\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            assertThat(
                            new String(
                                    socket.getInputStream().readNBytes(25),
                                    StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 100 Continue");
            socket.getOutputStream()
                    .write("hi".replace("|", "\r\n").getBytes(StandardCharsets.US_ASCII));
            assertThat(PublicFixture.readOne(socket.getInputStream())).endsWith("hi");
        }
    }

    private String rawUnchecked(String request) {
        try {
            return node.raw(request);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}

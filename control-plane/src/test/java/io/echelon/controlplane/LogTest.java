package io.echelon.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.echelon.tenants.LogLevel;
import io.echelon.tenants.LogRecord;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

@QuarkusTest
class LogTest extends ControlPlaneTest {
    @TestHTTPResource URI address;

    @Test
    void mergesThePastLinesOfAllNodesByTime() {
        begun();
        try (TestNode second = TestNode.join(database, "node-2")) {
            node.logged(line("node-1", 1, "one"));
            node.logged(line("node-1", 4, "four"));
            second.logged(line("node-2", 2, "two"));
            second.logged(line("node-2", 3, "three"));

            String lines =
                    api().get(path() + "/logs")
                            .then()
                            .statusCode(200)
                            .contentType("application/x-ndjson")
                            .extract()
                            .asString();

            assertThat(lines.lines())
                    .extracting(JsonPath::from)
                    .extracting(json -> json.getString("message"))
                    .containsExactly("one", "two", "three", "four");
            assertThat(lines.lines().findFirst())
                    .hasValue(
                            "{\"time\":\"1970-01-01T00:00:01Z\",\"level\":\"info\",\"message\":\"one\",\"requestId\":\"r\",\"revision\":\"v1\",\"node\":\"node-1\",\"traceId\":null}");
            assertThat(api().get(path() + "/logs?limit=2").asString().lines()).hasSize(2);
        }
    }

    @Test
    void asksNodesForWhatTheCallerAskedFor() throws InterruptedException {
        begun();
        api().get(path() + "/logs?since=1970-01-01T01:00:00Z&rev=v1&level=warn&limit=7")
                .then()
                .statusCode(200);

        assertThat(node.nextQuestion())
                .isEqualTo(
                        "tenant=default&app=%s&rev=v1&since=1970-01-01T01:00:00Z&level=warn&limit=7&follow=false"
                                .formatted(app));
    }

    @Test
    void answersWithoutTheNodeThatCannotBeReached() {
        begun();
        try (TestNode second = TestNode.join(database, "node-2")) {
            node.logged(line("node-1", 1, "one"));
            second.stopServing();

            assertThat(api().get(path() + "/logs").asString()).contains("one");
        }
    }

    @Test
    void followsALogUntilTheCallerLeaves() throws Exception {
        begun();
        node.logged(line("node-1", 1, "past"));
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request =
                    HttpRequest.newBuilder(address.resolve(path() + "/logs?follow=true"))
                            .header("Authorization", "Bearer " + PlatformFolder.TOKEN)
                            .build();
            HttpResponse<InputStream> answer =
                    client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (BufferedReader lines = reader(answer)) {
                assertThat(lines.readLine()).contains("\"past\"");
                for (int i = 2; i < 500; i++) {
                    node.log(line("node-1", i, "line " + i));
                }
                for (int i = 2; i < 500; i++) {
                    assertThat(lines.readLine()).contains("\"line " + i + "\"");
                }
            }
            node.untilNobodyListens(line("node-1", 1_000, "too late"));
        }
    }

    @Test
    void beginsToAnswerBeforeTheFirstLine() throws Exception {
        begun();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request =
                    HttpRequest.newBuilder(address.resolve(path() + "/logs?follow=true"))
                            .header("Authorization", "Bearer " + PlatformFolder.TOKEN)
                            .build();
            HttpResponse<InputStream> answer =
                    client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("x-request-id")).isPresent();
            answer.body().close();
        }
    }

    @Test
    void refusesWhatItCannotRead() {
        api().get(path() + "/logs").then().statusCode(404);
        begun();
        api().get(path() + "/logs?since=yesterday")
                .then()
                .statusCode(400)
                .body("error.code", equalTo("INVALID_ARGUMENT"))
                .body("error.message", containsString("since is \"yesterday\""));
        api().get(path() + "/logs?level=loud").then().statusCode(400);
        api().get(path() + "/logs?limit=10001").then().statusCode(400);
        api().get(path() + "/logs?rev=v7").then().statusCode(404);
        api().get(path() + "/logs?rev=7").then().statusCode(400);
        api().get(path() + "/logs?follow=1").then().statusCode(400);
        api().get(APPS + "/NO/logs").then().statusCode(400);
    }

    private static BufferedReader reader(HttpResponse<InputStream> answer) throws IOException {
        return new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
    }

    private LogRecord line(String from, long second, String message) {
        return new LogRecord(
                Instant.ofEpochSecond(second), LogLevel.INFO, message, "r", id(1), from);
    }
}

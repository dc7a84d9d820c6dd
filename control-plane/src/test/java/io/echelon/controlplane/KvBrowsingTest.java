package io.echelon.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvStore;
import io.echelon.kvstore.KvValue;
import io.echelon.tenants.DatabaseRef;
import io.echelon.tenants.Json;
import io.echelon.tenants.TenantName;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Databases as those look at them who do not know what is in them. */
@QuarkusTest
class KvBrowsingTest extends ControlPlaneTest {
    @Inject KvStore store;

    private final String name = "db-" + UUID.randomUUID();

    private String base() {
        return "/api/v1/tenants/default/databases/" + name;
    }

    private KvDatabase database() {
        return store.database(new DatabaseRef(TenantName.DEFAULT, name).storeName());
    }

    private void write(KvKey... keys) throws Exception {
        AtomicWrite.Builder write = AtomicWrite.builder();
        for (KvKey key : keys) {
            write.set(key, KvValue.u64(1));
        }
        var _ = database().commit(write.build()).get();
    }

    private ValidatableResponse children(String prefix) {
        return api().queryParam("prefix", prefix).get(base() + "/children").then().statusCode(200);
    }

    @Test
    void showsWhatStandsRightBelowAPrefix() throws Exception {
        write(
                KvKey.of(new byte[] {1}, "x"),
                KvKey.of("a"),
                KvKey.of("a", 1),
                KvKey.of("a", 2, "deep"),
                KvKey.of("b", true),
                KvKey.of("c"),
                KvKey.of(7));
        children("[]")
                .body("children", hasSize(5))
                .body("children[0].part.$bytes", equalTo("AQ=="))
                .body("children.part[1,2,3,4]", contains("a", "b", "c", 7))
                .body("children.entry", contains(false, true, false, true, true))
                .body("children.more", contains(true, true, true, false, false))
                .body("cursor", nullValue());
        children("[\"a\"]")
                .body("children.part", contains(1, 2))
                .body("children.entry", contains(true, false))
                .body("children.more", contains(false, true));
        children("[\"none\"]").body("children", hasSize(0));
    }

    @Test
    void pagesOverChildrenHoweverMuchIsBelowThem() throws Exception {
        for (int group = 0; group < 7; group++) {
            List<KvKey> keys = new ArrayList<>();
            for (int i = 0; i < 30 + 3 * group; i++) {
                keys.add(KvKey.of("g" + group, i));
            }
            for (int i = 0; i < 9; i++) {
                keys.add(KvKey.of("leaf" + group + i));
            }
            write(keys.toArray(KvKey[]::new));
        }
        List<String> seen = new ArrayList<>();
        String cursor = "";
        while (cursor != null) {
            JsonNode page =
                    Json.mapper()
                            .readTree(
                                    (cursor.isEmpty() ? api() : api().queryParam("cursor", cursor))
                                            .queryParam("limit", 10)
                                            .get(base() + "/children")
                                            .asString());
            assertThat(page.path("children").size()).isLessThanOrEqualTo(10);
            for (JsonNode child : page.path("children")) {
                seen.add(child.path("part").asText());
                assertThat(child.path("more").asBoolean())
                        .isEqualTo(child.path("part").asText().startsWith("g"));
            }
            cursor = page.path("cursor").textValue();
        }
        assertThat(seen).hasSize(70).doesNotHaveDuplicates().isSorted();
    }

    @Test
    void refusesCursorsOfOtherPrefixes() throws Exception {
        write(KvKey.of("a", 1), KvKey.of("a", 2), KvKey.of("b", 1));
        String cursor =
                api().queryParam("prefix", "[\"a\"]")
                        .queryParam("limit", 1)
                        .get(base() + "/children")
                        .then()
                        .extract()
                        .path("cursor");
        for (String wrong : List.of(cursor, "?", "AAAA")) {
            api().queryParam("prefix", "[\"b\"]")
                    .queryParam("cursor", wrong)
                    .get(base() + "/children")
                    .then()
                    .statusCode(400);
        }
    }

    private ValidatableResponse set(String value, String expected) {
        return json(value)
                .queryParam("key", "[\"k\"]")
                .queryParam("ifVersionstamp", expected)
                .put(base() + "/entry")
                .then();
    }

    private ValidatableResponse delete(String expected) {
        return api().queryParam("key", "[\"k\"]")
                .queryParam("ifVersionstamp", expected)
                .delete(base() + "/entry")
                .then();
    }

    @Test
    void changesOnlyWhatWasRead() {
        String first = set("1", "none").statusCode(200).extract().path("versionstamp");
        set("2", "none")
                .statusCode(409)
                .body("error.code", equalTo("CONFLICT"))
                .body("error.message", containsString("has an entry already"));
        String second = set("2", first).statusCode(200).extract().path("versionstamp");
        set("3", first).statusCode(409).body("error.message", containsString(first));
        delete(first).statusCode(409);
        api().queryParam("key", "[\"k\"]")
                .get(base() + "/entry")
                .then()
                .body("value", equalTo(2))
                .body("versionstamp", equalTo(second));
        set("3", "yesterday")
                .statusCode(400)
                .body("error.message", containsString("ifVersionstamp"));
        delete(second).statusCode(200);
        set("4", second).statusCode(409);
    }

    @Test
    void tellsWhatWatchedKeysHoldNowAndAfterChanges() throws Exception {
        String key = URLEncoder.encode("[\"k\"]", StandardCharsets.UTF_8);
        HttpRequest request =
                HttpRequest.newBuilder(
                                URI.create(
                                        "%s:%d%s/watch?key=%s"
                                                .formatted(
                                                        RestAssured.baseURI,
                                                        RestAssured.port,
                                                        base(),
                                                        key)))
                        .header("authorization", "Bearer " + PlatformFolder.TOKEN)
                        .header("accept", "text/event-stream")
                        .build();
        try (HttpClient client = HttpClient.newHttpClient();
                BufferedReader lines =
                        new BufferedReader(
                                new InputStreamReader(
                                        client.send(
                                                        request,
                                                        HttpResponse.BodyHandlers.ofInputStream())
                                                .body(),
                                        StandardCharsets.UTF_8))) {
            assertThat(entry(lines).isNull()).isTrue();
            String stamp = set("{\"n\":1}", "none").extract().path("versionstamp");
            JsonNode entry = entry(lines);
            assertThat(entry.at("/value/n").asInt()).isEqualTo(1);
            assertThat(entry.path("versionstamp").asText()).isEqualTo(stamp);
            delete(stamp).statusCode(200);
            assertThat(entry(lines).isNull()).isTrue();
        }
        api().get(base() + "/watch").then().statusCode(400);
        api().queryParam("key", "{}").get(base() + "/watch").then().statusCode(400);
    }

    private static JsonNode entry(BufferedReader lines) throws Exception {
        String line = lines.readLine();
        while (!line.startsWith("data:")) {
            line = lines.readLine();
        }
        JsonNode entries = Json.mapper().readTree(line.substring("data:".length())).path("entries");
        assertThat(entries.size()).isEqualTo(1);
        assertThat(entries.at("/0/key/0").asText()).isEqualTo("k");
        return entries.at("/0/entry");
    }
}

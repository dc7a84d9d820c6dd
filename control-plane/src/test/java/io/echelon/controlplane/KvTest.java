package io.echelon.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.startsWith;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.Expiry;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvSelector;
import io.echelon.kvstore.KvStore;
import io.echelon.kvstore.KvValue;
import io.echelon.tenants.BearerToken;
import io.echelon.tenants.DatabaseRef;
import io.echelon.tenants.Json;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class KvTest extends ControlPlaneTest {
    @Inject KvStore store;

    private final String name = "db-" + UUID.randomUUID();
    private final DatabaseRef ref = new DatabaseRef(TenantName.DEFAULT, name);

    private String databases() {
        return "/api/v1/tenants/default/databases";
    }

    private String base() {
        return databases() + "/" + name;
    }

    private ValidatableResponse set(String key, String value) {
        return json(value).queryParam("key", key).put(base() + "/entry").then();
    }

    private ValidatableResponse get(String key) {
        return api().queryParam("key", key).get(base() + "/entry").then();
    }

    private KvDatabase database() {
        return store.database(ref.storeName());
    }

    @Test
    void writesReadsListsAndDeletesEntries() {
        get("[\"a\",1]").statusCode(404).body("error.code", equalTo("NOT_FOUND"));
        set("[\"a\",1]", "{\"n\":1}").statusCode(200).body("versionstamp", notNullValue());
        set("[\"a\",2]", "2").statusCode(200);
        set("[\"b\"]", "null").statusCode(200);
        get("[\"a\",1]").statusCode(200).body("value.n", equalTo(1)).body("key[1]", equalTo(1));
        api().queryParam("prefix", "[\"a\"]")
                .get(base() + "/entries")
                .then()
                .body("entries", hasSize(2));
        String cursor =
                api().queryParam("limit", 2)
                        .queryParam("reverse", true)
                        .get(base() + "/entries")
                        .then()
                        .body("entries[0].key[0]", equalTo("b"))
                        .extract()
                        .path("cursor");
        api().queryParam("limit", 2)
                .queryParam("reverse", true)
                .queryParam("cursor", cursor)
                .get(base() + "/entries")
                .then()
                .body("entries", hasSize(1))
                .body("entries[0].key[1]", equalTo(1));
        api().queryParam("key", "[\"b\"]").delete(base() + "/entry").then().statusCode(200);
        get("[\"b\"]").statusCode(404);
        api().get(databases())
                .then()
                .body("databases.find { it.name == '%s' }.empty".formatted(name), equalTo(false));
        api().delete(base()).then().statusCode(204);
        api().get(base() + "/entries").then().body("entries", hasSize(0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "\"text \ud83d\ude00\"",
                "[1,[],{\"a\":{\"1\":null}}]",
                "{\"$undefined\":true}",
                "{\"$number\":\"NaN\"}",
                "{\"$number\":\"-0\"}",
                "{\"$bigint\":\"-18446744073709551617\"}",
                "{\"$u64\":\"18446744073709551615\"}",
                "{\"$bytes\":\"AAH/\"}",
                "[{\"$bytes\":\"AAH/\"}]",
                "{\"$date\":\"2026-01-31T12:00:00.001Z\"}",
                "{\"$date\":null}",
                "{\"$regexp\":{\"source\":\"a+\",\"flags\":\"gi\"}}",
                "{\"$map\":[[\"k\",{\"$set\":[1,{\"$bigint\":\"1\"}]}],[{\"o\":1},null]]}",
                "{\"$arrayBuffer\":\"AQI=\"}",
                "{\"$view\":{\"type\":\"Float64Array\",\"base64\":\"AAAAAAAA+D8=\"}}",
                "{\"$error\":{\"name\":\"RangeError\",\"message\":\"far\",\"stack\":\"s\",\"cause\":1}}",
                "{\"$boxed\":\"s\"}",
                "{\"$sparse\":{\"length\":3,\"items\":[[0,1],[2,3]]}}",
                "{\"$object\":{\"$bigint\":\"1\"}}",
                "{\"name\":\"c\",\"self\":{\"$ref\":0}}",
                "{\"$v8\":\"/w9c\"}"
            })
    void showsEveryFormAsItWasWritten(String value) throws Exception {
        set("[\"v\"]", value).statusCode(200);
        JsonNode read = Json.mapper().readTree(get("[\"v\"]").extract().asString());
        assertThat(read.path("value")).isEqualTo(Json.mapper().readTree(value));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[\"text\",1.5,-1,true,false]",
                "[{\"$bigint\":\"-99999999999999999999\"},{\"$bytes\":\"AP8=\"}]",
                "[{\"$number\":\"Infinity\"},{\"$number\":\"-0\"}]",
                "[\"\"]"
            })
    void showsKeysAsTheyWereWritten(String key) throws Exception {
        set(key, "1").statusCode(200);
        JsonNode read = Json.mapper().readTree(get(key).extract().asString());
        assertThat(read.path("key")).isEqualTo(Json.mapper().readTree(key));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "1 2",
                "9007199254740993",
                "1e999",
                "{\"$bigint\":\"1.5\"}",
                "{\"$bigint\":1}",
                "{\"$u64\":\"18446744073709551616\"}",
                "{\"$u64\":\"-1\"}",
                "[{\"$u64\":\"1\"}]",
                "{\"$bytes\":\"?\"}",
                "{\"$unknown\":1}",
                "{\"$date\":\"yesterday\"}",
                "{\"$map\":[[1]]}",
                "{\"$view\":{\"type\":\"Float64Array\",\"base64\":\"AQ==\"}}",
                "{\"$view\":{\"type\":\"Nothing\",\"base64\":\"\"}}",
                "{\"a\":{\"$ref\":7}}",
                "{\"$boxed\":[]}",
                "{\"$regexp\":{\"flags\":\"g\"}}",
                "{\"$sparse\":{\"length\":1,\"items\":[[1,1]]}}",
                "{\"$number\":\"1\"}"
            })
    void refusesValuesThatAreNone(String value) {
        set("[\"v\"]", value).statusCode(400).body("error.code", equalTo("INVALID_ARGUMENT"));
        get("[\"v\"]").statusCode(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "[]", "{}", "\"a\"", "[null]", "[[1]]", "[{\"a\":1}]", "[1", "[1e999]"})
    void refusesKeysThatAreNone(String key) {
        set(key, "1").statusCode(400).body("error.code", equalTo("INVALID_ARGUMENT"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"oops", "7"})
    void saysHowAKeyIsWritten(String key) {
        set(key, "1")
                .statusCode(400)
                .body(
                        "error.message",
                        equalTo(
                                "key is %s; it must be a JSON array of its parts, such as [\"users\",1]"
                                        .formatted(key)));
    }

    @Test
    void refusesWhatIsOverTheLimits() {
        set("[\"v\"]", "\"" + "a".repeat(70_000) + "\"")
                .statusCode(413)
                .body("error.message", containsString("65,536"));
        set("[\"" + "k".repeat(2_100) + "\"]", "1")
                .statusCode(413)
                .body("error.message", containsString("2,048"));
        set("[\"v\"]", "[".repeat(101) + "]".repeat(101)).statusCode(400);
    }

    @Test
    void exportsAndImportsEntriesWithTheirBytesAndTheirExpiry() throws Exception {
        Instant later = Instant.now().plusSeconds(3_600).truncatedTo(ChronoUnit.MILLIS);
        AtomicWrite.Builder write = AtomicWrite.builder();
        for (int i = 0; i < 300; i++) {
            write.set(KvKey.of("n", i), KvValue.u64(i));
        }
        write.set(KvKey.of("gone"), KvValue.bytes(new byte[] {1, 2}), Expiry.at(later));
        write.set(KvKey.of("v8"), KvValue.v8(new byte[] {(byte) 0xff, 15, '\\', 77}));
        database().commit(write.build()).get();
        String lines = api().get(base() + "/export").then().statusCode(200).extract().asString();
        assertThat(lines.lines()).hasSize(303);
        assertThat(lines).endsWith("{\"exported\":302,\"oneState\":true}\n");

        String copy = databases() + "/copy-" + UUID.randomUUID();
        api().contentType("application/x-ndjson")
                .body(lines.getBytes(StandardCharsets.UTF_8))
                .post(copy + "/import")
                .then()
                .statusCode(200)
                .body("imported", equalTo(302));
        DatabaseRef copied =
                new DatabaseRef(TenantName.DEFAULT, copy.substring(copy.lastIndexOf('/') + 1));
        List<KvEntry> before = all(ref);
        List<KvEntry> after = all(copied);
        assertThat(after).hasSameSizeAs(before);
        for (int i = 0; i < before.size(); i++) {
            assertThat(after.get(i).key()).isEqualTo(before.get(i).key());
            assertThat(after.get(i).value()).isEqualTo(before.get(i).value());
            assertThat(after.get(i).expiresAt()).isEqualTo(before.get(i).expiresAt());
        }
        assertThat(before.getFirst().expiresAt()).isEqualTo(later);
    }

    private List<KvEntry> all(DatabaseRef which) throws Exception {
        return store.database(which.storeName()).listAll(KvSelector.prefix(KvKey.of())).get();
    }

    @Test
    void namesTheLineThatCannotBeImportedAndWritesNothing() throws Exception {
        String lines = "{\"key\":[\"a\"],\"value\":1}\n{\"key\":[\"b\"]}\n";
        api().contentType("application/x-ndjson")
                .body(lines.getBytes(StandardCharsets.UTF_8))
                .post(base() + "/import")
                .then()
                .statusCode(400)
                .body("error.message", startsWith("Line 2"));
        assertThat(all(ref)).isEmpty();
    }

    @Test
    void tellsATokenOnceAndKeepsOnlyItsDigest() {
        String text =
                json("{\"access\":\"read\"}")
                        .post(base() + "/tokens")
                        .then()
                        .statusCode(201)
                        .body("url", startsWith("http://localhost:"))
                        .body("url", containsString("/kv/default/" + name))
                        .body("access", equalTo("read"))
                        .extract()
                        .path("token");
        BearerToken token = BearerToken.parse(BearerToken.Kind.DATABASE, text).orElseThrow();
        String listed = api().get(base() + "/tokens").then().extract().asString();
        assertThat(listed).contains(token.id()).doesNotContain(text.substring(21));
        assertThat(database.keys(SystemRows.databaseTokens(ref))).hasSize(1);
        String row =
                new String(
                        Json.bytes(
                                database.get(
                                                SystemRows.databaseToken(ref, token.id()),
                                                JsonNode.class)
                                        .orElseThrow()
                                        .value()),
                        StandardCharsets.UTF_8);
        assertThat(row).contains(token.sha256()).doesNotContain(text.substring(21));

        api().delete(base() + "/tokens/" + token.id()).then().statusCode(204);
        api().delete(base() + "/tokens/" + token.id()).then().statusCode(404);
        api().get(base() + "/tokens").then().body("tokens", hasSize(0));
    }

    @Test
    void limitsTheTokensOfADatabaseAndRevokesThemWithIt() {
        for (int i = 0; i < DatabaseService.TOKENS_MAX; i++) {
            json("{\"access\":\"write\"}").post(base() + "/tokens").then().statusCode(201);
        }
        json("{\"access\":\"write\"}")
                .post(base() + "/tokens")
                .then()
                .statusCode(429)
                .body("error.message", containsString("100"));
        json("{\"access\":\"all\"}").post(base() + "/tokens").then().statusCode(400);
        api().delete(base()).then().statusCode(204);
        api().get(base() + "/tokens").then().body("tokens", hasSize(0));
    }
}

package io.echelon.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.controlplane.ApiDocument.Route;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every route of a kind must have, for every route of the OpenAPI document; one that needs
 * less stands here with the reason.
 */
@QuarkusTest
class ConventionsTest extends ControlPlaneTest {
    /** Routes that change something nobody else can have changed. */
    private static final Map<String, String> NOTHING_TO_MATCH =
            Map.of(
                    "PUT /api/v1/tenants/{tenant}", "makes what must not be there",
                    "PUT /api/v1/tenants/{tenant}/blobs/{sha256}", "the content is the name");

    /** Actions by POST on what two can edit. */
    private static final Set<String> ACTIONS =
            Set.of(
                    "POST /api/v1/tenants/{tenant}/apps/{app}/promote",
                    "POST /api/v1/tenants/{tenant}/apps/{app}/rollback",
                    "POST /api/v1/tenants/{tenant}/apps/{app}/crons/{name}/pause",
                    "POST /api/v1/tenants/{tenant}/apps/{app}/crons/{name}/resume");

    /** Lists that are never long. */
    private static final Map<String, String> SHORT =
            Map.ofEntries(
                    Map.entry("GET /api/v1/whoami", "rights are few"),
                    Map.entry(
                            "GET /api/v1/platform",
                            "as many nodes as there are; GET /nodes has pages"),
                    Map.entry("GET /api/v1/schedule", "as many times as were asked for"),
                    Map.entry("GET /api/v1/store", "as many replicas as nodes"),
                    Map.entry("GET /api/v1/store/verification", "as many replicas as nodes"),
                    Map.entry("GET /api/v1/tenants/{tenant}/quotas", "one of each quota"),
                    Map.entry("GET /api/v1/tenants/{tenant}/apps/{app}", "the shares of a split"),
                    Map.entry(
                            "GET /api/v1/tenants/{tenant}/apps/{app}/revisions/{revision}/manifest",
                            "one document, at most a bundle's files"),
                    Map.entry("GET /api/v1/tenants/{tenant}/apps/{app}/secrets", "at most 128"),
                    Map.entry(
                            "GET /api/v1/tenants/{tenant}/databases/{database}/queue",
                            "a look at the first messages"),
                    Map.entry(
                            "GET /api/v1/tenants/{tenant}/apps/{app}/traces/{traceId}",
                            "the spans of one trace, which are bounded"));

    private ApiDocument document;

    @BeforeEach
    void readDocument() {
        document = ApiDocument.read();
    }

    @Test
    void whatTwoCanEditIsChangedUnderTheTagOfWhatWasRead() {
        List<String> without = new ArrayList<>();
        for (Route route : document.routes()) {
            boolean edits =
                    Set.of("PUT", "PATCH").contains(route.method())
                            || ACTIONS.contains(route.toString());
            if (edits
                    && !NOTHING_TO_MATCH.containsKey(route.toString())
                    && !route.hasParameter("header", "If-Match")) {
                without.add(route.toString());
            }
        }
        assertThat(without).isEmpty();
    }

    @Test
    void everyPostHasAnIdempotencyKey() {
        deployed();
        Map<String, String> places =
                Map.of("tenant", "default", "app", app, "database", "keys", "revision", "v1");
        List<String> without = new ArrayList<>();
        for (Route route : document.routes()) {
            if (!route.method().equals("POST")) {
                continue;
            }
            String type =
                    route.path().endsWith("/import") ? "application/x-ndjson" : "application/json";
            Response refused =
                    api().contentType(type)
                            .body(new byte[] {'{'})
                            .header("Idempotency-Key", "not one")
                            .post(route.with(places));
            if (!route.hasParameter("header", "Idempotency-Key")
                    || refused.statusCode() != 400
                    || !refused.asString().contains("Idempotency-Key")) {
                without.add(route + ": " + refused.statusCode());
            }
        }
        assertThat(without).isEmpty();
    }

    @Test
    void everyListHasPages() {
        List<String> without = new ArrayList<>();
        for (Route route : document.routes()) {
            JsonNode schema = schema(route);
            boolean isList = false;
            for (JsonNode property : schema.path("properties")) {
                isList |= isArray(document.resolved(property));
            }
            if (route.method().equals("GET")
                    && isList
                    && !SHORT.containsKey(route.toString())
                    && !(route.hasParameter("query", "limit")
                            && route.hasParameter("query", "cursor")
                            && schema.path("properties").has("cursor"))) {
                without.add(route.toString());
            }
        }
        assertThat(without).isEmpty();
    }

    @Test
    void everyRouteSaysWhatItAnswersAndWhatItsErrorsAre() {
        List<String> incomplete = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (Route route : document.routes()) {
            JsonNode responses = route.operation().path("responses");
            JsonNode error =
                    responses
                            .path("default")
                            .path("content")
                            .path("application/json")
                            .path("schema");
            boolean isComplete =
                    document.resolved(error).path("properties").has("error")
                            && responses.properties().stream()
                                    .anyMatch(response -> response.getKey().startsWith("2"))
                            && ids.add(
                                    route.operation().path("operationId").asText(route.toString()))
                            && pathParameters(route).equals(declared(route));
            if (!isComplete) {
                incomplete.add(route.toString());
            }
        }
        assertThat(incomplete).isEmpty();
    }

    @Test
    void listsAreReadPageByPage() {
        String tenant = "l-" + app.substring(4);
        Tokens.tenant(tenant);
        for (String name : List.of("cora", "ada", "bob")) {
            var _ = Tokens.member(tenant, name, "viewer");
        }
        String members = "/api/v1/tenants/%s/members".formatted(tenant);
        Response first = api().get(members + "?limit=2");
        first.then()
                .body("members.name", equalTo(List.of("ada", "bob")))
                .body("cursor", notNullValue());
        api().get(members + "?limit=2&cursor=" + first.<String>path("cursor"))
                .then()
                .body("members.name", equalTo(List.of("cora")))
                .body("cursor", nullValue());
        api().get(members + "?cursor=*").then().statusCode(400);
        api().get("/api/v1/tenants/%s/tokens?limit=2".formatted(tenant))
                .then()
                .body("tokens.size()", equalTo(2))
                .body("cursor", notNullValue());
    }

    @Test
    void aMembersRoleIsChangedUnderItsTag() {
        String tenant = "e-" + app.substring(4);
        Tokens.tenant(tenant);
        var _ = Tokens.member(tenant, "ada", "viewer");
        String members = "/api/v1/tenants/%s/members".formatted(tenant);
        String tag = "\"" + api().get(members).path("members[0].etag") + "\"";
        json("{\"role\":\"developer\"}")
                .header("If-Match", tag)
                .put(members + "/ada")
                .then()
                .statusCode(204);
        json("{\"role\":\"admin\"}")
                .header("If-Match", tag)
                .put(members + "/ada")
                .then()
                .statusCode(409)
                .body("error.code", equalTo("CONFLICT"));
        api().header("If-Match", tag).delete(members + "/ada").then().statusCode(409);
        json("{\"role\":\"admin\"}")
                .header("If-Match", "not a tag")
                .put(members + "/ada")
                .then()
                .statusCode(400);
        api().get(members).then().body("members[0].role", equalTo("developer"));
    }

    @Test
    void variablesAndSecretsAreChangedUnderTheirTags() {
        deployed();
        for (String kind : List.of("/env", "/secrets")) {
            String tag = api().get(path() + kind).header("etag");
            String name = kind.equals("/env") ? "A" : "B";
            String set = "{\"set\":{\"%s\":\"1\"}}".formatted(name);
            json(set).header("If-Match", tag).patch(path() + kind).then().statusCode(200);
            json(set).header("If-Match", tag).patch(path() + kind).then().statusCode(409);
            String now = api().get(path() + kind).header("etag");
            assertThat(now).isNotEqualTo(tag);
            json(set).header("If-Match", now).patch(path() + kind).then().statusCode(200);
        }
    }

    @Test
    void whereAnAppLeadsIsChangedUnderItsTag() {
        deployed();
        int second = deployed();
        String tag = api().get(path()).header("etag");
        json("{\"revision\":\"v1\"}")
                .header("If-Match", tag)
                .post(path() + "/promote")
                .then()
                .statusCode(200);
        json("{\"revision\":\"v%d\",\"percent\":5}".formatted(second))
                .header("If-Match", tag)
                .post(path() + "/promote")
                .then()
                .statusCode(409);
        api().header("If-Match", tag).post(path() + "/rollback").then().statusCode(409);
        assertThat(production()).isEqualTo("v1");
    }

    @Test
    void aPlanAndAnEntryAreChangedUnderTheirTags() {
        String plan = "/api/v1/plans/t-" + app.substring(4);
        String first = json("{\"limits\":{\"apps\":1}}").put(plan).then().extract().path("etag");
        json("{\"limits\":{\"apps\":2}}")
                .header("If-Match", "\"" + first + "\"")
                .put(plan)
                .then()
                .statusCode(200);
        json("{\"limits\":{\"apps\":3}}")
                .header("If-Match", "\"" + first + "\"")
                .put(plan)
                .then()
                .statusCode(409);
        String entry = "/api/v1/tenants/default/databases/%s/entry?key=[1]".formatted(app);
        json("1").put(entry).then().statusCode(200);
        String tag = api().get(entry).header("etag");
        json("2").header("If-Match", tag).put(entry).then().statusCode(200);
        json("3").header("If-Match", tag).put(entry).then().statusCode(409);
        api().header("If-Match", tag).delete(entry).then().statusCode(409);
    }

    private JsonNode schema(Route route) {
        for (Map.Entry<String, JsonNode> response :
                route.operation().path("responses").properties()) {
            if (response.getKey().startsWith("2")) {
                return document.resolved(
                        response.getValue()
                                .path("content")
                                .path("application/json")
                                .path("schema"));
            }
        }
        return document.json().path("nothing");
    }

    private static boolean isArray(JsonNode schema) {
        JsonNode type = schema.path("type");
        return type.asText().equals("array") || type.toString().contains("\"array\"");
    }

    private static Set<String> pathParameters(Route route) {
        Set<String> names = new HashSet<>();
        var matcher = java.util.regex.Pattern.compile("\\{([^}]*)}").matcher(route.path());
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }

    private static Set<String> declared(Route route) {
        Set<String> names = new HashSet<>();
        for (JsonNode parameter : route.operation().path("parameters")) {
            if (parameter.path("in").asText().equals("path")) {
                names.add(parameter.path("name").asText());
            }
        }
        return names;
    }
}

package io.echelon.tenants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FunctionConfigTest {
    private static FunctionConfig parse(String json) {
        return FunctionConfig.parse("edge.json", json.getBytes(StandardCharsets.UTF_8));
    }

    private static EchelonException refusal(String json) {
        return catchThrowableOfType(EchelonException.class, () -> parse(json));
    }

    @Test
    void readsEveryKeyOfTheContract() {
        FunctionConfig config =
                parse(
                        """
                        // A comment, as in deno.json.
                        { "name": "hello", "main": "main.ts", "isolation": "revision", "warm": 3,
                          "limits": { "cpuMs": 100, "memoryMb": 64, "wallMs": 5000 },
                          "permissions": { "net": ["api.example.com", "*.example.org", "h:8443"], "env": ["API_KEY"], "kv": false },
                          "crons": [{ "name": "tick", "schedule": "*/5 * * * *" }],
                          "imports": { "@/": "./src/" }, "assets": { "dir": "public", "spa": true },
                          "queues": {
                            "producers": [{ "binding": "ORDERS", "queue": "orders" }],
                            "consumers": [{ "queue": "orders", "maxBatchSize": 20, "maxBatchWaitMs": 500, "maxConcurrency": 2,
                                            "maxRetries": 5, "retryDelayMs": 100, "deadLetterQueue": "lost" }] },
                          "env": { "MODE": "prod" }, }
                        """);

        assertThat(config)
                .isEqualTo(
                        new FunctionConfig(
                                new AppName("hello"),
                                "main.ts",
                                Isolation.REVISION,
                                3,
                                new FunctionLimits(100, 64, 5000),
                                new Permissions(
                                        List.of("api.example.com", "*.example.org", "h:8443"),
                                        List.of("API_KEY"),
                                        false),
                                List.of(new CronSpec("tick", "*/5 * * * *")),
                                Map.of("@/", "./src/"),
                                new Assets("public", true),
                                Map.of("MODE", "prod"),
                                new Queues(
                                        List.of(new QueueProducer("ORDERS", "orders")),
                                        List.of(
                                                new QueueConsumption(
                                                        "orders", 20, 500, 2, 5, 100, "lost"))),
                                Jsx.UNSET));
    }

    @Test
    void anEmptyFileHasTheDefaultsOfTheLimits() {
        FunctionConfig config = FunctionConfig.DEFAULT;

        assertThat(config.name()).isNull();
        assertThat(config.main()).isNull();
        assertThat(config.isolation()).isEqualTo(Isolation.REQUEST);
        assertThat(config.warm()).isEqualTo(2);
        assertThat(config.limits()).isEqualTo(new FunctionLimits(200, 128, 30_000));
        assertThat(config.permissions()).isEqualTo(new Permissions(null, null, true));
        assertThat(config.crons()).isEmpty();
        assertThat(config.imports()).isEmpty();
        assertThat(config.assets()).isNull();
        assertThat(config.env()).isEmpty();
    }

    @Test
    void noHostsAtAllIsNotTheSameAsTheWholeInternet() {
        assertThat(parse("{\"permissions\":{\"net\":[]}}").permissions().net()).isEmpty();
        assertThat(parse("{\"permissions\":{}}").permissions().net()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"isolaton\":\"request\"} | edge.json:1: unknown key \"isolaton\"; the nearest known key is \"isolation\"",
                "{\"limits\":{\"cpums\":1}} | edge.json:1: unknown key \"limits.cpums\"; the nearest known key is \"limits.cpuMs\"",
                "{\"crons\":[{\"name\":\"a\",\"shedule\":\"\"}]} | edge.json:1: unknown key \"crons[0].shedule\"; the nearest known key is \"crons[0].schedule\"",
                "{\"tasks\":{}} | edge.json:1: unknown key \"tasks\"; the nearest known key is \"assets\"",
                "{\"warm\":\"2\"} | edge.json:1: \"warm\" must be a whole number, not the text \"2\"",
                "{\"warm\":1.5} | edge.json:1: \"warm\" must be a whole number, not the number 1.5",
                "{\"warm\":-1} | edge.json:1: \"warm\" is -1; it must be from 0 to 100",
                "{\"name\":null} | edge.json:1: \"name\" must be a text, not null; leave the key out instead",
                "{\"env\":{\"A\":1}} | edge.json:1: \"env.A\" must be a text, in quotes, not the number 1",
                "{\"permissions\":{\"net\":\"a\"}} | edge.json:1: \"permissions.net\" must be a list of texts, not the text \"a\"",
                "{\"permissions\":{\"kv\":1}} | edge.json:1: \"permissions.kv\" must be true or false, not the number 1",
                "{\"isolation\":\"none\"} | edge.json:1: \"isolation\" is \"none\"; it must be \"request\" or \"revision\"",
                "{\"assets\":{}} | edge.json:1: \"assets.dir\" is missing",
                "[] | edge.json:1: the configuration must be an object, not a list",
            })
    void refusesWithFileLineKeyExpectedAndActual(String json, String message) {
        assertThat(refusal(json).reason()).isEqualTo(message);
        assertThat(refusal(json).code()).isEqualTo(ErrorCode.INVALID_CONFIGURATION);
    }

    @Test
    void namesTheLineOfTheValueThatIsWrong() {
        assertThat(refusal("{\n  \"name\": \"a\",\n  \"warm\":\n    true\n}").reason())
                .isEqualTo("edge.json:4: \"warm\" must be a whole number, not true");
    }

    @Test
    void askingForMoreThanATenantMayHaveIsOverALimit() {
        EchelonException refusal = refusal("{\"limits\":{\"cpuMs\":60001}}");

        assertThat(refusal.code()).isEqualTo(ErrorCode.OVER_QUOTA);
        assertThat(refusal.reason())
                .isEqualTo(
                        "edge.json:1: \"limits.cpuMs\" is 60001; at most 60,000 may be asked for");
    }

    @Test
    void aNumberBeyondEveryIntegerIsOverTheLimitToo() {
        assertThat(refusal("{\"warm\":1e999}").code()).isEqualTo(ErrorCode.OVER_QUOTA);
    }

    @Test
    void brokenJsonNamesLineAndColumn() {
        assertThat(refusal("{\n  \"name\" \"a\"\n}").reason()).startsWith("edge.json:2:");
        assertThat(refusal("").reason()).contains("edge.json is empty");
        assertThat(refusal("{} {}").reason()).contains("more text after the end");
        assertThat(refusal("{\"warm\":1,\"warm\":2}").reason()).contains("warm");
    }

    @Test
    void aUrlIsNotAHost() {
        assertThat(refusal("{\"permissions\":{\"net\":[\"https://a.example\"]}}").reason())
                .contains("\"https://a.example\"")
                .contains("without https://");
    }

    @Test
    void twoCronsOfOneNameAreRefused() {
        assertThat(
                        refusal(
                                        "{\"crons\":[{\"name\":\"a\",\"schedule\":\"* * * * *\"},"
                                                + "{\"name\":\"a\",\"schedule\":\"* * * * *\"}]}")
                                .reason())
                .contains("two crons are called \"a\"");
    }

    @Test
    void readsWhatACronAsksForBesideItsSchedule() {
        FunctionConfig config =
                parse(
                        """
                        {"crons":[{"name":"a","schedule":"0 2 * * *","timezone":"Europe/Berlin","overlap":"queue",
                          "missed":"all","jitterMs":5,"backoffSchedule":[1,2],"deadlineMs":60000}]}
                        """);
        assertThat(config.crons())
                .containsExactly(
                        new CronSpec(
                                "a",
                                "0 2 * * *",
                                "Europe/Berlin",
                                CronOverlap.QUEUE,
                                MissedFires.ALL,
                                5,
                                List.of(1, 2),
                                60_000));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"overlap\":\"no\" | must be one of \"skip\", \"queue\", \"allow\"",
                "\"timezone\":\"Mars\" | must be an IANA name such as Europe/Berlin",
                "\"backoffSchedule\":[1,2,3,4,5,6] | is 6; it must be from 0 to 5",
                "\"backoffSchedule\":[3600001] | is 3600001; at most 3,600,000",
                "\"jitterMs\":-1 | it must be from 0 to 3,600,000",
            })
    void refusesWhatACronMayNotAskFor(String key, String message) {
        assertThat(
                        refusal(
                                "{\"crons\":[{\"name\":\"a\",\"schedule\":\"@daily\",%s}]}"
                                        .formatted(key)))
                .hasMessageContaining(message);
    }

    @Test
    void denosOwnKeysArePassedOverInDenoJson() {
        FunctionConfig config =
                FunctionConfig.parse(
                        "deno.json",
                        """
                        { "name": "@scope/pkg", "version": "1.0.0", "tasks": { "dev": "deno run x" },
                          "compilerOptions": { "jsx": "react-jsx", "jsxImportSource": "hono/jsx" },
                          "imports": { "hono": "npm:hono@^4" } }
                        """
                                .getBytes(StandardCharsets.UTF_8));

        assertThat(config.name()).isNull();
        assertThat(config.imports()).containsEntry("hono", "npm:hono@^4");
        assertThat(config.jsx()).isEqualTo(new Jsx("hono/jsx"));
    }

    @Test
    void aMistypedKeyInDenoJsonIsStillRefused() {
        EchelonException refusal =
                catchThrowableOfType(
                        EchelonException.class,
                        () ->
                                FunctionConfig.parse(
                                        "deno.json",
                                        "{\"importz\":{}}".getBytes(StandardCharsets.UTF_8)));

        assertThat(refusal.reason()).contains("the nearest known key is \"imports\"");
    }

    @Test
    void aManifestHasTheFilesTheConfigurationAndTheEnvironmentOfBoth() {
        BundleFile file = new BundleFile("main.js", "0".repeat(64), 12);

        Manifest manifest =
                parse("{\"warm\":0,\"env\":{\"A\":\"1\",\"B\":\"1\"}}")
                        .manifest("main.js", List.of(file), Map.of("B", "2", "C", "3"));

        assertThat(manifest.main()).isEqualTo("main.js");
        assertThat(manifest.files()).containsExactly(file);
        assertThat(manifest.warm()).isZero();
        assertThat(manifest.env()).isEqualTo(Map.of("A", "1", "B", "2", "C", "3"));
    }
}

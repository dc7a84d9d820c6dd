package io.echelon.isolatepool.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Value;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is stored, beside real V8: Node's, and bytes that Deno 2.9.6 wrote. */
final class V8FormatTest {
    private static final Path SCRIPTS = Path.of("src/test/resources/v8");

    private static Context context;
    private static Value codec;

    @BeforeAll
    static void open() throws IOException {
        context =
                Context.newBuilder("js")
                        .allowExperimentalOptions(true)
                        .option("engine.WarnInterpreterOnly", "false")
                        .option("js.text-encoding", "true")
                        .build();
        codec =
                context.eval("js", resource("/v8/driver.js"))
                        .execute(
                                context.eval("js", resource("/io/echelon/isolatepool/js/v8.js")),
                                context.eval("js", resource("/v8/values.js")));
    }

    @AfterAll
    static void close() {
        context.close();
    }

    @Test
    void writesTheBytesThatV8Writes() throws Exception {
        Map<String, String> expected = writtenByV8();
        assertThat(expected).hasSizeGreaterThan(100);
        assertEquals(expected, written());
    }

    @Test
    void readsWhatV8Writes() throws Exception {
        Map<String, String> expected = writtenByV8();
        Map<String, String> again = new LinkedHashMap<>();
        expected.forEach((name, hex) -> again.put(name, call("writeAgain", hex)));
        assertEquals(expected, again);
    }

    @Test
    void v8ReadsWhatIsWrittenInAnotherWay() throws Exception {
        Map<String, String> expressions =
                Map.of(
                        "filled", "new Array(3).fill(0)",
                        "doubles", "[1, 2.5]",
                        "cause",
                                """
                                (() => {
                                  const error = new RangeError("m", { cause: new TypeError("i") });
                                  error.stack = "S";
                                  error.cause.stack = "T";
                                  return error;
                                })()""");
        String lines =
                expressions.entrySet().stream()
                        .map(each -> each.getKey() + " " + call("writeOf", each.getValue()))
                        .collect(Collectors.joining("\n"));
        assertThat(lines(node("read.mjs", lines)))
                .containsOnly(
                        Map.entry("filled", "[0,0,0]"),
                        Map.entry("doubles", "[1,2.5]"),
                        Map.entry(
                                "cause",
                                "[\"RangeError\",\"m\",\"S\",[\"TypeError\",\"i\",\"T\",null]]"));
    }

    /** Since version 16 only the order of an error's parts differs. */
    @ParameterizedTest
    @CsvSource({
        "a number, 4902",
        "a bigint, 5a2000000000000000000100000000000000",
        "a map with a set, 3b49026f22016149027b01220178274902 2c013a04",
        "views of one buffer, 410242040000000056420004005e015657000400240002",
        "an array with holes, 61034900490249044906400203",
        "a resizable buffer, 7e02040000",
        "an error, 72526d22016d7322015363726d220169732201542e2e",
    })
    void readsWhatDenoWrites(String what, String hex) {
        String body = hex.replace(" ", "");
        assertThat(call("writeAgain", "ff10" + body)).as(what).isEqualTo("ff0f" + body);
    }

    /** V8 wrote the cause of an error before its stack until version 15. */
    @Test
    void readsTheCauseOfAnErrorWhereverItStands() {
        assertThat(call("writeAgain", "ff0f72526d22016d63726d220169732201542e732201532e"))
                .isEqualTo("ff0f72526d22016d7322015363726d220169732201542e2e");
    }

    @ParameterizedTest
    @CsvSource({
        "nothing, '', it ends too early",
        "no header, 4902, not in V8's format",
        "a version of the future, ff114902, version 17",
        "a version of the past, ff0c4902, version 12",
        "an object without end, ff0f6f, it ends too early",
        "an array that says too much, ff0f41ffffffff0f, it ends too early",
        "a buffer that says too much, ff0f42ffffffff0f, it ends too early",
        "a reference to nothing, ff0f5e00, a reference to no object",
        "a property that is named by an object, ff0f6f6f7b0049027b01, a property has no name",
        "a wrong number of properties, ff0f6f22016149027b02, another number",
        "a shared buffer, ff0f7500, a value of the kind \"u\"",
        "a view without room, ff0f420201025657000400, a view",
        "a view of no kind, ff0f42005600000000, a view of a kind",
        "an unknown flag, ff0f5222016180 04, flag",
        "a broken pattern, ff0f52220128 00, a regular expression",
        "a Blob of Deno, ff0f5cffffffff0f6f22047479706522 04426c6f627b01, a Blob of Deno",
        "an integer that is too long, ff0f49ffffffffffff, too long",
        "half a character, ff0f6303610061, ends inside a character",
    })
    void refusesWhatIsBroken(String what, String hex, String reason) {
        assertThat(call("refusal", hex.replace(" ", "")))
                .as(what)
                .startsWith("RangeError: could not deserialize value: ")
                .contains(reason);
    }

    @Test
    void whateverTheBytesReadingEnds() throws Exception {
        Map<String, String> values = writtenByV8();
        int seed = 0;
        for (String hex : values.values()) {
            assertThat(call("disturb", hex, seed++)).isEmpty();
        }
        Random random = new Random(7);
        for (int i = 0; i < 150; i++) {
            byte[] bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            String hex = HexFormat.of().formatHex(bytes);
            assertThat(call("disturb", "ff0f" + hex, i)).isEmpty();
        }
    }

    @Test
    void depthTakesNoStack() {
        assertThat(call("refusal", "ff0f" + "4101".repeat(30_000))).contains("it ends too early");
        String whole = "ff0f" + "4101".repeat(10_000) + "4902" + "240001".repeat(10_000);
        assertThat(call("writeAgain", whole)).isEqualTo(whole);
    }

    private static Map<String, String> written() {
        Map<String, String> written = new LinkedHashMap<>();
        Value names = codec.invokeMember("names");
        for (int i = 0; i < names.getArraySize(); i++) {
            String name = names.getArrayElement(i).asString();
            written.put(name, call("write", name));
        }
        return written;
    }

    private static String call(String function, Object... arguments) {
        return codec.invokeMember(function, arguments).asString();
    }

    private static Map<String, String> writtenByV8() throws Exception {
        return lines(node("write.mjs", ""));
    }

    private static Map<String, String> lines(String text) {
        Map<String, String> values = new LinkedHashMap<>();
        text.lines()
                .forEach(
                        line -> {
                            int space = line.indexOf(' ');
                            values.put(line.substring(0, space), line.substring(space + 1));
                        });
        return values;
    }

    private static String node(String script, String input) throws Exception {
        List<String> command =
                List.of(
                        "node",
                        SCRIPTS.resolve(script).toString(),
                        SCRIPTS.resolve("values.js").toString());
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return output;
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = V8FormatTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

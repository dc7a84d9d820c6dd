package io.echelon.isolatepool.escape;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.isolatepool.hostile.Arena;
import io.echelon.tenants.BundleFile;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.Isolation;
import io.echelon.tenants.RevisionId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every case of {@code src/test/resources/escape} looks for a way out of its isolate and finds
 * nothing.
 */
final class EscapeTest {
    private static final Path FOLDER = Path.of("src/test/resources/escape");
    private static final String FINDER = "finder.js";

    private static Arena arena;

    @BeforeAll
    static void open() {
        arena = new Arena();
    }

    @AfterAll
    static void close() {
        arena.close();
    }

    static List<String> cases() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(FINDER))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void findsNothing(String name) throws IOException {
        String source =
                Files.readString(FOLDER.resolve(FINDER)) + Files.readString(FOLDER.resolve(name));
        assertThat(arena.answerOf(source)).isEqualTo("nothing");
    }

    @Test
    void nothingThatAnIsolateLeavesIsSeenByTheNext() throws IOException {
        String source = Files.readString(Path.of("src/test/resources/traces.js"));
        Map<String, byte[]> files =
                Map.of(
                        "main.js", source.getBytes(StandardCharsets.UTF_8),
                        "data.json", "{\"value\": 0}".getBytes(StandardCharsets.UTF_8),
                        "other.js",
                                "export const state = {}; export default () => state;"
                                        .getBytes(StandardCharsets.UTF_8));
        RevisionId id = arena.install("main.js", files, Arena.WIDE, Isolation.REQUEST);
        RevisionId other = arena.install("main.js", files, Arena.WIDE, Isolation.REQUEST);
        for (int i = 0; i < 5; i++) {
            assertThat(arena.get(id).text()).isEqualTo("no traces");
            assertThat(arena.get(other).text()).isEqualTo("no traces");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../up.js",
                "../../../../etc/passwd",
                "/etc/passwd",
                "a/../../etc/passwd",
                "./a.js",
                "a//b.js",
                "a\\b.js",
                "a\0.js",
                "..",
                "",
                "a/",
                "a\n.js"
            })
    void aBundleHasNoFileThatLiesElsewhere(String path) {
        Assertions.assertThatThrownBy(() -> new BundleFile(path, "0".repeat(64), 1))
                .isInstanceOf(EchelonException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../../etc/passwd", "/etc/passwd", "/proc/self/environ"})
    void aFileOfTheBundleWithSuchANameIsNotTheMachines(String path) {
        Map<String, byte[]> files =
                Map.of(
                        "main.js",
                        """
                        const found = await import("%s").catch(() => null);
                        export default { fetch: () => new Response(found?.default ?? "nothing") };
                        """
                                .formatted(path)
                                .getBytes(StandardCharsets.UTF_8),
                        path,
                        "export default 'nothing'".getBytes(StandardCharsets.UTF_8));
        RevisionId id = arena.install("main.js", files, Arena.WIDE, Isolation.REQUEST);
        assertThat(arena.get(id).text()).isEqualTo("nothing");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "import '/etc/passwd'",
                "import 'file:///etc/passwd'",
                "import x from '/etc/passwd' with { type: 'json' }",
                "import fs from 'node:fs'",
                "import 'http://127.0.0.1:1/x.js'",
                "import '../../../../../../etc/passwd'",
                "throw new Error(typeof Java)",
                "throw { get stack() { return this.constructor.constructor('return process')() } }"
            })
    void aRefusedStartTellsNothingOfTheMachine(String source) {
        Assertions.assertThatThrownBy(() -> arena.install(source))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOf(EchelonException.class)
                .message()
                .doesNotContain(
                        "root:", "java.", "org.graalvm", "com.oracle", "io.echelon", "/target");
    }
}

package io.echelon.isolatepool.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.tenants.RevisionId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Runs every case of every file under {@code src/test/js}, each in a fresh isolate. */
final class JavaScriptCasesTest {
    private static final Path CASES = Path.of("src/test/js");
    private static final Playground PLAYGROUND = new Playground();

    @AfterAll
    static void closePlayground() {
        PLAYGROUND.close();
    }

    @TestFactory
    Stream<DynamicContainer> everyCaseHolds() throws IOException {
        try (Stream<Path> files = Files.list(CASES)) {
            return files
                    .filter(file -> file.toString().endsWith(".test.js"))
                    .sorted()
                    .map(JavaScriptCasesTest::cases)
                    .toList()
                    .stream();
        }
    }

    private static DynamicContainer cases(Path file) {
        RevisionId id;
        try {
            id =
                    PLAYGROUND.install(
                            Map.of(
                                    "main.js",
                                    "import './cases.js'; export { default } from './testing.js';",
                                    "cases.js",
                                    Files.readString(file),
                                    "testing.js",
                                    Files.readString(CASES.resolve("testing.js"))));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        List<String> names = PLAYGROUND.get(id, "/").text().lines().toList();
        assertThat(names).as("cases in %s", file).isNotEmpty();
        return DynamicContainer.dynamicContainer(
                file.getFileName().toString(),
                names.stream().map(name -> DynamicTest.dynamicTest(name, () -> run(id, name))));
    }

    private static void run(RevisionId id, String name) {
        Answer answer = PLAYGROUND.get(id, "/?a=1", "x-test", name);
        assertThat(answer.text())
                .as("%s: %s %s", name, answer.report(), PLAYGROUND.takeLog())
                .isEqualTo("holds");
    }
}

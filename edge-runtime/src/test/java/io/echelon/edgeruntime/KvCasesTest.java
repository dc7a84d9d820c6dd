package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Runs every case of {@code src/test/js/kv.test.js}, each in a fresh isolate. */
final class KvCasesTest {
    private static final Path CASES = Path.of("src/test/js/kv.test.js");
    private static final Path TESTING = Path.of("../isolate-pool/src/test/js/testing.js");

    @TempDir static Path folder;
    private static KvPlayground playground;

    @BeforeAll
    static void open() {
        playground = new KvPlayground(folder);
    }

    @AfterAll
    static void close() {
        playground.close();
    }

    @TestFactory
    Stream<DynamicTest> everyCaseHolds() throws IOException {
        RevisionId id =
                playground.install(
                        new TenantName("acme"),
                        "cases",
                        Map.of(
                                "main.js",
                                "import './cases.js'; export { default } from './testing.js';",
                                "cases.js",
                                Files.readString(CASES),
                                "testing.js",
                                Files.readString(TESTING)),
                        KvBinding.Access.GRANTED);
        List<String> names = playground.get(id, "/").text().lines().toList();
        assertThat(names).isNotEmpty();
        return names.stream().map(name -> DynamicTest.dynamicTest(name, () -> run(id, name)));
    }

    private static void run(RevisionId id, String name) {
        KvPlayground.Answer answer = playground.get(id, "/", "x-test", name);
        assertThat(answer.text())
                .as("%s: %s %s", name, answer.report(), playground.takeLog())
                .isEqualTo("holds");
    }
}

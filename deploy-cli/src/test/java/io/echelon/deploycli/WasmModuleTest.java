package io.echelon.deploycli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class WasmModuleTest {
    private static byte[] example() throws IOException {
        return Files.readAllBytes(
                Path.of(System.getProperty("echelon.cli"), "templates/wasm-c/main.wasm"));
    }

    @Test
    void readsWhatACommandImportsAndExports() throws IOException {
        WasmModule module = WasmModule.parse("main.wasm", example());

        assertThat(module.imports()).containsExactly("wasi_snapshot_preview1");
        assertThat(module.exports()).contains("_start", "memory");
        module.requireCommand("main.wasm");
    }

    @Test
    void everyTruncationIsRefusedOrReadWithoutLeavingTheBytes() throws IOException {
        byte[] whole = example();
        for (int length = 0; length < whole.length; length += 7) {
            byte[] part = Arrays.copyOf(whole, length);
            try {
                WasmModule.parse("main.wasm", part);
            } catch (CliException refused) {
                assertThat(refused.reason()).startsWith("main.wasm is ");
            }
        }
    }

    @Test
    void aCorruptModuleIsRefusedWithThePlace() throws IOException {
        byte[] bytes = example();
        bytes[8] = 99;

        assertThat(
                        catchThrowableOfType(
                                        CliException.class,
                                        () -> WasmModule.parse("main.wasm", bytes))
                                .reason())
                .isEqualTo("main.wasm is corrupt: there is no section 99 (at byte 8)");
    }

    @Test
    void aComponentIsToldFromAModule() {
        byte[] component = {0, 'a', 's', 'm', 0x0d, 0, 1, 0};

        assertThat(
                        catchThrowableOfType(
                                        CliException.class,
                                        () -> WasmModule.parse("main.wasm", component))
                                .reason())
                .contains("component")
                .contains("wasm32-wasip1");
    }
}

package io.echelon.isolatepool.graal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is read from, and rewritten in, WebAssembly files. */
class WasmFilesTest {
    private static final byte[] HEADER = {0, 'a', 's', 'm', 1, 0, 0, 0};

    private static byte[] file(int... sections) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(HEADER);
        for (int b : sections) {
            out.write(b);
        }
        return out.toByteArray();
    }

    @Test
    void readsExportsAndCountsImports() {
        byte[] file = file(2, 1, 3, 7, 8, 1, 4, 'm', 'a', 'i', 'n', 0, 0);
        WasmSections sections = WasmSections.read(file);
        assertThat(sections.importCount()).isEqualTo(3);
        assertThat(sections.exportNames()).containsExactly("main");
    }

    @Test
    void knowsAFileByItsMagic() {
        assertThat(WasmSections.hasMagic(file())).isTrue();
        assertThat(
                        WasmSections.hasMagic(
                                "<html></html>".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .isFalse();
        assertThat(WasmSections.hasMagic(new byte[0])).isFalse();
    }

    @Test
    void givesAMemoryWithoutMaximumTheQuota() {
        byte[] bounded = WasmMemoryLimit.apply(file(5, 3, 1, 0, 1), 1_024);
        assertThat(bounded).isEqualTo(file(5, 5, 1, 1, 1, 0x80, 8));
    }

    @Test
    void lowersAMaximumAboveTheQuotaAndKeepsOneBelow() {
        assertThat(WasmMemoryLimit.apply(file(5, 5, 1, 1, 1, 0x80, 8), 16))
                .isEqualTo(file(5, 4, 1, 1, 1, 16));
        assertThat(WasmMemoryLimit.apply(file(5, 4, 1, 1, 1, 4), 16))
                .isEqualTo(file(5, 4, 1, 1, 1, 4));
    }

    @Test
    void leavesOtherSectionsAsTheyAre() {
        byte[] file = file(1, 4, 1, 0x60, 0, 0, 10, 2, 1, 0);
        assertThat(WasmMemoryLimit.apply(file, 16)).isEqualTo(file);
    }

    @Test
    void survivesAnyBytes() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] noise = new byte[random.nextInt(64)];
            random.nextBytes(noise);
            byte[] file = file();
            byte[] all = new byte[file.length + noise.length];
            System.arraycopy(file, 0, all, 0, file.length);
            System.arraycopy(noise, 0, all, file.length, noise.length);
            assertThat(WasmSections.read(all).exportNames()).isNotNull();
            assertThat(WasmMemoryLimit.apply(all, 16)).isNotNull();
        }
    }
}

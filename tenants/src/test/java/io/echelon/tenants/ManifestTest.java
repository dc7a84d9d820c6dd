package io.echelon.tenants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a manifest refuses. */
class ManifestTest {
    private static final String HASH = "0".repeat(64);

    private static Manifest manifest(List<BundleFile> files, Map<String, String> env) {
        return new Manifest(
                "main.js",
                files,
                Isolation.REQUEST,
                2,
                FunctionLimits.DEFAULT,
                Permissions.DEFAULT,
                env,
                List.of(),
                null);
    }

    private static BundleFile file(String path, long bytes) {
        return new BundleFile(path, HASH, bytes);
    }

    @Test
    void survivesTheWayThroughJson() {
        Manifest manifest = manifest(List.of(file("main.js", 3)), Map.of("A", "b"));
        assertThat(Json.read(Json.bytes(manifest), Manifest.class)).isEqualTo(manifest);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "/a", "a/", "a//b", "./a", "a/./b", "../a", "a/../b", "a\\b", "a\nb", "a\0b"
            })
    void refusesAPathThatLeavesTheBundle(String path) {
        assertThatThrownBy(() -> file(path, 1))
                .isInstanceOf(EchelonException.class)
                .hasFieldOrPropertyWithValue("code", ErrorCode.INVALID_BUNDLE);
    }

    @Test
    void refusesAHashThatIsNone() {
        assertThatThrownBy(() -> new BundleFile("a", "xyz", 1))
                .hasMessageContaining("64 hexadecimal");
    }

    @Test
    void refusesABundleLargerThanTheLimitAndSaysBothSizes() {
        assertThatThrownBy(
                        () ->
                                manifest(
                                        List.of(file("main.js", Limits.BUNDLE_MAX_BYTES + 1)),
                                        Map.of()))
                .hasMessageContaining("52,428,801")
                .hasMessageContaining("at most 52,428,800");
    }

    @Test
    void refusesOneFileTooMany() {
        List<BundleFile> files = new ArrayList<>();
        for (int i = 0; i < Limits.BUNDLE_MAX_FILES; i++) {
            files.add(file("f" + i, 1));
        }
        files.add(file("main.js", 1));
        assertThatThrownBy(() -> manifest(files, Map.of())).hasMessageContaining("10,001 files");
    }

    @Test
    void refusesAPathThatIsNamedTwice() {
        assertThatThrownBy(
                        () -> manifest(List.of(file("main.js", 1), file("main.js", 2)), Map.of()))
                .hasMessageContaining("twice");
    }

    @Test
    void refusesAnEntryThatIsMissing() {
        assertThatThrownBy(() -> manifest(List.of(file("other.js", 1)), Map.of()))
                .hasMessageContaining("main.js");
    }

    @Test
    void refusesTooMuchEnvironment() {
        Map<String, String> env = new HashMap<>();
        for (int i = 0; i <= Limits.ENV_MAX_ENTRIES; i++) {
            env.put("K" + i, "v");
        }
        List<BundleFile> files = List.of(file("main.js", 1));
        assertThatThrownBy(() -> manifest(files, env)).hasMessageContaining("from 0 to 128");
        String large = "x".repeat(Limits.ENV_VALUE_MAX_BYTES + 1);
        assertThatThrownBy(() -> manifest(files, Map.of("K", large)))
                .hasMessageContaining("16,384");
        assertThatThrownBy(() -> manifest(files, Map.of("A=B", "c"))).hasMessageContaining("A=B");
    }

    @Test
    void refusesLimitsOutOfBounds() {
        assertThatThrownBy(() -> new FunctionLimits(0, 128, 1))
                .hasMessageContaining("limits.cpuMs");
        assertThatThrownBy(() -> new FunctionLimits(60_001, 128, 1)).hasMessageContaining("60,000");
        assertThatThrownBy(() -> new FunctionLimits(1, 15, 1))
                .hasMessageContaining("limits.memoryMb");
        assertThatThrownBy(() -> new FunctionLimits(1, 128, 900_001))
                .hasMessageContaining("limits.wallMs");
    }
}

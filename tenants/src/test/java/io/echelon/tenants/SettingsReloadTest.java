package io.echelon.tenants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echelon.tenants.SettingsReload.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SettingsReloadTest {
    @TempDir private Path folder;
    private Path file;
    private Map<String, String> environment;
    private final List<String> applied = new ArrayList<>();

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(folder.resolve("echelon.conf"), "ECHELON_RATE=1\n");
        environment = Map.of(ProcessSettings.FILE, file.toString(), "ECHELON_BIND", "::1");
    }

    private SettingsReload<Map<String, String>> reload() {
        return new SettingsReload<>(
                ProcessSettings.read(environment),
                () -> environment,
                values -> {
                    if (values.getOrDefault("ECHELON_RATE", "").equals("many")) {
                        throw new EchelonException(
                                ErrorCode.INVALID_CONFIGURATION, "ECHELON_RATE is \"many\"");
                    }
                    return values;
                },
                Set.of("ECHELON_RATE"),
                values -> applied.add(values.getOrDefault("ECHELON_RATE", "none")));
    }

    @Test
    void saysWhatChangedAndWhatWaitsForTheNextStart() throws IOException {
        SettingsReload<Map<String, String>> reload = reload();
        Files.writeString(file, "ECHELON_RATE=2\nECHELON_DATA=/elsewhere\n");

        assertThat(SettingsReload.lines(reload.reload()))
                .containsExactly(
                        "Configuration: ECHELON_RATE: 1 -> 2",
                        "Configuration: ECHELON_DATA: not set -> /elsewhere, from the next start on",
                        "Configuration reloaded, 1 changed, 1 from the next start on");
        assertThat(applied).containsExactly("2");
        assertThat(SettingsReload.lines(reload.reload()))
                .containsExactly("Configuration reloaded, 0 changed, 0 from the next start on");
    }

    @Test
    void aSettingThatLeavesTheFileIsNotSetAnyMore() throws IOException {
        SettingsReload<Map<String, String>> reload = reload();
        Files.writeString(file, "");

        assertThat(SettingsReload.lines(reload.reload()))
                .startsWith("Configuration: ECHELON_RATE: 1 -> not set");
        assertThat(applied).containsExactly("none");
    }

    @Test
    void whatIsWrongIsRefusedAsAWhole() throws IOException {
        SettingsReload<Map<String, String>> reload = reload();
        for (String wrong :
                List.of(
                        "ECHELON_DATA=/elsewhere\nECHELON_RATE=many\n",
                        "ECHELON_RATE=2\nno setting at all\n",
                        "ECHELON_RATE=2\nPATH=/bin\n")) {
            Files.writeString(file, wrong);
            assertThat(reload.reload()).isInstanceOf(Outcome.Refused.class);
        }
        Files.delete(file);
        assertThat(SettingsReload.lines(reload.reload()).getFirst())
                .startsWith("Configuration refused, all of it; what was in force stays: ")
                .contains("cannot be read");
        assertThat(applied).isEmpty();
        assertThat(reload.current().values()).containsEntry("ECHELON_RATE", "1");
    }

    @Test
    void theEnvironmentComesBeforeTheFileWhichIsSaid() throws IOException {
        Files.writeString(file, "ECHELON_BIND=0.0.0.0\n");
        ProcessSettings settings = ProcessSettings.read(environment);
        assertThat(settings.values()).containsEntry("ECHELON_BIND", "::1");
        assertThat(settings.shadowed()).containsExactly("ECHELON_BIND");
        assertThat(SettingsReload.lines(reload().reload()))
                .contains(
                        "Configuration: ECHELON_BIND of the file is not used, the environment has it");
    }

    @Test
    void showsNoSecrets() {
        ProcessSettings before =
                new ProcessSettings(Map.of("ECHELON_MASTER_KEY", "old-secret"), null, Set.of());
        ProcessSettings after =
                new ProcessSettings(
                        Map.of(
                                "ECHELON_MASTER_KEY", "new-secret",
                                "ECHELON_SINK", "https://user:pass-secret@logs.example/x",
                                "HOME", "/root"),
                        null,
                        Set.of());
        assertThat(after.since(before).toString()).contains("***").doesNotContain("secret");
        assertThat(after.shown())
                .isEqualTo(
                        Map.of(
                                "ECHELON_MASTER_KEY", "***",
                                "ECHELON_SINK", "https://***@logs.example/x"));
    }

    @Test
    void aFileThatIsNotThereStopsTheStart() throws IOException {
        Files.delete(file);
        assertThatThrownBy(() -> ProcessSettings.read(environment))
                .isInstanceOf(EchelonException.class)
                .hasMessageContaining(file.toString());
    }
}

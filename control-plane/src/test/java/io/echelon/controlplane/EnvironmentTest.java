package io.echelon.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentTest {
    @TempDir Path folder;

    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void set() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "0123456789abcdef0123\n");
        environment.put("ECHELON_STORE", "http://127.0.0.1:7071");
        environment.put("ECHELON_CLUSTER_SECRET_FILE", secret.toString());
        environment.put("ECHELON_OWNER_TOKEN_FILE", secret.toString());
        environment.put("PATH", "/usr/bin");
    }

    @Test
    void acceptsWhatIsRequiredAlone() {
        assertThat(Environment.problems(environment)).isEmpty();
    }

    @Test
    void acceptsEverySetting() {
        environment.put("ECHELON_BIND", "::1");
        environment.put("ECHELON_CONFIG_FILE", "/etc/echelon.conf");
        environment.put("ECHELON_DIAGNOSTICS", "/var/lib/echelon/diagnostics");
        environment.put("ECHELON_LOG_LEVEL", "debug");
        environment.put("ECHELON_CONTROL_PORT", "0");
        environment.put("ECHELON_BASE_DOMAIN", "edge.example.com");
        environment.put("ECHELON_DEPLOY_DEADLINE", "3600s");
        environment.put("ECHELON_PARENT_PID", "1");
        environment.put("ECHELON_MASTER_KEY", "5a".repeat(32) + "," + "6b".repeat(32));
        environment.put("ECHELON_ACME", "https://acme-v02.api.letsencrypt.org/directory");
        environment.put("ECHELON_ACME_CONTACT", "operator@example.com");
        environment.put("ECHELON_OIDC_ISSUER", "https://login.example.com/realms/a");
        environment.put("ECHELON_OIDC_CLIENT_ID", "echelon");
        environment.put("ECHELON_OIDC_CLIENT_SECRET_FILE", folder.resolve("secret").toString());
        environment.put("ECHELON_OIDC_NAME", "Example");
        environment.put("ECHELON_CONSOLE_URL", "https://console.example.com");

        assertThat(Environment.problems(environment)).isEmpty();
    }

    @Test
    void saysWhatIsMissingOrTooMuchForAnOutsideProvider() {
        environment.put("ECHELON_OIDC_CLIENT_ID", "echelon");
        assertThat(Environment.problems(environment))
                .singleElement()
                .asString()
                .contains("ECHELON_OIDC_CLIENT_ID is set and ECHELON_OIDC_ISSUER is not");
        environment.remove("ECHELON_OIDC_CLIENT_ID");
        environment.put("ECHELON_OIDC_ISSUER", "http://127.0.0.1:4000");
        assertThat(Environment.problems(environment))
                .singleElement()
                .asString()
                .contains("ECHELON_OIDC_CLIENT_ID is not set");
        environment.put("ECHELON_OIDC_CLIENT_ID", "echelon");
        environment.put("ECHELON_OIDC_CLIENT_SECRET", "a-secret-nobody-may-see");
        environment.put("ECHELON_OIDC_CLIENT_SECRET_FILE", folder.resolve("secret").toString());
        assertThat(Environment.problems(environment))
                .singleElement()
                .asString()
                .contains("both set")
                .doesNotContain("nobody-may-see");
    }

    @ParameterizedTest
    @CsvSource({
        "ECHELON_OIDC_ISSUER, http://login.example.com",
        "ECHELON_OIDC_ISSUER, https://login.example.com/?a=b",
        "ECHELON_OIDC_ISSUER, https://a:b@login.example.com",
        "ECHELON_OIDC_ISSUER, login.example.com",
        "ECHELON_OIDC_CLIENT_SECRET, a secret",
        "ECHELON_OIDC_CLIENT_SECRET_FILE, /nowhere/at/all",
        "ECHELON_OIDC_CA, /nowhere/at/all",
        "ECHELON_CONSOLE_URL, https://console.example.com/path",
        "ECHELON_CONSOLE_URL, console.example.com"
    })
    void refusesASettingOfAProviderThatIsOfNoUse(String name, String value) {
        environment.put("ECHELON_OIDC_ISSUER", "https://login.example.com");
        environment.put("ECHELON_OIDC_CLIENT_ID", "echelon");
        environment.put(name, value);

        assertThat(Environment.problems(environment)).singleElement().asString().startsWith(name);
    }

    @Test
    void ignoresWhatOtherPartsOfThePlatformRead() {
        environment.put("ECHELON_NODE_ID", "node-1");
        environment.put("ECHELON_LOG_DAYS", "14");
        environment.put("ECHELON_TENANT_BURST", "100");
        environment.put("ECHELON_TOKEN", "x");

        assertThat(Environment.problems(environment)).isEmpty();
    }

    @Test
    void namesTheNearestSettingForAnUnknownOne() {
        environment.put("ECHELON_CONTRL_PORT", "7070");

        assertThat(Environment.problems(environment))
                .containsExactly(
                        "ECHELON_CONTRL_PORT is not a setting of the control plane; did you mean ECHELON_CONTROL_PORT?");
    }

    @Test
    void namesEverySettingThatIsMissing() {
        assertThat(Environment.problems(Map.of()))
                .hasSize(3)
                .allMatch(problem -> problem.contains("is not set; it is "));
    }

    @Test
    void refusesAMasterKeyThatIsNoneWithoutTellingIt() {
        environment.put("ECHELON_MASTER_KEY", "5a5a5a5a");

        assertThat(Environment.problems(environment))
                .singleElement()
                .asString()
                .contains("ECHELON_MASTER_KEY is of no use", "64 hexadecimal digits")
                .doesNotContain("5a5a5a5a");
    }

    @ParameterizedTest
    @CsvSource({
        "ECHELON_CONTROL_PORT, 65536",
        "ECHELON_CONTROL_PORT, http",
        "ECHELON_BIND, a b",
        "ECHELON_STORE, 127.0.0.1:7071",
        "ECHELON_STORE, ftp://127.0.0.1",
        "ECHELON_STORE, http://[",
        "ECHELON_BASE_DOMAIN, -x",
        "ECHELON_ACME, http://acme.example/directory",
        "ECHELON_ACME, https://acme.example:x/",
        "ECHELON_ACME_CONTACT, nobody",
        "ECHELON_ACME_CA, /does/not/exist",
        "ECHELON_MASTER_KEY_FILE, /does/not/exist",
        "ECHELON_DEPLOY_DEADLINE, 0s",
        "ECHELON_DEPLOY_DEADLINE, 60",
        "ECHELON_PARENT_PID, 0",
        "ECHELON_OWNER_TOKEN_FILE, /nowhere/at/all"
    })
    void namesTheSettingAndTheValueThatItRefuses(String name, String value) {
        environment.put(name, value);

        assertThat(Environment.problems(environment))
                .singleElement()
                .asString()
                .startsWith(name)
                .contains(value);
    }

    @Test
    void refusesATokenThatIsTooShortWithoutTellingIt() throws IOException {
        Path token = Files.writeString(folder.resolve("token"), "hunter2");
        environment.put("ECHELON_OWNER_TOKEN_FILE", token.toString());

        assertThat(Environment.problems(environment))
                .singleElement()
                .asString()
                .contains("at least 16 characters")
                .doesNotContain("hunter2");
    }
}

package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.Json;
import io.echelon.tenants.TenantName;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The platform that commands call, and the token they show it.
 *
 * @param control the control plane's address
 * @param token never printed but by {@code edge up}
 */
record Account(URI control, String token) {
    @Override
    public String toString() {
        return "Account[control=" + control + "]";
    }

    /** What the environment says, else what {@code edge login} or {@code edge up} wrote. */
    static Account find(Surroundings surroundings) {
        Account saved = saved(surroundings);
        String control = surroundings.variable("ECHELON_CONTROL");
        String token = surroundings.variable("ECHELON_TOKEN");
        if (token == null && saved != null && (control == null || same(control, saved))) {
            token = saved.token();
        }
        if (control == null && saved != null) {
            control = saved.control().toString();
        }
        if (control == null && token == null) {
            throw new CliException(
                    ExitCode.NOT_ALLOWED,
                    "Not signed in: start a platform here with `edge up`, or name one with `edge login URL`");
        }
        if (token == null) {
            throw new CliException(
                    ExitCode.NOT_ALLOWED,
                    "Not signed in to %s: set ECHELON_TOKEN, or use `edge login %s`"
                            .formatted(control, control));
        }
        return new Account(address(control == null ? "http://127.0.0.1:7070" : control), token);
    }

    /** Reads what a user gave as a control plane's address. */
    static URI address(String text) {
        try {
            URI address = URI.create(text.replaceAll("/+$", ""));
            if (address.getHost() != null
                    && ("http".equals(address.getScheme())
                            || "https".equals(address.getScheme()))) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            // Refused below like every other text that is no address.
        }
        throw new CliException(
                ExitCode.WRONG_USAGE,
                "\"%s\" is not the address of a control plane; write one like http://127.0.0.1:7070"
                        .formatted(text));
    }

    static @Nullable Account saved(Surroundings surroundings) {
        Path file = file(surroundings);
        if (!Files.exists(file)) {
            return null;
        }
        JsonNode json = read(file);
        return new Account(address(json.path("control").asText()), json.path("token").asText());
    }

    private static JsonNode read(Path file) {
        try {
            return Json.mapper().readTree(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.FAILED,
                    "%s cannot be read (%s); `edge login` writes a new one"
                            .formatted(file, FileErrors.describe(e)),
                    e);
        }
    }

    void save(Surroundings surroundings) throws IOException {
        save(surroundings, TenantName.DEFAULT);
    }

    /** Remembers the account, and the tenant that commands are about when they name none. */
    void save(Surroundings surroundings, TenantName tenant) throws IOException {
        SecretFile.write(
                file(surroundings),
                Json.bytes(
                        Map.of(
                                "control",
                                control.toString(),
                                "token",
                                token,
                                "tenant",
                                tenant.value())));
    }

    /** The tenant of the account that is remembered; the default one when it is not in use. */
    static TenantName tenant(Surroundings surroundings) {
        Path file = file(surroundings);
        if (surroundings.variable("ECHELON_TOKEN") != null || !Files.exists(file)) {
            return TenantName.DEFAULT;
        }
        JsonNode tenant = read(file).path("tenant");
        return tenant.isTextual() ? new TenantName(tenant.asText()) : TenantName.DEFAULT;
    }

    static boolean forget(Surroundings surroundings) throws IOException {
        return Files.deleteIfExists(file(surroundings));
    }

    private static boolean same(String control, Account saved) {
        return address(control).equals(saved.control());
    }

    private static Path file(Surroundings surroundings) {
        return surroundings.xdgFolder("XDG_CONFIG_HOME", ".config").resolve("echelon/config.json");
    }
}

package io.echelon.controlplane;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.MasterKeys;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The check of the environment before anything starts: what is wrong with it, in words. */
final class Environment {
    private static final String PREFIX = "ECHELON_";
    private static final int SECRET_MIN_CHARS = 16;
    private static final long SECRET_FILE_MAX_BYTES = 4_096;
    private static final Pattern ADDRESS = Pattern.compile("[0-9A-Za-z.:%_-]{1,255}");
    private static final Pattern DOMAIN =
            Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*");
    private static final Pattern DIRECTORY =
            Pattern.compile("https://[0-9A-Za-z.-]{1,255}(:[0-9]{1,5})?(/[!-~]{0,1024})?");
    private static final Pattern MAIL = Pattern.compile("[^@\\s,]{1,64}@[^@\\s,]{1,255}");
    private static final Pattern LEVEL =
            Pattern.compile("debug|info|warn|error", Pattern.CASE_INSENSITIVE);
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,4})s");

    /** What the control plane reads; each with its check. */
    private static final Map<String, Check> OWN =
            Map.ofEntries(
                    own(
                            "ECHELON_BIND",
                            value -> matches(value, ADDRESS, "an address such as 127.0.0.1")),
                    own("ECHELON_CONTROL_PORT", value -> number(value, 0, 65_535)),
                    own("ECHELON_STORE", Environment::urls),
                    own("ECHELON_CLUSTER_SECRET_FILE", Environment::secretFile),
                    own("ECHELON_OWNER_TOKEN_FILE", Environment::secretFile),
                    own("ECHELON_MASTER_KEY_FILE", Environment::masterKeyFile),
                    own("ECHELON_MASTER_KEY", value -> masterKeys(() -> MasterKeys.parse(value))),
                    own(
                            "ECHELON_BASE_DOMAIN",
                            value ->
                                    matches(
                                            value,
                                            DOMAIN,
                                            "a domain in lower case such as localhost")),
                    own("ECHELON_DNS", Environment::nameServers),
                    own(
                            "ECHELON_ACME",
                            value ->
                                    matches(
                                            value,
                                            DIRECTORY,
                                            "the https address of a certificate authority's directory, such as https://acme-v02.api.letsencrypt.org/directory")),
                    own(
                            "ECHELON_ACME_CONTACT",
                            value ->
                                    matches(
                                            value,
                                            MAIL,
                                            "an address of mail such as operator@example.com")),
                    own("ECHELON_ACME_CA", Environment::roots),
                    own("ECHELON_OIDC_ISSUER", ProviderSettings::issuer),
                    own("ECHELON_OIDC_CLIENT_ID", ProviderSettings::clientId),
                    own("ECHELON_OIDC_CLIENT_SECRET", ProviderSettings::secret),
                    own("ECHELON_OIDC_CLIENT_SECRET_FILE", ProviderSettings::secretFile),
                    own("ECHELON_OIDC_NAME", ProviderSettings::name),
                    own("ECHELON_OIDC_CA", Environment::roots),
                    own("ECHELON_CONSOLE_URL", ProviderSettings::consoleUrl),
                    own("ECHELON_CONFIG_FILE", _ -> null), // read before
                    own("ECHELON_DIAGNOSTICS", Environment::path),
                    own(
                            "ECHELON_LOG_LEVEL",
                            value -> matches(value, LEVEL, "debug, info, warn or error")),
                    own("ECHELON_DEPLOY_DEADLINE", Environment::deadline),
                    own("ECHELON_IDLE_SECONDS", value -> number(value, 1, 3_600)),
                    own("ECHELON_HEAD_SECONDS", value -> number(value, 1, 3_600)),
                    own("ECHELON_BODY_SECONDS", value -> number(value, 1, 3_600)),
                    own("ECHELON_PARENT_PID", value -> number(value, 1, Integer.MAX_VALUE)));

    private static final Map<String, String> REQUIRED =
            new TreeMap<>(
                    Map.of(
                            "ECHELON_STORE",
                            "the internal addresses, between commas, of the nodes that have the store, such as http://127.0.0.1:7071",
                            "ECHELON_CLUSTER_SECRET_FILE",
                            "the file with the platform's shared secret",
                            "ECHELON_OWNER_TOKEN_FILE",
                            "the file with the token that opens the API"));

    /** What other parts of the platform read, and a control plane started beside them inherits. */
    private static final List<String> OF_OTHERS =
            List.of(
                    "ECHELON_ALLOW_INTERPRETER",
                    "ECHELON_CA",
                    "ECHELON_CACHE_MB",
                    "ECHELON_CLUSTER_BIND",
                    "ECHELON_CLUSTER_HOST",
                    "ECHELON_CLUSTER_IDENTITY",
                    "ECHELON_CLUSTER_PORT",
                    "ECHELON_CONNECTIONS",
                    "ECHELON_CONTROL",
                    "ECHELON_DATA",
                    "ECHELON_EGRESS_ALLOW",
                    "ECHELON_FORWARD",
                    "ECHELON_HANDSHAKE_SECONDS",
                    "ECHELON_HTTP_PORT",
                    "ECHELON_HTTPS_PORT",
                    "ECHELON_INTERNAL_PORT",
                    "ECHELON_LOG_APP_MB",
                    "ECHELON_LOG_DAYS",
                    "ECHELON_LOG_SINK",
                    "ECHELON_LOG_SINK_HEADERS",
                    "ECHELON_NODE_HEAP",
                    "ECHELON_NODE_HEAP_PERCENT",
                    "ECHELON_NODE_ID",
                    "ECHELON_NODE_WAITING",
                    "ECHELON_OTLP_ENDPOINT",
                    "ECHELON_OTLP_HEADERS",
                    "ECHELON_STORE_CARRIED_OVER",
                    "ECHELON_STORE_GROUP",
                    "ECHELON_STORE_LISTENERS",
                    "ECHELON_STORE_MEMBERS",
                    "ECHELON_STORE_REPLACES",
                    "ECHELON_STORE_SHARDS",
                    "ECHELON_TENANT",
                    "ECHELON_TENANT_BURST",
                    "ECHELON_TENANT_CONCURRENCY",
                    "ECHELON_TENANT_REQUESTS_PER_SECOND",
                    "ECHELON_TOKEN",
                    "ECHELON_TRACES_PER_SECOND",
                    "ECHELON_TRACES_RATIO",
                    "ECHELON_TRACES_SLOW_MS",
                    "ECHELON_TRUSTED_PROXIES");

    /** Says what is wrong with a value, or null when it is right. */
    @FunctionalInterface
    private interface Check {
        @Nullable String problem(String value);
    }

    private Environment() {}

    /** What is in force when nothing is wrong with it. */
    static Map<String, String> checked(Map<String, String> environment) {
        List<String> problems = problems(environment);
        if (!problems.isEmpty()) {
            throw new EchelonException(
                    ErrorCode.INVALID_CONFIGURATION, String.join(". ", problems));
        }
        return environment;
    }

    /** Every problem, one sentence each; empty when the control plane can start. */
    static List<String> problems(Map<String, String> environment) {
        List<String> problems = new ArrayList<>();
        new TreeMap<>(environment)
                .forEach(
                        (name, value) -> {
                            if (name.startsWith(PREFIX)) {
                                String problem = problem(name, value);
                                if (problem != null) {
                                    problems.add(problem);
                                }
                            }
                        });
        REQUIRED.forEach(
                (name, meaning) -> {
                    if (!environment.containsKey(name)) {
                        problems.add("%s is not set; it is %s".formatted(name, meaning));
                    }
                });
        problems.addAll(ProviderSettings.problems(environment.keySet()));
        return problems;
    }

    private static @Nullable String problem(String name, String value) {
        Check check = OWN.get(name);
        if (check != null) {
            String problem = check.problem(value);
            return problem == null ? null : name + " " + problem;
        }
        if (OF_OTHERS.contains(name)) {
            return null;
        }
        return "%s is not a setting of the control plane; did you mean %s?"
                .formatted(name, Nearest.to(name, OWN.keySet()));
    }

    private static @Nullable String matches(String value, Pattern pattern, String meaning) {
        return pattern.matcher(value).matches()
                ? null
                : "is \"%s\"; it must be %s".formatted(value, meaning);
    }

    private static @Nullable String number(String value, int min, int max) {
        try {
            int number = Integer.parseInt(value);
            if (number >= min && number <= max) {
                return null;
            }
        } catch (NumberFormatException e) {
            // Said below, as for a number out of bounds.
        }
        return "is \"%s\"; it must be a whole number from %d to %d".formatted(value, min, max);
    }

    /** A checked environment's time for a node to take up a deployment. */
    static Duration deployDeadline(Map<String, String> environment) {
        String value = environment.getOrDefault("ECHELON_DEPLOY_DEADLINE", "60s");
        return Duration.ofSeconds(Long.parseLong(value.substring(0, value.length() - 1)));
    }

    private static @Nullable String deadline(String value) {
        var matcher = DURATION.matcher(value);
        if (matcher.matches()) {
            int seconds = Integer.parseInt(matcher.group(1));
            if (seconds >= 1 && seconds <= 3_600) {
                return null;
            }
        }
        return "is \"%s\"; it must be seconds from 1s to 3600s".formatted(value);
    }

    private static Map.Entry<String, Check> own(String name, Check check) {
        return Map.entry(name, check);
    }

    private static @Nullable String nameServers(String value) {
        try {
            var _ = NameServer.parse(value);
            return null;
        } catch (IllegalArgumentException e) {
            return "is \"%s\"; it must be addresses of name servers such as 10.0.0.2 or 10.0.0.2:5353, between commas"
                    .formatted(value);
        }
    }

    private static @Nullable String urls(String value) {
        return Stream.of(value.split(",", -1))
                .map(Environment::url)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static @Nullable String url(String value) {
        try {
            URI uri = new URI(value);
            if (uri.getHost() != null
                    && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return null;
            }
        } catch (URISyntaxException e) {
            // Said below, as for an address of another kind.
        }
        return "has \"%s\"; it must be an address such as http://127.0.0.1:7071, or several between commas"
                .formatted(value);
    }

    private static @Nullable String masterKeyFile(String value) {
        try {
            Path file = Path.of(value);
            return masterKeys(() -> MasterKeys.read(file));
        } catch (InvalidPathException e) {
            return "names no file";
        }
    }

    private static @Nullable String masterKeys(Supplier<MasterKeys> keys) {
        try {
            var _ = keys.get();
            return null;
        } catch (EchelonException e) {
            return "is of no use: " + e.reason();
        }
    }

    private static @Nullable String path(String value) {
        try {
            var _ = Path.of(value);
            return null;
        } catch (InvalidPathException e) {
            return "is \"%s\", which no folder can be called".formatted(value);
        }
    }

    private static @Nullable String roots(String value) {
        try {
            var _ = AcmeHttp.trusting(Path.of(value));
            return null;
        } catch (IOException | GeneralSecurityException | InvalidPathException e) {
            return "names \"%s\", which is no file with certificates in PEM that can be read"
                    .formatted(value);
        }
    }

    private static @Nullable String secretFile(String value) {
        try {
            Path file = Path.of(value);
            if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
                return "names the file \"%s\", which is not there or cannot be read"
                        .formatted(value);
            }
            long size = Files.size(file);
            if (size > SECRET_FILE_MAX_BYTES || Secrets.read(file).length() < SECRET_MIN_CHARS) {
                return "names the file \"%s\" of %,d bytes; a secret has at least %d characters and its file at most %,d bytes"
                        .formatted(value, size, SECRET_MIN_CHARS, SECRET_FILE_MAX_BYTES);
            }
            return null;
        } catch (IOException | InvalidPathException e) {
            return "names the file \"%s\", which cannot be read".formatted(value);
        }
    }
}

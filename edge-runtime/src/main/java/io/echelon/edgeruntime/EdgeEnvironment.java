package io.echelon.edgeruntime;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.MasterKeys;
import io.echelon.tenants.ProcessSettings;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Reads a node's configuration from environment variables; unknown and invalid ones are refused.
 */
final class EdgeEnvironment {
    private static final String PREFIX = "ECHELON_";
    private static final Pattern NODE_ID = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern DOMAIN =
            Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*");
    private static final Pattern HEAP = Pattern.compile("[0-9]+[kKmMgG]");
    private static final int SOURCE_ORDINAL = 300;
    private static final int CACHE_MB_MAX = 1_048_576;
    private static final int SECONDS_MAX = 3_600;

    /** What other parts of the platform read, and a node started beside them inherits. */
    static final Set<String> OF_OTHERS =
            Set.of(
                    "ECHELON_ACME",
                    "ECHELON_ACME_CA",
                    "ECHELON_ACME_CONTACT",
                    "ECHELON_CONSOLE_URL",
                    "ECHELON_CONTROL",
                    "ECHELON_CONTROL_PORT",
                    "ECHELON_DNS",
                    "ECHELON_DEPLOY_DEADLINE",
                    "ECHELON_NODE_HEAP",
                    "ECHELON_OIDC_CA",
                    "ECHELON_OIDC_CLIENT_ID",
                    "ECHELON_OIDC_CLIENT_SECRET",
                    "ECHELON_OIDC_CLIENT_SECRET_FILE",
                    "ECHELON_OIDC_ISSUER",
                    "ECHELON_OIDC_NAME",
                    "ECHELON_OWNER_TOKEN_FILE",
                    "ECHELON_TENANT",
                    "ECHELON_TOKEN");

    private EdgeEnvironment() {}

    /** The configuration in an environment. */
    static EdgeConfiguration read(Map<String, String> environment) {
        refuseUnknown(environment);
        EdgeConfiguration configuration;
        try {
            configuration =
                    new SmallRyeConfigBuilder()
                            .withMapping(EdgeConfiguration.class)
                            .withSources(new EnvConfigSource(environment, SOURCE_ORDINAL))
                            .addDefaultInterceptors()
                            .build()
                            .getConfigMapping(EdgeConfiguration.class);
        } catch (ConfigValidationException e) {
            throw refuse(
                    IntStream.range(0, e.getProblemCount())
                            .mapToObj(i -> readable(e.getProblem(i).getMessage()))
                            .collect(Collectors.joining("; ")));
        }
        check(configuration);
        return configuration;
    }

    /** How a tenant's use of the node is bounded. */
    static AdmissionPolicy admission(EdgeConfiguration configuration) {
        return new AdmissionPolicy(
                configuration.tenantRequestsPerSecond(),
                configuration.tenantBurst(),
                configuration.tenantConcurrency(),
                configuration.nodeWaiting(),
                configuration.nodeHeapPercent());
    }

    /** What callers may hold of the public ports. */
    static ConnectionLimits connections(EdgeConfiguration configuration) {
        return new ConnectionLimits(
                seconds("ECHELON_IDLE_SECONDS", configuration.idleSeconds()),
                seconds("ECHELON_HEAD_SECONDS", configuration.headSeconds()),
                seconds("ECHELON_HANDSHAKE_SECONDS", configuration.handshakeSeconds()),
                seconds("ECHELON_BODY_SECONDS", configuration.bodySeconds()),
                ConnectionLimits.DEFAULT.sweep(),
                configuration.connections().orElse(OpenConnections.most()));
    }

    /** Where functions' logs are shipped to. */
    static Optional<LogSink> logSink(EdgeConfiguration configuration) {
        return configuration
                .logSink()
                .map(address -> LogSink.of(address, configuration.logSinkHeaders().orElse("")));
    }

    /** What functions may reach outside. */
    static AddressRules egress(EdgeConfiguration configuration) {
        return new AddressRules(Cidr.parseList(configuration.egressAllow().orElse("")));
    }

    /** How long functions' logs are kept. */
    static LogRetention logs(EdgeConfiguration configuration) {
        return new LogRetention(configuration.logDays(), configuration.logAppMb());
    }

    private static Duration seconds(String name, int seconds) {
        range(name, seconds, 1, SECONDS_MAX);
        return Duration.ofSeconds(seconds);
    }

    /** Refuses a setting that is out of its bounds. */
    static void range(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw refuse("%s is %,d; it must be from %,d to %,d".formatted(name, value, min, max));
        }
    }

    private static void check(EdgeConfiguration configuration) {
        range("ECHELON_CACHE_MB", configuration.cacheMb(), 0, CACHE_MB_MAX);
        if (!NODE_ID.matcher(configuration.nodeId()).matches()) {
            throw refuse(
                    "ECHELON_NODE_ID is \"%s\"; it may have a-z, 0-9 and hyphens, at most 63"
                            .formatted(configuration.nodeId()));
        }
        if (!DOMAIN.matcher(configuration.baseDomain()).matches()) {
            throw refuse(
                    "ECHELON_BASE_DOMAIN is \"%s\"; it must be a domain in lower case such as edge.example.com"
                            .formatted(configuration.baseDomain()));
        }
        configuration
                .quarantineHeap()
                .filter(heap -> !HEAP.matcher(heap).matches())
                .ifPresent(
                        heap -> {
                            throw refuse(
                                    "ECHELON_QUARANTINE_HEAP is \"%s\"; write a size like 512m"
                                            .formatted(heap));
                        });
        port("ECHELON_HTTP_PORT", configuration.httpPort());
        port("ECHELON_HTTPS_PORT", configuration.httpsPort());
        port("ECHELON_INTERNAL_PORT", configuration.internalPort());
        int[] chosen =
                IntStream.of(
                                configuration.httpPort(),
                                configuration.httpsPort(),
                                configuration.internalPort())
                        .filter(port -> port != 0)
                        .toArray();
        if (IntStream.of(chosen).distinct().count() != chosen.length) {
            throw refuse(
                    "ECHELON_HTTP_PORT, ECHELON_HTTPS_PORT and ECHELON_INTERNAL_PORT must differ");
        }
        if (!configuration.store().equals("local")) {
            var _ = storeAddresses(configuration);
        }
        cluster(configuration);
        configuration.masterKey().ifPresent(MasterKeys::parse);
        var _ = StoreMembers.of(configuration);
        configuration.egressAllow().ifPresent(Cidr::parseList);
        configuration.trustedProxies().ifPresent(Cidr::parseList);
        var _ = admission(configuration);
        var _ = connections(configuration);
        var _ = NodeTraces.settings(configuration);
        var _ = NodeTraces.receiver(configuration);
        var _ = logs(configuration);
        var _ = logSink(configuration);
    }

    private static void cluster(EdgeConfiguration configuration) {
        boolean isJoined = configuration.clusterIdentity().isPresent();
        configuration
                .clusterPort()
                .ifPresent(port -> range("ECHELON_CLUSTER_PORT", port, isJoined ? 0 : 1, 65_535));
        if (isJoined && configuration.clusterPort().isEmpty()) {
            throw refuse(
                    "A node that joined needs ECHELON_CLUSTER_PORT, where the platform reaches it");
        }
        if (!configuration.store().equals("local")) {
            for (URI address : storeAddresses(configuration)) {
                if (isJoined && !"https".equals(address.getScheme())) {
                    throw refuse(
                            "ECHELON_STORE has \"%s\"; a node that joined reaches the store by https"
                                    .formatted(address));
                }
            }
        } else if (isJoined) {
            throw refuse("A node that joined has no store of its own; set ECHELON_STORE");
        }
    }

    /** The internal addresses of the nodes that have the store. */
    static List<URI> storeAddresses(EdgeConfiguration configuration) {
        return Stream.of(configuration.store().split(",", -1))
                .map(String::strip)
                .map(EdgeEnvironment::storeAddress)
                .toList();
    }

    /** The node whose quarantine this process is. */
    static Optional<URI> quarantineOf(EdgeConfiguration configuration) {
        return configuration.quarantineOf().map(URI::create);
    }

    private static URI storeAddress(String store) {
        try {
            URI uri = URI.create(store);
            String scheme = uri.getScheme();
            if (uri.getHost() != null && ("http".equals(scheme) || "https".equals(scheme))) {
                return uri;
            }
        } catch (IllegalArgumentException notAnAddress) {
            // Refused below.
        }
        throw refuse(
                "ECHELON_STORE has \"%s\"; it must be local, or addresses such as http://10.0.0.1:7000 between commas"
                        .formatted(store));
    }

    private static void port(String name, int port) {
        if (port < 0 || port > 65_535) {
            throw refuse("%s is %,d; it must be from 0 to 65,535".formatted(name, port));
        }
    }

    private static void refuseUnknown(Map<String, String> environment) {
        Set<String> known = ProcessSettings.names(EdgeConfiguration.class);
        for (String name : new TreeSet<>(environment.keySet())) {
            if (name.startsWith(PREFIX) && !known.contains(name) && !OF_OTHERS.contains(name)) {
                throw refuse(
                        "%s is not known here; known are %s"
                                .formatted(name, String.join(", ", known)));
            }
        }
    }

    /** Says the variable's name for the property's, which nobody sets. */
    private static String readable(String problem) {
        return Pattern.compile("echelon\\.([a-z0-9-]+)")
                .matcher(problem)
                .replaceAll(
                        match ->
                                PREFIX + match.group(1).replace('-', '_').toUpperCase(Locale.ROOT));
    }

    static EchelonException refuse(String message) {
        return new EchelonException(ErrorCode.INVALID_CONFIGURATION, message);
    }
}

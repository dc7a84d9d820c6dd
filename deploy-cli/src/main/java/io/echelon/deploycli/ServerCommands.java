package io.echelon.deploycli;

import com.sun.management.OperatingSystemMXBean;
import io.echelon.tenants.EnvironmentFile;
import io.echelon.tenants.ProcessSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes the command lines of edge nodes and the control plane. */
final class ServerCommands {
    private static final long MEBIBYTE = 1024L * 1024;
    private static final long NODE_HEAP_MIN_MB = 512;
    private static final long NODE_HEAP_MAX_MB = 8192;

    /** What a process takes from the shell's variables as they are. */
    private static final List<String> OF_BOTH =
            List.of(
                    "ECHELON_BODY_SECONDS",
                    "ECHELON_HEAD_SECONDS",
                    "ECHELON_IDLE_SECONDS",
                    "ECHELON_LOG_LEVEL");

    private static final List<String> OF_NODES =
            List.of(
                    "ECHELON_ALLOW_INTERPRETER",
                    "ECHELON_CACHE_MB",
                    "ECHELON_CONNECTIONS",
                    "ECHELON_FORWARD",
                    "ECHELON_HANDSHAKE_SECONDS",
                    "ECHELON_LOG_APP_MB",
                    "ECHELON_LOG_DAYS",
                    "ECHELON_LOG_SINK",
                    "ECHELON_LOG_SINK_HEADERS",
                    "ECHELON_NODE_HEAP_PERCENT",
                    "ECHELON_NODE_WAITING",
                    "ECHELON_QUARANTINE",
                    "ECHELON_QUARANTINE_HEAP",
                    "ECHELON_TENANT_BURST",
                    "ECHELON_TENANT_CONCURRENCY",
                    "ECHELON_TENANT_REQUESTS_PER_SECOND",
                    "ECHELON_TRUSTED_PROXIES");

    private static final List<String> OF_THE_CONTROL_PLANE =
            List.of(
                    "ECHELON_ACME",
                    "ECHELON_ACME_CONTACT",
                    "ECHELON_CONSOLE_URL",
                    "ECHELON_DEPLOY_DEADLINE",
                    "ECHELON_DNS",
                    "ECHELON_OIDC_CLIENT_ID",
                    "ECHELON_OIDC_CLIENT_SECRET",
                    "ECHELON_OIDC_ISSUER",
                    "ECHELON_OIDC_NAME");

    private static final List<String> OF_TRACES =
            List.of(
                    "ECHELON_OTLP_ENDPOINT",
                    "ECHELON_OTLP_HEADERS",
                    "ECHELON_TRACES_PER_SECOND",
                    "ECHELON_TRACES_RATIO",
                    "ECHELON_TRACES_SLOW_MS");

    private final Surroundings surroundings;
    private final PlatformFolder folder;
    private final PlatformOptions options;
    private final AotCache cache;
    private final NodeJvm nodeJvm;

    ServerCommands(
            Surroundings surroundings,
            PlatformFolder folder,
            PlatformOptions options,
            AotCache cache) {
        this.surroundings = surroundings;
        this.folder = folder;
        this.options = options;
        this.cache = cache;
        this.nodeJvm = new NodeJvm(surroundings, cache);
        requireBuilt(nodeJar());
        requireBuilt(controlJar());
    }

    /**
     * An edge node.
     *
     * @param cluster its port for other machines, 0 for none
     * @param store where it finds the store
     */
    ServerCommand node(
            String id, int http, int https, int internal, int cluster, StoreAccess store) {
        Map<String, String> environment = environment(store.toString());
        if (store instanceof StoreAccess.Replica replica) {
            environment.put("ECHELON_STORE_GROUP", replica.replicas().group().toString());
            environment.put("ECHELON_STORE_MEMBERS", replica.members());
            environment.put(
                    "ECHELON_STORE_SHARDS", Integer.toString(replica.replicas().shardCount()));
            environment.put("ECHELON_STORE_LISTENERS", String.join(",", replica.listeners()));
            String replaces = replica.replicas().seat(id).replaces();
            if (replaces != null) {
                environment.put("ECHELON_STORE_REPLACES", replaces);
            }
            environment.put(
                    "ECHELON_STORE_CARRIED_OVER",
                    Boolean.toString(replica.replicas().begin() == StoreReplicas.Begin.COPIES));
        }
        environment.put("ECHELON_INTERNAL_PORT", Integer.toString(internal));
        environment.put("ECHELON_CA", folder.authority().toString());
        HostPort forOthers = options.cluster();
        if (forOthers != null && cluster != 0) {
            environment.put("ECHELON_CLUSTER_BIND", forOthers.host());
            environment.put("ECHELON_CLUSTER_PORT", Integer.toString(cluster));
        }
        return node(id, http, https, environment);
    }

    /**
     * A node that joined the platform of another machine.
     *
     * @param joined what it got there
     * @param internal its port for this machine, 0 for any free one
     */
    ServerCommand joined(Joined joined, JoinedOptions own, int http, int https, int internal) {
        Map<String, String> environment =
                environment(new StoreAccess.Elsewhere(joined.store()).toString());
        environment.remove("ECHELON_MASTER_KEY");
        environment.put("ECHELON_MASTER_KEY_FILE", joined.masterKeyFile());
        environment.put("ECHELON_BASE_DOMAIN", joined.baseDomain());
        environment.put("ECHELON_CLUSTER_IDENTITY", folder.identity().toString());
        environment.put("ECHELON_CLUSTER_BIND", own.listen().host());
        environment.put("ECHELON_CLUSTER_PORT", Integer.toString(own.listen().port()));
        environment.put("ECHELON_CLUSTER_HOST", own.advertised());
        environment.put("ECHELON_INTERNAL_PORT", Integer.toString(internal));
        pass(List.of("ECHELON_INTERNAL_PORT"), environment);
        return node(joined.node(), http, https, environment);
    }

    private ServerCommand node(String id, int http, int https, Map<String, String> environment) {
        List<String> arguments = Hangups.taken();
        arguments.addAll(nodeJvm.command(nodeHeap()));
        arguments.addAll(List.of("-jar", nodeJar().toString()));
        environment.put("ECHELON_NODE_ID", id);
        environment.put("ECHELON_DATA", folder.node(id).toString());
        environment.put("ECHELON_HTTP_PORT", Integer.toString(http));
        environment.put("ECHELON_HTTPS_PORT", Integer.toString(https));
        if (!options.egressAllow().isEmpty()) {
            environment.put("ECHELON_EGRESS_ALLOW", String.join(",", options.egressAllow()));
        }
        pass(OF_NODES, environment);
        pass(OF_TRACES, environment);
        return new ServerCommand(id, folder.path(), arguments, environment);
    }

    ServerCommand controlPlane(int port, StoreAccess.Elsewhere store) {
        List<String> arguments = Hangups.taken();
        arguments.addAll(ownSession());
        arguments.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        arguments.addAll(List.of("-XX:+UseSerialGC", "-Xmx256m", NodeJvm.NO_COUNTERS));
        arguments.addAll(cache.of("control-plane", surroundings));
        arguments.addAll(List.of("-jar", controlJar().toString()));
        Map<String, String> environment = environment(store.toString());
        environment.put("ECHELON_CONTROL_PORT", Integer.toString(port));
        environment.put("ECHELON_OWNER_TOKEN_FILE", folder.ownerToken().toString());
        pass(OF_THE_CONTROL_PLANE, environment);
        passFiles(
                List.of("ECHELON_ACME_CA", "ECHELON_OIDC_CA", "ECHELON_OIDC_CLIENT_SECRET_FILE"),
                environment);
        return new ServerCommand("control-plane", folder.path(), arguments, environment);
    }

    private Map<String, String> environment(String store) {
        Map<String, String> environment = new TreeMap<>();
        environment.put("ECHELON_BIND", options.bind());
        environment.put("ECHELON_BASE_DOMAIN", options.base());
        environment.put("ECHELON_STORE", store);
        environment.put("ECHELON_CLUSTER_SECRET_FILE", folder.clusterSecret().toString());
        String masterKey = surroundings.variable("ECHELON_MASTER_KEY");
        if (masterKey == null) {
            environment.put(
                    "ECHELON_MASTER_KEY_FILE", masterKeyFile(surroundings, folder).toString());
        } else {
            environment.put("ECHELON_MASTER_KEY", masterKey);
        }
        environment.put(ProcessSettings.FILE, configurationFile(surroundings, folder).toString());
        environment.put("ECHELON_DIAGNOSTICS", folder.diagnostics().toString());
        pass(OF_BOTH, environment);
        // A child that outlives its supervisor shuts down by itself.
        environment.put("ECHELON_PARENT_PID", Long.toString(ProcessHandle.current().pid()));
        return environment;
    }

    private void pass(List<String> names, Map<String, String> environment) {
        for (String name : names) {
            String value = surroundings.variable(name);
            if (value != null) {
                environment.put(name, value);
            }
        }
    }

    /** Passes names of files, which are of the folder that the command was typed in. */
    private void passFiles(List<String> names, Map<String, String> environment) {
        for (String name : names) {
            String value = surroundings.variable(name);
            if (value != null) {
                environment.put(name, surroundings.resolve(Path.of(value)).toString());
            }
        }
    }

    /** The file with settings that no variable has. */
    private static Path configurationFile(Surroundings surroundings, PlatformFolder folder) {
        String chosen = surroundings.variable(ProcessSettings.FILE);
        return chosen == null ? folder.configuration() : surroundings.resolve(Path.of(chosen));
    }

    /** A variable of the shell's, or else of the settings' file; null when neither has it. */
    private @Nullable String setting(String name) {
        String value = surroundings.variable(name);
        if (value != null) {
            return value;
        }
        try {
            return EnvironmentFile.read(configurationFile(surroundings, folder)).get(name);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The file that has the platform's master keys, unless a variable has them. */
    static Path masterKeyFile(Surroundings surroundings, PlatformFolder folder) {
        String chosen = surroundings.variable("ECHELON_MASTER_KEY_FILE");
        return chosen == null ? folder.masterKey() : surroundings.resolve(Path.of(chosen));
    }

    /**
     * In a session of its own, so that Ctrl-C reaches the supervisor alone, which then stops all.
     */
    static List<String> ownSession() {
        return Stream.of("/usr/bin/setsid", "/bin/setsid")
                .filter(path -> Files.isExecutable(Path.of(path)))
                .limit(1)
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private String nodeHeap() {
        String chosen = setting("ECHELON_NODE_HEAP");
        if (chosen != null) {
            if (!chosen.matches("[0-9]+[kKmMgG]?")) {
                throw new CliException(
                        ExitCode.WRONG_USAGE,
                        "ECHELON_NODE_HEAP is \"%s\"; write a size like 1g".formatted(chosen));
            }
            return chosen;
        }
        long machine =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                                .getTotalMemorySize()
                        / MEBIBYTE;
        long share = machine / (2L * (options.nodes() + 1));
        return Math.clamp(share, NODE_HEAP_MIN_MB, NODE_HEAP_MAX_MB) + "m";
    }

    private Path nodeJar() {
        return surroundings.root().resolve("edge-runtime/target/quarkus-app/quarkus-run.jar");
    }

    private Path controlJar() {
        return surroundings.root().resolve("control-plane/target/quarkus-app/quarkus-run.jar");
    }

    private void requireBuilt(Path built) {
        if (!Files.exists(built)) {
            throw new CliException(
                    ExitCode.FAILED,
                    "%s is missing: run `make build` in %s".formatted(built, surroundings.root()));
        }
    }
}

package io.echelon.edgeruntime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How a node starts its quarantine: by the command and the settings that it was started with
 * itself, but for what has to differ.
 *
 * @param arguments of this process, its program first
 * @param internal where this node's internal port is
 * @param heap the most that the quarantine's heap may take, as {@code -Xmx} has it
 */
record QuarantineCommand(
        EdgeConfiguration configuration, List<String> arguments, URI internal, String heap) {
    private static final Path OWN_ARGUMENTS = Path.of("/proc/self/cmdline");

    private static final long MEBIBYTE = 1L << 20;
    private static final long HEAP_LEAST_MB = 1024;

    /** What the quarantine has otherwise, or not at all. */
    private static final List<String> NOT_ITS_OWN =
            List.of(
                    "ECHELON_CLUSTER_BIND",
                    "ECHELON_CLUSTER_HOST",
                    "ECHELON_CLUSTER_PORT",
                    "ECHELON_LOG_SINK",
                    "ECHELON_LOG_SINK_HEADERS",
                    "ECHELON_STORE_CARRIED_OVER",
                    "ECHELON_STORE_GROUP",
                    "ECHELON_STORE_LISTENERS",
                    "ECHELON_STORE_MEMBERS",
                    "ECHELON_STORE_REPLACES",
                    "ECHELON_STORE_SHARDS");

    QuarantineCommand {
        arguments = List.copyOf(arguments);
    }

    /**
     * That of this process.
     *
     * @param internal where this node's internal port is
     */
    static QuarantineCommand ofThisProcess(EdgeConfiguration configuration, URI internal) {
        long half = Runtime.getRuntime().maxMemory() / MEBIBYTE / 2;
        return new QuarantineCommand(
                configuration,
                ownArguments(),
                internal,
                configuration.quarantineHeap().orElse(Math.max(HEAP_LEAST_MB, half) + "m"));
    }

    /** What the quarantine of a node is called. */
    static String idOf(EdgeConfiguration configuration) {
        return configuration.nodeId() + "-quarantine";
    }

    /** The process to be started; what it says of errors is said by this one. */
    ProcessBuilder builder() {
        ProcessBuilder builder = new ProcessBuilder(command());
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        Map<String, String> environment = builder.environment();
        NOT_ITS_OWN.forEach(environment::remove);
        environment.put("ECHELON_NODE_ID", idOf(configuration));
        environment.put("ECHELON_DATA", configuration.data().resolve("quarantine").toString());
        environment.put("ECHELON_QUARANTINE_OF", internal.toString());
        environment.put("ECHELON_HTTP_PORT", "0");
        environment.put("ECHELON_HTTPS_PORT", "0");
        environment.put("ECHELON_INTERNAL_PORT", "0");
        environment.put("ECHELON_CACHE_MB", "0");
        environment.put("ECHELON_PARENT_PID", Long.toString(ProcessHandle.current().pid()));
        if (configuration.store().equals("local")) {
            environment.put("ECHELON_STORE", internal.toString());
        }
        if (configuration.clusterIdentity().isPresent()) {
            environment.put("ECHELON_CLUSTER_PORT", "0"); // which it does not open
        }
        return builder;
    }

    private List<String> command() {
        List<String> command = new ArrayList<>();
        for (String argument : arguments) {
            if (argument.startsWith("-Xmx")) {
                command.add("-Xmx" + heap);
                command.add("-XX:+ExitOnOutOfMemoryError");
            } else if (!argument.startsWith("-agentlib:")) {
                command.add(argument);
            }
        }
        return command;
    }

    private static List<String> ownArguments() {
        try {
            if (Files.isReadable(OWN_ARGUMENTS)) {
                String all = new String(Files.readAllBytes(OWN_ARGUMENTS), StandardCharsets.UTF_8);
                List<String> arguments = new ArrayList<>(List.of(all.split("\0", -1)));
                arguments.removeLast(); // each ends with a zero
                return arguments;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ProcessHandle.Info own = ProcessHandle.current().info();
        List<String> arguments = new ArrayList<>();
        own.command().ifPresent(arguments::add);
        own.arguments().ifPresent(rest -> arguments.addAll(List.of(rest)));
        return arguments;
    }
}

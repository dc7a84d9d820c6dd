package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.ProcessSignals;
import io.echelon.tenants.ProcessSignals.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code edge node}: one node of the platform, and a node here of one on another machine. */
@Command(
        name = "node",
        description = {
            "Run a node here of a platform on another machine, which it joins by a token and from then",
            "on has its folder for; or, with a command, let nodes join, take them out of service or",
            "remove them."
        },
        synopsisSubcommandLabel = "[COMMAND]",
        footer = {
            "",
            "Examples:",
            "  edge node token > token     (where the platform is, started with --cluster 10.0.0.1)",
            "  edge node --join-file token --control http://10.0.0.1:7070 --listen 10.0.0.5 --data ./node",
            "  edge node --data ./node     (from then on)",
            "  edge node drain node-2"
        })
final class NodeCommand extends Subcommand {
    private static final int HTTP_PORT = 8080;
    private static final int HTTPS_PORT = 8443;
    private static final String LOOPBACK = "127.0.0.1";

    /** What lets the node in. */
    static final class Token {
        @Option(
                names = "--join",
                paramLabel = "TOKEN",
                description = "The token; others on this machine see it, so --join-file is better.")
        private @Nullable String text;

        @Option(
                names = "--join-file",
                paramLabel = "FILE",
                description = "A file with the token, or - for the input.")
        private @Nullable Path file;
    }

    @ArgGroup private @Nullable Token token;

    @Option(
            names = "--control",
            paramLabel = "URL",
            description = "The platform's control plane, to join.")
    private @Nullable String control;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where the node's state lies; ~/.local/share/echelon-node unless given.")
    private @Nullable Path data;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "What the node is called; joined-N unless given.")
    private @Nullable String name;

    @Option(
            names = "--listen",
            paramLabel = "HOST[:PORT]",
            description = {
                "Where the platform reaches this node, by mutual TLS; 127.0.0.1 and a free port unless",
                "given, which only a platform on this machine reaches."
            })
    private @Nullable String listen;

    @Option(
            names = "--advertise",
            paramLabel = "HOST",
            description = "By what name or address it does, when that is not --listen's.")
    private @Nullable String advertise;

    @Option(
            names = "--bind",
            paramLabel = "ADDRESS",
            description = "The address of the public ports; 127.0.0.1 unless given.")
    private @Nullable String bind;

    @Option(
            names = "--http",
            paramLabel = "P",
            description = "The HTTP port, 0 for any free one; 8080 unless given.")
    private @Nullable Integer http;

    @Option(names = "--https", paramLabel = "P", description = "The HTTPS port; 8443 unless given.")
    private @Nullable Integer https;

    @Spec private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    private NodeCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /** The command with all that is below it. */
    static CommandLine with(Surroundings surroundings) {
        return new CommandLine(new NodeCommand(surroundings))
                .addSubcommand(new NodeTokenCommand(surroundings))
                .addSubcommand(new NodeTokensCommand(surroundings))
                .addSubcommand(new NodeRevokeCommand(surroundings))
                .addSubcommand(new NodeRemoveCommand(surroundings))
                .addSubcommand(new NodeDrainCommand(surroundings))
                .addSubcommand(new NodeUndrainCommand(surroundings));
    }

    @Override
    ExitCode run(Output output) throws IOException, InterruptedException {
        if (token == null && data == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Say what to do: %s; or --join to join a platform, or --data of a node that has"
                            .formatted(String.join(", ", spec.subcommands().keySet())));
        }
        long begun = System.nanoTime();
        PlatformFolder folder = new PlatformFolder(path());
        if (folder.isOfPlatform()) {
            throw new CliException(
                    ExitCode.FAILED,
                    "%s is the folder of a platform of `edge up`; choose another --data for a node"
                            .formatted(folder.path()));
        }
        if (token == null && !Files.exists(folder.identity())) {
            throw new CliException(
                    ExitCode.FAILED,
                    "%s is no folder of a node that joined a platform; give a token with --join-file, or another --data"
                            .formatted(folder.path()));
        }
        try (FileChannel _ = JoinedNode.lock(folder)) {
            folder.prepareNode();
            JoinedOptions own = options(JoinedOptions.read(folder));
            Joining joining = new Joining(surroundings(), folder);
            output.step(token == null ? "Asking the platform …" : "Joining the platform …");
            Joined joined =
                    token == null
                            ? joining.again()
                            : joining.by(
                                    secret(token),
                                    Account.address(requiredControl()).toString(),
                                    name,
                                    own);
            own.write(folder);
            return run(folder, own, joined, output, begun);
        }
    }

    private ExitCode run(
            PlatformFolder folder, JoinedOptions own, Joined joined, Output output, long begun)
            throws IOException, InterruptedException {
        ProcessLog log = new ProcessLog(folder.log("supervisor"));
        JoinedNode node =
                new JoinedNode(
                        surroundings(),
                        folder,
                        own,
                        text -> {
                            log.line(text);
                            output.note(text);
                        });
        Thread stop = new Thread(() -> stop(node), "node-stop");
        Runtime.getRuntime().addShutdownHook(stop);
        ProcessSignals.on(Kind.USR1, () -> node.pass(Kind.USR1));
        if (!surroundings().inputIsTerminal()) { // whose closing would be a SIGHUP, and is an end
            ProcessSignals.on(Kind.HUP, () -> node.pass(Kind.HUP));
        }
        try {
            output.step("Starting %s …".formatted(joined.node()));
            report(output, joined, node.start(joined), Duration.ofNanos(System.nanoTime() - begun));
            throw node.awaitRemoval();
        } finally {
            Runtime.getRuntime().removeShutdownHook(stop);
            node.close();
        }
    }

    /** A node that was told to stop and did is a success, whatever signal told it. */
    private static void stop(JoinedNode node) {
        node.close();
        Runtime.getRuntime().halt(ExitCode.DONE.number());
    }

    private static void report(Output output, Joined joined, JsonNode ready, Duration took) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("node", joined.node());
        view.put("http", Views.text(ready, "http"));
        view.put("https", Views.text(ready, "https"));
        view.put("address", joined.address().toString());
        view.put("internal", Views.text(ready, "internal"));
        if (output.form() == Output.Form.JSON) {
            output.json(view);
            return;
        }
        output.line(
                "%s is a node of the platform, after %.1f s."
                        .formatted(joined.node(), took.toMillis() / 1000.0));
        output.line("  apps       %s and %s".formatted(view.get("https"), view.get("http")));
        output.line("  platform   reaches it at " + joined.address());
        output.line("  metrics    %s/q/metrics".formatted(view.get("internal")));
        output.line("Ctrl-C stops it.");
    }

    private Path path() {
        return data == null
                ? surroundings().xdgFolder("XDG_DATA_HOME", ".local/share").resolve("echelon-node")
                : surroundings().resolve(data);
    }

    private String requiredControl() {
        if (control == null) {
            throw new ParameterException(
                    spec.commandLine(), "--control is missing: where is the platform?");
        }
        return control;
    }

    private String secret(Token given) throws IOException {
        if (given.text != null) {
            return given.text;
        }
        Path file = Parameter.given(given.file);
        byte[] text =
                file.toString().equals("-")
                        ? surroundings().in().readAllBytes()
                        : Files.readAllBytes(surroundings().resolve(file));
        return new String(text, StandardCharsets.UTF_8).strip();
    }

    /** What was said now, else what was said before. */
    private JoinedOptions options(@Nullable JoinedOptions before) {
        HostPort at =
                listen == null
                        ? before == null ? new HostPort(LOOPBACK, 0) : before.listen()
                        : HostPort.parse("--listen", listen, HostPort.CLUSTER_PORT);
        boolean isElsewhere =
                before != null
                        && ((listen != null && !at.equals(before.listen()))
                                || (advertise != null && !advertise.equals(before.advertised())));
        if (token == null && isElsewhere) {
            throw new CliException(
                    ExitCode.FAILED,
                    "The platform knows this node at %s; to be reached elsewhere it has to join anew, with another --data"
                            .formatted(Parameter.given(before).address()));
        }
        HostPort chosen =
                at.port() != 0
                        ? at
                        : new HostPort(at.host(), Ports.choose(Set.of(at.host()), 1).getFirst());
        return new JoinedOptions(
                http != null ? http : before == null ? HTTP_PORT : before.http(),
                https != null ? https : before == null ? HTTPS_PORT : before.https(),
                bind != null ? bind : before == null ? LOOPBACK : before.bind(),
                chosen,
                advertise != null
                        ? advertise
                        : before == null ? chosen.host() : before.advertised());
    }
}

package io.echelon.deploycli;

import io.echelon.tenants.ProcessSignals;
import io.echelon.tenants.ProcessSignals.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts a platform on this machine and looks after it. */
@Command(
        name = "up",
        description = "Start a platform on this machine; Ctrl-C stops it.",
        footer = {
            "",
            "Example:",
            "  edge up --http 0 --https 0 --control 0 --data ./state --detach"
        })
final class UpCommand extends Subcommand {
    @Option(
            names = "--http",
            paramLabel = "P",
            defaultValue = "8080",
            description = "The node's HTTP port, 0 for any free one; 8080 unless given.")
    private int http = 8080;

    @Option(
            names = "--https",
            paramLabel = "P",
            defaultValue = "8443",
            description = "The node's HTTPS port; 8443 unless given.")
    private int https = 8443;

    @Option(
            names = "--control",
            paramLabel = "P",
            defaultValue = "7070",
            description = "The control plane's port; 7070 unless given.")
    private int control = 7070;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where all state lies; ~/.local/share/echelon unless given.")
    private @Nullable Path data;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many edge nodes; 1 unless given.")
    private int nodes = 1;

    @Option(
            names = "--shards",
            paramLabel = "N",
            description = {
                "How many shards the store has, when at least three nodes have replicas of it; as many as",
                "it had unless given, and 1 at first. There can be more than before, but not fewer."
            })
    private @Nullable Integer shards;

    @Option(
            names = "--base",
            paramLabel = "DOMAIN",
            defaultValue = "localhost",
            description = "The domain below which apps have their names; localhost unless given.")
    private String base = "localhost";

    @Option(
            names = "--bind",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "The address to listen on; 127.0.0.1 unless given.")
    private String bind = "127.0.0.1";

    @Option(
            names = "--cluster",
            paramLabel = "HOST[:PORT]",
            description = {
                "Where nodes of other machines reach this one, by mutual TLS; port 7443 unless given.",
                "`edge node token` then lets one join."
            })
    private @Nullable String cluster;

    @Option(
            names = "--egress-allow",
            paramLabel = "CIDR",
            split = ",",
            description = "A network that is not public and that functions may reach all the same.")
    private List<String> egressAllow = List.of();

    @Option(
            names = "--restore",
            paramLabel = "FILE",
            description =
                    "Begin with what a backup holds; only on --data where no platform has run.")
    private @Nullable Path restore;

    @Option(names = "--detach", description = "Go on in the background; `edge down` stops it.")
    private boolean detach;

    @Option(
            names = "--deploy",
            paramLabel = "DIR",
            description = "Deploy this function once the platform is ready.")
    private @Nullable Path deploy;

    UpCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        Path path = data == null ? surroundings().defaultData() : surroundings().resolve(data);
        PlatformFolder folder = new PlatformFolder(path);
        PlatformOptions options =
                new PlatformOptions(
                        path,
                        http,
                        https,
                        control,
                        nodes,
                        shards,
                        base,
                        bind,
                        egressAllow,
                        cluster == null
                                ? null
                                : HostPort.parse("--cluster", cluster, HostPort.CLUSTER_PORT));
        if (restore != null) {
            new Restore(surroundings(), folder).run(restore, output);
        }
        Started started;
        if (detach) {
            started = new DetachedPlatform(surroundings(), folder).start(options);
        } else {
            started = startHere(folder, options, output);
        }
        report(output, folder, started, Duration.ofNanos(System.nanoTime() - begun));
        if (deploy != null) {
            deploy(output, started, deploy);
        }
        if (!detach) {
            if (output.form() == Output.Form.TEXT) {
                output.line("Ctrl-C stops it.");
            }
            new CountDownLatch(1).await();
        }
        return ExitCode.DONE;
    }

    private Started startHere(PlatformFolder folder, PlatformOptions options, Output output)
            throws IOException, InterruptedException {
        output.step(
                "Starting %d %s and the control plane …"
                        .formatted(nodes, nodes == 1 ? "node" : "nodes"));
        ProcessLog log = new ProcessLog(folder.log("supervisor"));
        LocalPlatform platform =
                new LocalPlatform(
                        surroundings(),
                        folder,
                        options,
                        AotCache.USED,
                        text -> {
                            log.line(text);
                            output.note(text);
                        });
        String token = folder.prepare();
        Thread stop = new Thread(() -> stop(platform), "platform-stop");
        Runtime.getRuntime().addShutdownHook(stop);
        ProcessSignals.on(Kind.USR1, () -> platform.pass(Kind.USR1));
        if (!surroundings().inputIsTerminal()) { // whose closing would be a SIGHUP, and is an end
            ProcessSignals.on(Kind.HUP, () -> platform.pass(Kind.HUP));
        }
        RunningPlatform running;
        try {
            running = platform.start();
        } catch (IOException | InterruptedException | RuntimeException e) {
            platform.close();
            throw e;
        }
        Started started = new Started(running, token);
        new Account(running.control(), token).save(surroundings());
        return started;
    }

    /** A platform that was told to stop and did is a success, whatever signal told it. */
    private static void stop(LocalPlatform platform) {
        platform.close();
        if (platform.wasStarted()) {
            Runtime.getRuntime().halt(ExitCode.DONE.number());
        }
    }

    private void report(Output output, PlatformFolder folder, Started started, Duration took) {
        RunningPlatform running = started.running();
        if (output.form() == Output.Form.JSON) {
            output.json(started.view());
            return;
        }
        RunningPlatform.Node first = running.nodes().getFirst();
        output.line("Echelon is up, after %.1f s.".formatted(took.toMillis() / 1000.0));
        output.line(
                "  apps       https://APP.%s:%d and http://APP.%s:%d"
                        .formatted(base, first.https().getPort(), base, first.http().getPort()));
        for (RunningPlatform.Node node : running.nodes()) {
            output.line("  %-10s %s and %s".formatted(node.id(), node.https(), node.http()));
        }
        output.line("  control    " + running.control());
        output.line("  token      " + started.token());
        if (first.ca() != null) {
            output.line("  authority  " + first.ca());
        }
        output.line("  data       " + folder.path());
    }

    private void deploy(Output output, Started started, Path function)
            throws IOException, InterruptedException {
        Map<String, String> variables = new LinkedHashMap<>(surroundings().variables());
        variables.put("ECHELON_CONTROL", started.running().control().toString());
        variables.put("ECHELON_TOKEN", started.token());
        variables.remove("ECHELON_TENANT");
        Surroundings here = surroundings();
        List<String> args = new ArrayList<>(List.of("deploy", function.toString()));
        if (output.form() == Output.Form.JSON) {
            args.add("--json");
        }
        int exitCode =
                Main.run(
                        new Surroundings(
                                variables,
                                here.folder(),
                                here.program(),
                                here.root(),
                                here.terminals(),
                                here.in(),
                                here.out(),
                                here.err()),
                        args.toArray(String[]::new));
        if (exitCode != 0) {
            throw new CliException(ExitCode.FAILED, function + " was not deployed");
        }
    }

    /**
     * A platform that has been started, here or in the background.
     *
     * @param token the owner's
     */
    record Started(RunningPlatform running, String token) {
        Map<String, Object> view() {
            List<Map<String, Object>> nodeViews = new ArrayList<>();
            for (RunningPlatform.Node node : running.nodes()) {
                Map<String, Object> view = new LinkedHashMap<>();
                view.put("id", node.id());
                view.put("http", node.http().toString());
                view.put("https", node.https().toString());
                if (node.ca() != null) {
                    view.put("ca", node.ca());
                }
                nodeViews.add(view);
            }
            Map<String, Object> view = new LinkedHashMap<>();
            view.put("control", running.control().toString());
            view.put("nodes", nodeViews);
            view.put("token", token);
            return view;
        }
    }
}

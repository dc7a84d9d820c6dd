package io.echelon.deploycli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Starts a platform, uses it as its first users will, and stops it, while the JVMs of all its
 * programs record which classes they load. The build makes their AOT caches of that.
 */
final class TrainingRun {
    /** What the first users do. */
    private static final List<String> USES =
            List.of(
                    "--version",
                    "--help",
                    "deploy --help",
                    "deploy hello-ts",
                    "invoke hello /",
                    "invoke hello /?name=Ada",
                    "logs hello",
                    "deploy kv-counter",
                    "invoke kv-counter /visited",
                    "invoke kv-counter /?all",
                    "deploy queue",
                    "invoke queue /?job=one -X POST",
                    "queue list",
                    "deploy cron",
                    "cron list cron",
                    "cron trigger cron tick",
                    "deploy hello-ts",
                    "revisions hello",
                    "rollback hello",
                    "apps",
                    "apps --json",
                    "status",
                    "kv list --app kv-counter");

    private TrainingRun() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
        Path work = WorkFolder.create();
        try {
            train(work);
        } finally {
            WorkFolder.delete(work);
        }
    }

    private static void train(Path work) throws IOException, InterruptedException {
        PlatformFolder folder = new PlatformFolder(work.resolve("data"));
        PlatformOptions options =
                new PlatformOptions(
                        folder.path(), 0, 0, 0, 1, null, "localhost", "127.0.0.1", List.of(), null);
        String token = folder.prepare();
        Consumer<String> notes = System.err::println;
        try (LocalPlatform platform =
                new LocalPlatform(
                        surroundings(work, Map.of(), new ByteArrayOutputStream()),
                        folder,
                        options,
                        AotCache.RECORDED,
                        notes)) {
            Map<String, String> variables =
                    Map.of(
                            "ECHELON_CONTROL",
                            platform.start().control().toString(),
                            "ECHELON_TOKEN",
                            token);
            useAll(work, variables);
        }
    }

    /**
     * @throws CliException when something failed, and all else was used: while its JVM records, a
     *     function may be over its CPU quota on a slow machine
     */
    private static void useAll(Path work, Map<String, String> variables) {
        List<String> failures = new ArrayList<>();
        for (String line : USES) {
            use(work, variables, line, failures);
        }
        if (!failures.isEmpty()) {
            throw new CliException(ExitCode.FAILED, String.join("; ", failures));
        }
    }

    private static void use(
            Path work, Map<String, String> variables, String line, List<String> failures) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        int exitCode = Main.run(surroundings(work, variables, said), line.split(" "));
        if (exitCode != ExitCode.DONE.number()) {
            failures.add(
                    "edge %s ended with %d: %s"
                            .formatted(line, exitCode, said.toString(StandardCharsets.UTF_8)));
        }
    }

    /** Those of a new user whose folder has the examples in it. */
    private static Surroundings surroundings(
            Path home, Map<String, String> variables, ByteArrayOutputStream said) {
        Surroundings process = Surroundings.ofProcess();
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        Map<String, String> all = new HashMap<>(variables);
        all.put("HOME", home.toString());
        return new Surroundings(
                all,
                process.program().resolve("templates"),
                process.program(),
                process.root(),
                "",
                new ByteArrayInputStream(new byte[0]),
                out,
                out);
    }
}

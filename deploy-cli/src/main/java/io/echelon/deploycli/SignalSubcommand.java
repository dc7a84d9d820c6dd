package io.echelon.deploycli;

import io.echelon.deploycli.RunningPlatform.Identity;
import io.echelon.tenants.ProcessSignals;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Sends every process of the platform on this machine a signal, and shows what each writes to its
 * log about it.
 */
abstract class SignalSubcommand extends Subcommand {
    private static final long PATIENCE_SECONDS = 30;
    private static final long LOOK_MILLIS = 50;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The platform's state; ~/.local/share/echelon unless given.")
    private @Nullable Path data;

    SignalSubcommand(Surroundings surroundings) {
        super(surroundings);
    }

    /** What each process wrote, by its name; the last line is the one that {@link #isLast}. */
    final Map<String, List<String>> send(ProcessSignals.Kind signal)
            throws IOException, InterruptedException {
        PlatformFolder folder =
                new PlatformFolder(
                        data == null ? surroundings().defaultData() : surroundings().resolve(data));
        RunningPlatform running = folder.required();
        Map<String, Identity> processes = new LinkedHashMap<>();
        running.nodes().forEach(node -> processes.put(node.id(), node.process()));
        processes.put("control-plane", running.controlPlane());
        Map<String, List<String>> answers = new LinkedHashMap<>();
        for (var process : processes.entrySet()) {
            ProcessHandle handle =
                    process.getValue()
                            .find()
                            .orElseThrow(
                                    () ->
                                            new CliException(
                                                    ExitCode.FAILED,
                                                    "%s does not run just now; its supervisor may be starting it again: try again shortly"
                                                            .formatted(process.getKey())));
            Path log = folder.log(process.getKey());
            long from = Files.size(log);
            Signals.send(signal, handle);
            answers.put(process.getKey(), await(process.getKey(), log, from));
        }
        return answers;
    }

    /** Whether a line of a log is about the signal. */
    abstract boolean isAbout(String line);

    /** Whether no more lines about it follow. */
    abstract boolean isLast(String line);

    private List<String> await(String process, Path log, long from)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() - end < 0) {
            List<String> lines = new ArrayList<>();
            for (String line : written(log, from).lines().toList()) {
                if (isAbout(line)) {
                    lines.add(line);
                }
                if (isLast(line)) {
                    return lines;
                }
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        throw new CliException(
                ExitCode.FAILED,
                "%s did not say within %d s that it took the signal; its log is %s"
                        .formatted(process, PATIENCE_SECONDS, log));
    }

    /** What a log has from a place on; all of it when a new one was begun. */
    private static String written(Path log, long from) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            long length = file.length();
            long start = length < from ? 0 : from;
            byte[] bytes = new byte[(int) (length - start)];
            file.seek(start);
            file.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}

package io.echelon.deploycli;

import io.echelon.tenants.BundleFile;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.FunctionConfig;
import io.echelon.tenants.FunctionLimits;
import io.echelon.tenants.Json;
import io.echelon.tenants.Limits;
import io.echelon.tenants.ProgramSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Runs one file in an isolate right here, without a platform; ends with the program's exit code.
 */
@Command(
        name = "run",
        description =
                "Run one .js, .ts or .wasm file in an isolate right here; the exit code is the program's.",
        footer = {"", "Example:", "  edge run --allow-net=api.example.com report.ts 2026-11"})
final class RunCommand implements Callable<Integer> {
    private static final int CPU_MS = 10_000;

    private final Surroundings surroundings;

    @Parameters(index = "0", paramLabel = "FILE", description = "The program.")
    private @Nullable Path file;

    @Parameters(
            index = "1..*",
            paramLabel = "ARG",
            description = "What the program is called with.")
    private List<String> arguments = List.of();

    @Option(
            names = "--allow-net",
            arity = "0..1",
            split = ",",
            fallbackValue = "*",
            paramLabel = "HOST",
            description =
                    "Let it reach these hosts, or with no value every public one; none unless given.")
    private List<String> net = List.of();

    @Option(
            names = "--allow-env",
            arity = "0..1",
            split = ",",
            fallbackValue = "*",
            paramLabel = "NAME",
            description = "Let it see these variables of this environment, or with no value all.")
    private List<String> inherited = List.of();

    @Option(
            names = "--env",
            paramLabel = "K=V",
            description = "Give it a variable; may be given again.")
    private List<String> env = List.of();

    @Option(
            names = "--dir",
            paramLabel = "HOST::GUEST",
            description = "Let a .wasm program see a folder; may be given again.")
    private List<String> directories = List.of();

    @Option(
            names = "--memory",
            paramLabel = "MB",
            description = "Memory that it may keep; 128 unless given.")
    private int memoryMb = Limits.MEMORY_MB_DEFAULT;

    @Option(
            names = "--cpu",
            paramLabel = "MS",
            description = "CPU time that it may use; 10,000 unless given.")
    private int cpuMs = CPU_MS;

    @Option(
            names = "--wall",
            paramLabel = "MS",
            description = "How long it may last; 900,000 unless given.")
    private int wallMs = Limits.WALL_MS_MAX;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this help.")
    @SuppressWarnings("unused") // picocli reads it
    private boolean help;

    RunCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path entry = surroundings.resolve(file == null ? Path.of("") : file);
        if (!Files.isRegularFile(entry)) {
            throw new CliException(ExitCode.NOT_FOUND, "%s is no file".formatted(file));
        }
        Path real = entry.toRealPath();
        Path folder = real.getParent();
        FunctionFolder function =
                new FunctionFolder(folder == null ? real : folder, FunctionConfig.DEFAULT, real);
        Output output = new Output(surroundings, Output.Form.TEXT);
        try (Bundle bundle = new Bundler(surroundings, output).bundle(function)) {
            Path spec = bundle.workFolder().resolve("program.json");
            Files.write(spec, Json.bytes(spec(bundle)));
            Process process = new ProcessBuilder(command(spec)).inheritIO().start();
            Thread stop = new Thread(process::destroy, "edge-run-stop");
            Runtime.getRuntime().addShutdownHook(stop);
            return process.waitFor();
        }
    }

    private ProgramSpec spec(Bundle bundle) {
        Map<String, String> files = new HashMap<>();
        for (BundleFile part : bundle.files()) {
            Path content = bundle.contents().get(part.sha256());
            if (content != null) {
                files.put(part.path(), content.toString());
            }
        }
        return new ProgramSpec(
                bundle.main(),
                files,
                arguments,
                limits(),
                environment(),
                net.contains("*") ? null : net,
                folders());
    }

    private FunctionLimits limits() {
        try {
            return new FunctionLimits(cpuMs, memoryMb, wallMs);
        } catch (EchelonException e) {
            throw new CliException(ExitCode.WRONG_USAGE, e.reason(), e);
        }
    }

    private Map<String, String> environment() {
        Map<String, String> variables = new HashMap<>();
        System.getenv()
                .forEach(
                        (name, value) -> {
                            if (inherited.contains("*") || inherited.contains(name)) {
                                variables.put(name, value);
                            }
                        });
        for (String pair : env) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw new CliException(
                        ExitCode.WRONG_USAGE, "--env is \"%s\"; write NAME=value".formatted(pair));
            }
            variables.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        return variables;
    }

    private Map<String, String> folders() {
        Map<String, String> mapped = new HashMap<>();
        for (String pair : directories) {
            int colons = pair.indexOf("::");
            String host = colons < 0 ? pair : pair.substring(0, colons);
            String guest = colons < 0 ? pair : pair.substring(colons + 2);
            Path folder = surroundings.resolve(Path.of(host));
            if (host.isEmpty() || guest.isEmpty() || !Files.isDirectory(folder)) {
                throw new CliException(
                        ExitCode.WRONG_USAGE,
                        "--dir is \"%s\"; write FOLDER::PATH-INSIDE with a folder that exists"
                                .formatted(pair));
            }
            mapped.put(guest, folder.toString());
        }
        return mapped;
    }

    private List<String> command(Path spec) {
        String classPath = NodeJvm.classPath(surroundings.root());
        List<String> command =
                new NodeJvm(surroundings, AotCache.USED).command(256 + 2L * memoryMb + "m");
        command.addAll(
                List.of("-cp", classPath, "io.echelon.edgeruntime.ProgramMain", spec.toString()));
        return command;
    }
}

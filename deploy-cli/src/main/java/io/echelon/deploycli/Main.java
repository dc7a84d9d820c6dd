package io.echelon.deploycli;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.Json;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Where {@code edge} starts: it finds the command, runs it, and turns errors into exit codes. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
        Surroundings surroundings = Surroundings.ofProcess();
        int exitCode = run(surroundings, args);
        surroundings.out().flush();
        System.exit(exitCode);
    }

    static int run(Surroundings surroundings, String... args) {
        if (args.length == 1 && args[0].equals("--version")) {
            // Answered without loading what commands need.
            surroundings.out().println("edge " + Version.text());
            return ExitCode.DONE.number();
        }
        CommandLine line = Commands.commandLine(surroundings, args);
        line.setOut(writer(surroundings.out()));
        line.setErr(writer(surroundings.err()));
        line.setParameterExceptionHandler((e, given) -> wrongUsage(surroundings, e, given));
        line.setExecutionExceptionHandler(
                (e, command, parsed) -> {
                    Failure failure = Failure.of(e);
                    report(surroundings, failure, parsed.originalArgs().contains("--json"));
                    return failure.exitCode().number();
                });
        return line.execute(args);
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    private static int wrongUsage(Surroundings surroundings, ParameterException e, String[] args) {
        String message = e.getMessage();
        if (e instanceof UnmatchedArgumentException unmatched) {
            String near = String.join(" or ", unmatched.getSuggestions());
            if (!near.isEmpty()) {
                message += "; did you mean " + near;
            }
        }
        String name = e.getCommandLine().getCommandSpec().qualifiedName();
        report(
                surroundings,
                new Failure(
                        ExitCode.WRONG_USAGE,
                        "INVALID_ARGUMENT",
                        "%s. `%s --help` says more".formatted(message, name)),
                Arrays.asList(args).contains("--json"));
        return ExitCode.WRONG_USAGE.number();
    }

    private static void report(Surroundings surroundings, Failure failure, boolean asJson) {
        surroundings.out().flush();
        surroundings
                .err()
                .println(
                        asJson
                                ? new String(
                                        Json.bytes(
                                                Map.of(
                                                        "error",
                                                        Map.of(
                                                                "code", failure.code(),
                                                                "message", failure.message()))),
                                        StandardCharsets.UTF_8)
                                : "edge: " + failure.message());
        surroundings.err().flush();
    }

    /** How a command failed, as the user and the shell are told. */
    private record Failure(ExitCode exitCode, String code, String message) {
        static Failure of(Exception e) {
            return switch (e) {
                case CliException cli ->
                        new Failure(cli.exitCode(), cli.exitCode().name(), cli.reason());
                case EchelonException refusal ->
                        new Failure(
                                ExitCode.of(refusal.code()),
                                refusal.code().name(),
                                refusal.reason());
                case InterruptedException interrupted ->
                        new Failure(ExitCode.FAILED, "INTERRUPTED", "interrupted");
                default -> new Failure(ExitCode.FAILED, "FAILED", FileErrors.describe(e));
            };
        }
    }
}

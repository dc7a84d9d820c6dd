package io.echelon.deploycli;

import io.echelon.tenants.AppName;
import io.echelon.tenants.EchelonException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a new function from a template. */
@Command(
        name = "init",
        description = "Write a new function from a template.",
        footer = {"", "Example:", "  edge init hello --template hello-ts"})
final class InitCommand extends Subcommand {
    @Parameters(
            paramLabel = "DIR",
            arity = "0..1",
            defaultValue = ".",
            description = "The folder to write to; this one unless given.")
    private Path folder = Path.of(".");

    @Option(
            names = "--template",
            paramLabel = "NAME",
            defaultValue = "hello-ts",
            description = "The template; hello-ts unless given. An unknown one lists all.")
    private String template = "hello-ts";

    InitCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws IOException {
        Path source = template();
        Path target = surroundings().resolve(folder);
        List<Path> files = filesOf(source);
        for (Path file : files) {
            if (Files.exists(target.resolve(source.relativize(file)))) {
                throw new CliException(
                        ExitCode.FAILED,
                        "%s exists already; nothing was written. Choose another folder"
                                .formatted(target.resolve(source.relativize(file))));
            }
        }
        for (Path file : files) {
            Path copy = target.resolve(source.relativize(file));
            Files.createDirectories(parent(copy));
            Files.copy(file, copy);
        }
        rename(target);
        boolean npm = Files.exists(target.resolve("package.json"));
        if (output.form() == Output.Form.JSON) {
            output.json(Map.of("folder", target.toString(), "template", template));
        } else {
            output.line(
                    "%s is a new %s function. Next: %sedge deploy %s"
                            .formatted(
                                    target,
                                    template,
                                    npm ? "npm install --prefix %s && ".formatted(folder) : "",
                                    folder));
        }
        return ExitCode.DONE;
    }

    private Path template() throws IOException {
        Path templates = surroundings().program().resolve("templates");
        List<String> names = new ArrayList<>();
        try (Stream<Path> folders = Files.list(templates)) {
            folders.filter(Files::isDirectory)
                    .map(path -> String.valueOf(path.getFileName()))
                    .sorted()
                    .forEach(names::add);
        }
        if (!names.contains(template)) {
            throw new CliException(
                    ExitCode.WRONG_USAGE,
                    "There is no template \"%s\"; there are %s"
                            .formatted(template, String.join(", ", names)));
        }
        return templates.resolve(template);
    }

    private static List<Path> filesOf(Path source) throws IOException {
        try (Stream<Path> files = Files.walk(source)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /** Calls the app what the new folder is called, where that can be an app's name. */
    private static void rename(Path target) throws IOException {
        @Nullable AppName name = nameOf(target);
        Path config = target.resolve("edge.json");
        if (name != null && Files.exists(config)) {
            String text = Files.readString(config, StandardCharsets.UTF_8);
            Files.writeString(
                    config,
                    text.replaceFirst(
                            "\"name\": *\"[^\"]*\"",
                            Matcher.quoteReplacement("\"name\": \"" + name + "\"")));
        }
    }

    private static @Nullable AppName nameOf(Path target) {
        try {
            return new AppName(String.valueOf(target.getFileName()));
        } catch (EchelonException e) {
            return null;
        }
    }

    private static Path parent(Path file) {
        Path parent = file.getParent();
        return parent == null ? file : parent;
    }
}

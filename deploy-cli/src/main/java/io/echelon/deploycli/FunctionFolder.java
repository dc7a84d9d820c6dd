package io.echelon.deploycli;

import io.echelon.tenants.AppName;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.FunctionConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A function as it lies in a folder: its configuration and its entry.
 *
 * @param path real, without symbolic links
 * @param entry within the folder; null when there are only assets
 */
record FunctionFolder(Path path, FunctionConfig config, @Nullable Path entry) {
    private static final List<String> CONFIG_FILES =
            List.of("edge.json", "deno.json", "deno.jsonc");
    private static final List<String> ENTRY_ENDINGS = List.of("ts", "tsx", "js", "mjs", "wasm");
    private static final long CONFIG_MAX_BYTES = 1024 * 1024;

    /** Reads a folder; refuses one without an entry. */
    static FunctionFolder open(Path given) throws IOException {
        if (!Files.exists(given)) {
            throw new CliException(ExitCode.NOT_FOUND, given + " does not exist");
        }
        if (!Files.isDirectory(given)) {
            throw new CliException(
                    ExitCode.WRONG_USAGE,
                    "%s is a file; name the folder that has the function".formatted(given));
        }
        Path folder = given.toRealPath();
        FunctionConfig config = config(folder);
        return new FunctionFolder(folder, config, entry(folder, config));
    }

    /** The app that the folder is, when the command line names none. */
    AppName app() {
        if (config.name() != null) {
            return config.name();
        }
        String name = String.valueOf(path.getFileName());
        try {
            return new AppName(name);
        } catch (EchelonException e) {
            throw new CliException(
                    ExitCode.WRONG_USAGE,
                    "The folder's name cannot be the app's: %s. Give --app, or \"name\" in edge.json"
                            .formatted(e.reason()),
                    e);
        }
    }

    private static FunctionConfig config(Path folder) throws IOException {
        for (String name : CONFIG_FILES) {
            Path file = folder.resolve(name);
            if (Files.isRegularFile(file)) {
                if (Files.size(file) > CONFIG_MAX_BYTES) {
                    throw new CliException(
                            ExitCode.OVER_LIMIT,
                            "%s is %,d bytes; at most %,d are allowed"
                                    .formatted(name, Files.size(file), CONFIG_MAX_BYTES));
                }
                return FunctionConfig.parse(name, Files.readAllBytes(file));
            }
        }
        return FunctionConfig.DEFAULT;
    }

    private static @Nullable Path entry(Path folder, FunctionConfig config) throws IOException {
        if (config.main() != null) {
            return named(folder, config.main());
        }
        for (String stem : List.of("main", "index")) {
            for (String ending : ENTRY_ENDINGS) {
                Path file = folder.resolve(stem + "." + ending);
                if (Files.isRegularFile(file)) {
                    return file;
                }
            }
        }
        if (config.assets() != null) {
            return null;
        }
        throw new CliException(
                ExitCode.FAILED,
                "%s has no entry: there is no main.{ts,tsx,js,mjs,wasm} and no index.{…}; add one, or name it with \"main\" in edge.json"
                        .formatted(folder));
    }

    private static Path named(Path folder, String main) throws IOException {
        Path file = folder.resolve(main).normalize();
        if (!file.startsWith(folder) || file.equals(folder)) {
            throw new CliException(
                    ExitCode.FAILED,
                    "\"main\" is \"%s\", which is outside the function's folder %s"
                            .formatted(main, folder));
        }
        if (!Files.isRegularFile(file)) {
            throw new CliException(
                    ExitCode.FAILED,
                    "\"main\" is \"%s\", but there is no such file in %s".formatted(main, folder));
        }
        if (!file.toRealPath().startsWith(folder)) {
            throw new CliException(
                    ExitCode.FAILED,
                    "\"main\" is \"%s\", a link to %s outside the function's folder"
                            .formatted(main, file.toRealPath()));
        }
        return file;
    }
}

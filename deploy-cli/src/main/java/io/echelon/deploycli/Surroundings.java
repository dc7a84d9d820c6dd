package io.echelon.deploycli;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that a command sees of the machine it runs on.
 *
 * @param variables the environment
 * @param folder what relative paths start from
 * @param program the folder with the CLI's own files: libraries, esbuild, templates
 * @param root the folder with the platform's builds
 * @param terminals which of {@code 0} (input), {@code 1} (output) and {@code 2} (errors) are a
 *     person's terminal
 */
record Surroundings(
        Map<String, String> variables,
        Path folder,
        Path program,
        Path root,
        String terminals,
        InputStream in,
        PrintStream out,
        PrintStream err) {
    /** Those of this process, as the launcher describes them. */
    static Surroundings ofProcess() {
        Path program = Path.of(System.getProperty("echelon.cli", "."));
        return new Surroundings(
                System.getenv(),
                Path.of("").toAbsolutePath(),
                program,
                Path.of(System.getProperty("echelon.root", program.toString())),
                System.getProperty("echelon.terminal", ""),
                System.in,
                System.out,
                System.err);
    }

    @Nullable String variable(String name) {
        String value = variables.get(name);
        return value == null || value.isBlank() ? null : value;
    }

    /** A path as the user typed it, made absolute. */
    Path resolve(Path path) {
        return folder.resolve(path).normalize();
    }

    /** The user's own folder. */
    Path home() {
        String home = variable("HOME");
        return Path.of(home == null ? System.getProperty("user.home") : home);
    }

    /** A folder of the XDG base directories, or its default below the user's own. */
    Path xdgFolder(String variable, String fallback) {
        String folder = variable(variable);
        return folder == null ? home().resolve(fallback) : Path.of(folder);
    }

    /** Where a platform on this machine keeps its state unless told otherwise. */
    Path defaultData() {
        return xdgFolder("XDG_DATA_HOME", ".local/share").resolve("echelon");
    }

    boolean inputIsTerminal() {
        return terminals.indexOf('0') >= 0;
    }

    boolean errorsAreTerminal() {
        return terminals.indexOf('2') >= 0;
    }
}

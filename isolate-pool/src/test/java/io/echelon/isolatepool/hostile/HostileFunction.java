package io.echelon.isolatepool.hostile;

import io.echelon.tenants.FunctionLimits;
import io.echelon.tenants.Isolation;
import io.echelon.tenants.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A function of {@code src/test/resources/hostile}: a module, or a WASI command beside the text
 * that it was made from. The first line says how a call of it may end, and which limits or
 * isolation it has if not the usual ones:
 *
 * <pre>// ends: exceededCpu, exceededMemory; cpuMs: 5000; memoryMb: 64; isolation: revision</pre>
 *
 * <p>A last setting, {@code but: …}, says what may let it pass a limit.
 *
 * @param outcomes that are right; several where it is a matter of speed which limit is met first
 * @param exactness whether CPU time and memory stay within what a stop may take
 */
record HostileFunction(
        String name,
        String main,
        byte[] file,
        List<Outcome> outcomes,
        FunctionLimits limits,
        Isolation isolation,
        Exactness exactness) {
    /** How closely the limits of a function hold. */
    enum Exactness {
        WITHIN_LIMITS,
        AS_SAID
    }

    private static final Path FOLDER = Path.of("src/test/resources/hostile");
    private static final String MARK = " ends: ";
    private static final int COMMENT_CHARACTERS = 2;
    private static final int CPU_MS = 100;
    private static final int MEMORY_MB = 128;
    private static final int WALL_MS = 60_000;

    /** All of them, by name. */
    static List<HostileFunction> all() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().matches(".*\\.(js|wat)"))
                    .sorted()
                    .map(HostileFunction::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static HostileFunction read(Path file) {
        try {
            String source = Files.readString(file);
            String name = file.getFileName().toString();
            if (name.endsWith(".js")) {
                return parse(name.replace(".js", ""), source, "main.js", Files.readAllBytes(file));
            }
            String command = name.replace(".wat", "");
            byte[] bytes = Files.readAllBytes(file.resolveSibling(command + ".wasm"));
            return parse(command, source, "main.wasm", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static HostileFunction parse(String name, String source, String main, byte[] file) {
        String head = source.lines().findFirst().orElse("");
        if (head.indexOf(MARK) != COMMENT_CHARACTERS) {
            throw new IllegalArgumentException(name + " does not begin with \"" + MARK + "\"");
        }
        Map<String, String> settings = new HashMap<>();
        for (String setting : head.substring(COMMENT_CHARACTERS + 1).split("; ", -1)) {
            String[] parts = setting.split(": ", 2);
            settings.put(parts[0], parts[1]);
        }
        FunctionLimits limits =
                new FunctionLimits(
                        number(settings, "cpuMs", CPU_MS),
                        number(settings, "memoryMb", MEMORY_MB),
                        number(settings, "wallMs", WALL_MS));
        Isolation isolation =
                Isolation.valueOf(
                        settings.getOrDefault("isolation", "request").toUpperCase(Locale.ROOT));
        return new HostileFunction(
                name,
                main,
                file,
                outcomes(settings.getOrDefault("ends", "")),
                limits,
                isolation,
                settings.containsKey("but") ? Exactness.AS_SAID : Exactness.WITHIN_LIMITS);
    }

    private static int number(Map<String, String> settings, String name, int otherwise) {
        String value = settings.get(name);
        return value == null ? otherwise : Integer.parseInt(value);
    }

    private static List<Outcome> outcomes(String names) {
        return Arrays.stream(names.split(", ", -1))
                .map(
                        name ->
                                Arrays.stream(Outcome.values())
                                        .filter(outcome -> outcome.wireName().equals(name))
                                        .findFirst()
                                        .orElseThrow())
                .toList();
    }

    @Override
    public String toString() {
        return name;
    }
}

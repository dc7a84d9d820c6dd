package io.echelon.deploycli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Runs commands in a folder that is also their user's own, and keeps what they print. */
final class Shell {
    /** How a command ended. */
    record Ending(int exitCode, String out, String err) {}

    private final Path folder;
    private final Map<String, String> variables = new LinkedHashMap<>();
    private String input = "";
    private String terminals = "";

    Shell(Path folder) {
        this.folder = folder;
        variables.put("HOME", folder.resolve("home").toString());
        System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
    }

    Shell set(String variable, String value) {
        variables.put(variable, value);
        return this;
    }

    Shell signedInTo(RecordingServer server) {
        return set("ECHELON_CONTROL", server.address()).set("ECHELON_TOKEN", "ek_test");
    }

    Shell typing(String text) {
        input = text;
        terminals = "012";
        return this;
    }

    Shell piping(String text) {
        input = text;
        return this;
    }

    Ending run(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode = Main.run(surroundings(out, err), args);
        return new Ending(
                exitCode,
                out.toString(StandardCharsets.UTF_8),
                err.toString(StandardCharsets.UTF_8));
    }

    Surroundings surroundings() {
        return surroundings(new ByteArrayOutputStream(), new ByteArrayOutputStream());
    }

    private Surroundings surroundings(ByteArrayOutputStream out, ByteArrayOutputStream err) {
        return new Surroundings(
                Map.copyOf(variables),
                folder,
                Path.of(System.getProperty("echelon.cli")),
                folder.resolve("checkout"),
                terminals,
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }
}

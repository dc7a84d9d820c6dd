package io.echelon.tests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * An OpenID provider, the certified one of npm: whoever types a name is that person, with an
 * address of {@code acme.example} that is verified.
 */
final class People implements AutoCloseable {
    private static final Path PROGRAM = Edge.ROOT.resolve("tests/console/provider.mjs");
    private static final String CLIENT_ID = "echelon";
    private static final String SECRET = "secret-of-the-platform";

    private final Process process;
    private final String issuer;

    private People(Process process, String issuer) {
        this.process = process;
        this.issuer = issuer;
    }

    static People start() throws IOException {
        Process process =
                new ProcessBuilder("node", PROGRAM.toString(), CLIENT_ID, SECRET)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        String issuer =
                process.inputReader(StandardCharsets.UTF_8)
                        .lines()
                        .filter(line -> line.startsWith("http://"))
                        .findFirst()
                        .orElseThrow(() -> new IOException(PROGRAM + " did not start"));
        return new People(process, issuer);
    }

    /** What a platform has to be told, so that these people can sign in. */
    Map<String, String> environment() {
        return Map.of(
                "ECHELON_OIDC_ISSUER", issuer,
                "ECHELON_OIDC_CLIENT_ID", CLIENT_ID,
                "ECHELON_OIDC_CLIENT_SECRET", SECRET,
                "ECHELON_OIDC_NAME", "Acme");
    }

    @Override
    public void close() {
        LocalProcesses.end(List.of(process));
    }
}

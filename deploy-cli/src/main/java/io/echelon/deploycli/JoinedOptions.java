package io.echelon.deploycli;

import io.echelon.tenants.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a node that joined was told to run; its next start does the same.
 *
 * @param http the public port, 0 for any free one
 * @param https the same for TLS
 * @param bind the address of the public ports
 * @param listen where the platform reaches the node
 * @param advertised by what name or address it does
 */
record JoinedOptions(int http, int https, String bind, HostPort listen, String advertised) {
    private static final String FILE = "node.json";

    /** What was kept; null when the node never ran. */
    static @Nullable JoinedOptions read(PlatformFolder folder) throws IOException {
        Path file = folder.path().resolve(FILE);
        try {
            return Json.read(Files.readAllBytes(file), JoinedOptions.class);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IllegalArgumentException e) {
            throw new CliException(
                    ExitCode.FAILED, "%s is damaged; put it back from a copy".formatted(file), e);
        }
    }

    void write(PlatformFolder folder) throws IOException {
        SecretFile.write(folder.path().resolve(FILE), Json.bytes(this));
    }

    /** Where the platform reaches the node. */
    String address() {
        return "https://" + new HostPort(advertised, listen.port());
    }
}

package io.echelon.controlplane;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A folder with a token, a secret and room for a store, for as long as the tests run. */
public final class PlatformFolder implements QuarkusTestResourceLifecycleManager {
    static final String TOKEN = "owner-token-of-the-tests";
    static final String SECRET = "cluster-secret-of-the-tests";

    private @Nullable Path folder;
    private @Nullable TestDns dns;

    @Override
    public Map<String, String> start() {
        try {
            Path made = Files.createTempDirectory("control-plane-test");
            folder = made;
            TestDns started = TestDns.start(made.resolve("dns"));
            dns = started;
            return Map.of(
                    "echelon.store",
                    "http://127.0.0.1:1",
                    "echelon.owner-token-file",
                    Files.writeString(made.resolve("token"), TOKEN + "\n").toString(),
                    "echelon.master-key-file",
                    Files.writeString(made.resolve("master-key"), "5a".repeat(32) + "\n")
                            .toString(),
                    "echelon.cluster-secret-file",
                    Files.writeString(made.resolve("secret"), SECRET + "\n").toString(),
                    "echelon.dns",
                    started.address(),
                    "test.folder",
                    made.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop() {
        if (dns != null) {
            dns.close();
        }
        if (folder == null) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

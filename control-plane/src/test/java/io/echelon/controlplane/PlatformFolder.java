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
    private @Nullable TestProvider provider;

    @Override
    public Map<String, String> start() {
        try {
            Path made = Files.createTempDirectory("control-plane-test");
            folder = made;
            TestDns started = TestDns.start(made.resolve("dns"));
            dns = started;
            TestProvider people = TestProvider.start();
            provider = people;
            return Map.ofEntries(
                    Map.entry("echelon.store", "http://127.0.0.1:1"),
                    Map.entry("echelon.owner-token-file", file(made, "token", TOKEN)),
                    Map.entry("echelon.master-key-file", file(made, "master-key", "5a".repeat(32))),
                    Map.entry("echelon.cluster-secret-file", file(made, "secret", SECRET)),
                    Map.entry("echelon.dns", started.address()),
                    Map.entry("echelon.oidc-issuer", people.issuer()),
                    Map.entry("echelon.oidc-client-id", TestProvider.CLIENT_ID),
                    Map.entry(
                            "echelon.oidc-client-secret-file",
                            file(made, "client-secret", TestProvider.SECRET)),
                    Map.entry("echelon.oidc-name", "Test provider"),
                    Map.entry("test.folder", made.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop() {
        if (dns != null) {
            dns.close();
        }
        if (provider != null) {
            provider.close();
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

    private static String file(Path folder, String name, String secret) throws IOException {
        return Files.writeString(folder.resolve(name), secret + "\n").toString();
    }
}

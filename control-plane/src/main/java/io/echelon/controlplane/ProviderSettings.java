package io.echelon.controlplane;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The checks of what an operator says about the outside provider; null is that all is well. */
final class ProviderSettings {
    private static final String ISSUER = "ECHELON_OIDC_ISSUER";
    private static final String CLIENT_ID = "ECHELON_OIDC_CLIENT_ID";
    private static final String SECRET = "ECHELON_OIDC_CLIENT_SECRET";
    private static final String SECRET_FILE = "ECHELON_OIDC_CLIENT_SECRET_FILE";
    private static final List<String> OTHERS =
            List.of(CLIENT_ID, SECRET, SECRET_FILE, "ECHELON_OIDC_NAME", "ECHELON_OIDC_CA");
    private static final Pattern VISIBLE = Pattern.compile("[!-~]{1,255}");
    private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}]{1,40}");
    private static final Pattern ORIGIN =
            Pattern.compile(
                    "https?://([0-9A-Za-z.-]{1,253}|\\[[0-9A-Fa-f:]{2,45}])(:[0-9]{1,5})?/?");
    private static final long SECRET_FILE_MAX_BYTES = 4_096;

    private ProviderSettings() {}

    /** What is wrong with the settings together, one sentence each. */
    static List<String> problems(Set<String> set) {
        if (!set.contains(ISSUER)) {
            return OTHERS.stream()
                    .filter(set::contains)
                    .map(
                            name ->
                                    "%s is set and %s is not; it is the address by which the provider calls itself"
                                            .formatted(name, ISSUER))
                    .toList();
        }
        return Stream.of(
                        set.contains(CLIENT_ID)
                                ? ""
                                : "%s is not set; it is what the provider calls this platform"
                                        .formatted(CLIENT_ID),
                        set.contains(SECRET) && set.contains(SECRET_FILE)
                                ? "%s and %s are both set; leave one out"
                                        .formatted(SECRET, SECRET_FILE)
                                : "")
                .filter(problem -> !problem.isEmpty())
                .toList();
    }

    static @Nullable String issuer(String value) {
        try {
            URI issuer = new URI(value);
            if (ProviderHttp.isSafe(issuer)
                    && issuer.getRawQuery() == null
                    && issuer.getRawFragment() == null) {
                return null;
            }
        } catch (URISyntaxException e) {
            // Said below, as for an address of another kind.
        }
        return "is \"%s\"; it must be the https address by which the provider calls itself, such as https://accounts.google.com (http on this machine alone)"
                .formatted(value);
    }

    static @Nullable String clientId(String value) {
        return VISIBLE.matcher(value).matches()
                ? null
                : "must be 1 to 255 visible ASCII characters";
    }

    static @Nullable String secret(String value) {
        return VISIBLE.matcher(value).matches()
                ? null
                : "is not what a provider gives: it must be 1 to 255 visible ASCII characters";
    }

    static @Nullable String secretFile(String value) {
        try {
            Path file = Path.of(value);
            if (Files.isRegularFile(file)
                    && Files.size(file) <= SECRET_FILE_MAX_BYTES
                    && secret(Secrets.read(file)) == null) {
                return null;
            }
        } catch (IOException | InvalidPathException e) {
            // Said below, as for a file with something else.
        }
        return "names \"%s\", which is no file with a secret of 1 to 255 visible ASCII characters that can be read"
                .formatted(value);
    }

    static @Nullable String name(String value) {
        return !value.isBlank() && NAME.matcher(value).matches()
                ? null
                : "must be 1 to 40 characters without line breaks";
    }

    static @Nullable String consoleUrl(String value) {
        return ORIGIN.matcher(value).matches()
                ? null
                : "is \"%s\"; it must be the address at which browsers find the console, such as https://console.example.com, without a path"
                        .formatted(value);
    }
}

package io.echelon.controlplane.console;

import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The files that pages load: scripts, styles, pictures. All stand below one path that has the hash
 * of all of them, so that browsers may keep them for ever and a module's relative imports are
 * always of the same version.
 */
@Singleton
final class Assets {
    /** Every file that is served; what is not named here is not. */
    static final List<String> FILES =
            List.of(
                    "console.css",
                    "icon.svg",
                    "icons.svg",
                    "main.js",
                    "api.js",
                    "actions.js",
                    "banner.js",
                    "dom.js",
                    "times.js",
                    "settings.js",
                    "split.js",
                    "logs.js",
                    "loglist.js",
                    "traces.js",
                    "waterfall.js",
                    "try.js",
                    "tokens.js",
                    "tenants.js",
                    "deploy.js",
                    "bundle.js",
                    "upload.js",
                    "http.js",
                    "zip.js",
                    "usage.js",
                    "quotas.js",
                    "overview.js",
                    "charts.js",
                    "uplot.js",
                    "uplot.css",
                    "data.css",
                    "keys.js",
                    "values.js",
                    "kv.js",
                    "kv-tree.js",
                    "kv-entry.js",
                    "kv-form.js",
                    "kv-transfer.js",
                    "queue.js",
                    "crons.js",
                    "domains.js",
                    "timeline.js",
                    "editor.js",
                    "types.js",
                    "playground.css",
                    "playground.js");

    private static final int HASH_DIGITS = 16;

    /** A file, which is compressed when somebody first asks for it. */
    static final class Asset {
        private final String type;
        private final byte[] bytes;
        private byte @Nullable [] gzipped;

        private Asset(String type, byte[] bytes) {
            this.type = type;
            this.bytes = bytes;
        }

        String type() {
            return type;
        }

        byte[] bytes() {
            return bytes;
        }

        synchronized byte[] gzipped() {
            byte[] known = gzipped;
            if (known == null) {
                known = gzip(bytes);
                gzipped = known;
            }
            return known;
        }
    }

    private final Map<String, Asset> assets = new LinkedHashMap<>();
    private final String hash;

    Assets() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String name : FILES) {
                byte[] bytes = read(name);
                digest.update(name.getBytes(StandardCharsets.UTF_8));
                digest.update(bytes);
                assets.put(name, new Asset(type(name), bytes));
            }
            hash = HexFormat.of().formatHex(digest.digest()).substring(0, HASH_DIGITS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    /** Where the files are, without a slash at the end. */
    String base() {
        return "/console/" + hash;
    }

    /** A file as it is in this version; empty when the version is another or has none so called. */
    Optional<Asset> find(String version, String name) {
        return version.equals(hash) ? Optional.ofNullable(assets.get(name)) : Optional.empty();
    }

    private static byte[] read(String name) throws IOException {
        try (InputStream file = Assets.class.getResourceAsStream("/console/" + name)) {
            if (file == null) {
                throw new IOException("The console's file " + name + " is missing");
            }
            return file.readAllBytes();
        }
    }

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream gzipped = new ByteArrayOutputStream();
        try (GZIPOutputStream stream = new GZIPOutputStream(gzipped)) {
            stream.write(bytes);
        } catch (IOException memoryHasNone) {
            throw new UncheckedIOException(memoryHasNone);
        }
        return gzipped.toByteArray();
    }

    private static String type(String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "css" -> "text/css;charset=UTF-8";
            case "svg" -> "image/svg+xml";
            case "js" -> "text/javascript;charset=UTF-8";
            default -> throw new IllegalArgumentException("What kind of file is " + name + "?");
        };
    }
}

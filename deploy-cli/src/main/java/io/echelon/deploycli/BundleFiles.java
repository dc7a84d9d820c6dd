package io.echelon.deploycli;

import io.echelon.tenants.BundleFile;
import io.echelon.tenants.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Gathers a bundle's files, hashes each, and stops as soon as they are more than is allowed. */
final class BundleFiles {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final List<BundleFile> files = new ArrayList<>();
    private final Map<String, Path> contents = new HashMap<>();
    private long bytes;

    void add(String path, Path content) throws IOException {
        bytes += Files.size(content);
        if (files.size() == Limits.BUNDLE_MAX_FILES) {
            throw tooLarge(
                    "has more than %,d files, the most that is allowed"
                            .formatted(Limits.BUNDLE_MAX_FILES));
        }
        if (bytes > Limits.BUNDLE_MAX_BYTES) {
            throw tooLarge(
                    "is more than %,d bytes, the most that is allowed: with %s it has %,d"
                            .formatted(Limits.BUNDLE_MAX_BYTES, path, bytes));
        }
        String sha256 = sha256(content);
        files.add(new BundleFile(path, sha256, Files.size(content)));
        contents.putIfAbsent(sha256, content);
    }

    Bundle bundle(String main, Path workFolder) {
        return new Bundle(main, List.copyOf(files), Map.copyOf(contents), workFolder);
    }

    static String sha256(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    private static CliException tooLarge(String what) {
        return new CliException(
                ExitCode.OVER_LIMIT,
                "The bundle " + what + ". Leave out what the function does not need");
    }
}

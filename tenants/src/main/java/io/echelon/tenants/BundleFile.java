package io.echelon.tenants;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * One file of a bundle, by content.
 *
 * @param path relative, with {@code /}, without {@code .}, {@code ..} or empty segments
 * @param sha256 64 lower-case hexadecimal digits
 * @param bytes size, 0 or more
 */
public record BundleFile(String path, String sha256, long bytes) {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    public BundleFile {
        checkPath(path);
        if (!SHA256.matcher(sha256).matches()) {
            throw refuse(
                    "File \"%s\" has a hash that is not 64 hexadecimal digits".formatted(path));
        }
        if (bytes < 0) {
            throw refuse("File \"%s\" has a negative size".formatted(path));
        }
    }

    private static void checkPath(String path) {
        int length = path.getBytes(StandardCharsets.UTF_8).length;
        if (length == 0 || length > Limits.BUNDLE_PATH_MAX_BYTES) {
            throw refuse(
                    "A file's path is %,d bytes; it must be from 1 to %,d"
                            .formatted(length, Limits.BUNDLE_PATH_MAX_BYTES));
        }
        if (path.indexOf('\\') >= 0 || path.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw refuse("File path \"%s\" has a backslash or a control character".formatted(path));
        }
        for (String segment : path.split("/", -1)) {
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                throw refuse(
                        "File path \"%s\" leaves the bundle or has an empty segment; use paths like src/a.js"
                                .formatted(path));
            }
        }
    }

    private static EchelonException refuse(String message) {
        return new EchelonException(ErrorCode.INVALID_BUNDLE, message);
    }
}

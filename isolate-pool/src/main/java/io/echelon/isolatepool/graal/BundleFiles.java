package io.echelon.isolatepool.graal;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessMode;
import java.nio.file.DirectoryStream;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.graalvm.polyglot.io.FileSystem;
import org.jspecify.annotations.Nullable;

/**
 * A revision's bundle as the file system that its modules are imported from: a read-only tree in
 * memory whose root nothing leads out of. A {@code .wasm} file is imported as a small module made
 * from it ({@link WasmModules}).
 */
final class BundleFiles implements FileSystem {
    private static final Path ROOT = Path.of("/");
    private static final String GLUE = ".glue.mjs";

    private final Map<String, byte[]> files = new HashMap<>();

    /**
     * @param bundle content by relative path
     */
    BundleFiles(Map<String, byte[]> bundle) {
        bundle.forEach(
                (path, content) -> {
                    if (path.endsWith(".wasm")) {
                        byte[] glue =
                                WasmModules.glue(path, content).getBytes(StandardCharsets.UTF_8);
                        files.put("/" + path + GLUE, glue);
                    } else {
                        files.put("/" + path, content);
                    }
                });
    }

    @Override
    public Path parsePath(URI uri) {
        throw new UnsupportedOperationException("only files of the bundle can be imported");
    }

    @Override
    public Path parsePath(String path) {
        if (Path.of(path).equals(ROOT)) {
            throw new InvalidPathException(path, "the root is no file"); // has no name
        }
        return Path.of(path.endsWith(".wasm") ? path + GLUE : path);
    }

    @Override
    public void checkAccess(Path path, Set<? extends AccessMode> modes, LinkOption... options)
            throws IOException {
        if (modes.contains(AccessMode.WRITE) || modes.contains(AccessMode.EXECUTE)) {
            throw readOnly();
        }
        content(path);
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        return new BytesChannel(content(path));
    }

    @Override
    public Path toAbsolutePath(Path path) {
        return ROOT.resolve(path).normalize();
    }

    @Override
    public Path toRealPath(Path path, LinkOption... options) throws IOException {
        content(path);
        return toAbsolutePath(path);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
            throws IOException {
        byte[] content = content(path);
        return Map.of(
                "isRegularFile", true,
                "isDirectory", false,
                "isSymbolicLink", false,
                "isOther", false,
                "size", (long) content.length,
                "lastModifiedTime", FileTime.fromMillis(0));
    }

    @Override
    public void createDirectory(Path directory, FileAttribute<?>... attributes) {
        throw readOnly();
    }

    @Override
    public void delete(Path path) {
        throw readOnly();
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(
            Path directory, DirectoryStream.Filter<? super Path> filter) {
        throw new SecurityException("a bundle's folders can't be listed");
    }

    private byte[] content(Path path) throws IOException {
        byte @Nullable [] content = files.get(toAbsolutePath(path).toString());
        if (content == null) {
            throw new NoSuchFileException(path.toString());
        }
        return content;
    }

    private static SecurityException readOnly() {
        return new SecurityException("a bundle can't be written");
    }
}

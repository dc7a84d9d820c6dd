package io.echelon.isolatepool.graal;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.graalvm.polyglot.io.FileSystem;

/**
 * The machine's files as far as a program was given folders of them. What a path really leads to
 * counts, symbolic links followed: it must lie in one of the folders.
 */
final class GuestFolders implements FileSystem {
    private final FileSystem machine = FileSystem.newDefaultFileSystem();
    private final List<Path> folders;

    /**
     * @param folders real paths
     */
    GuestFolders(Collection<Path> folders) {
        this.folders = List.copyOf(folders);
    }

    /**
     * Refuses a path that leads out, be it through a link in a folder of one that is yet to be
     * made.
     */
    private Path inside(Path path) throws IOException {
        Path absolute = machine.toAbsolutePath(path).normalize();
        Path real = realOfExisting(absolute);
        for (Path folder : folders) {
            if (real.startsWith(folder)) {
                return absolute;
            }
        }
        throw new AccessDeniedException(path.toString());
    }

    private static Path realOfExisting(Path absolute) throws IOException {
        try {
            return absolute.toRealPath();
        } catch (NoSuchFileException e) {
            Path parent = absolute.getParent();
            if (parent == null || Files.isSymbolicLink(absolute)) {
                throw e;
            }
            return realOfExisting(parent).resolve(absolute.getFileName());
        }
    }

    @Override
    public Path parsePath(URI uri) {
        return machine.parsePath(uri);
    }

    @Override
    public Path parsePath(String path) {
        return machine.parsePath(path);
    }

    @Override
    public void checkAccess(Path path, Set<? extends AccessMode> modes, LinkOption... options)
            throws IOException {
        machine.checkAccess(inside(path), modes, options);
    }

    @Override
    public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
        machine.createDirectory(inside(directory), attributes);
    }

    @Override
    public void delete(Path path) throws IOException {
        machine.delete(inside(path));
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
        machine.move(inside(source), inside(target), options);
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        return machine.newByteChannel(inside(path), options, attributes);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(
            Path directory, DirectoryStream.Filter<? super Path> filter) throws IOException {
        return machine.newDirectoryStream(inside(directory), filter);
    }

    @Override
    public Path toAbsolutePath(Path path) {
        return machine.toAbsolutePath(path);
    }

    @Override
    public Path toRealPath(Path path, LinkOption... options) throws IOException {
        return machine.toRealPath(inside(path), options);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
            throws IOException {
        return machine.readAttributes(inside(path), attributes, options);
    }
}

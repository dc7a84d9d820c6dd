package io.echelon.kvstore;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A folder that is in use, as it would be found had its process been killed just now. */
public final class FolderCopy {
    private final Path folder;

    private FolderCopy(Path folder) {
        this.folder = folder;
    }

    /** Copies what is in a folder into one that does not exist. */
    public static FolderCopy of(Path source, Path target) throws IOException {
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.toList()) {
                Files.copy(file, target.resolve(source.relativize(file)));
            }
        }
        return new FolderCopy(target);
    }

    /**
     * Overwrites a part of the newest file with zeros, as a machine may leave it that lost its
     * current.
     *
     * @param ending of the file's name
     * @param place where the part begins, from 0 to 1
     */
    public void zero(String ending, double place, int bytes) throws IOException {
        List<Path> found;
        try (Stream<Path> files = Files.walk(folder)) {
            found = files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        }
        try (RandomAccessFile file = new RandomAccessFile(found.getLast().toFile(), "rw")) {
            file.seek((long) (file.length() * place));
            file.write(new byte[bytes]);
        }
    }
}

package io.echelon.deploycli;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumSet;
import java.util.SortedMap;
import java.util.TreeMap;

/** Finds the files that are answered as they are, by their paths within the function's folder. */
final class AssetFiles {
    private AssetFiles() {}

    /** Adds all files of a folder but hidden ones; {@code .well-known} counts as visible. */
    static void addTo(BundleFiles files, Path function, String dir) throws IOException {
        Path folder = function.resolve(dir).normalize();
        if (!folder.startsWith(function) || folder.equals(function)) {
            throw refuse(
                    "\"assets.dir\" is \"%s\"; it must be a folder inside the function's folder"
                            .formatted(dir));
        }
        if (!Files.isDirectory(folder)) {
            throw refuse(
                    "\"assets.dir\" is \"%s\", but there is no such folder in %s"
                            .formatted(dir, function));
        }
        for (var asset : find(function, folder).entrySet()) {
            files.add(asset.getKey(), asset.getValue());
        }
    }

    private static SortedMap<String, Path> find(Path function, Path folder) throws IOException {
        SortedMap<String, Path> found = new TreeMap<>();
        Files.walkFileTree(
                folder,
                EnumSet.of(FileVisitOption.FOLLOW_LINKS),
                Integer.MAX_VALUE,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path visited, BasicFileAttributes attributes) throws IOException {
                        if (!visited.equals(folder) && hidden(visited)) {
                            return FileVisitResult.SKIP_SUBTREE;
                        }
                        requireInside(function, visited);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        if (hidden(file)) {
                            return FileVisitResult.CONTINUE;
                        }
                        requireInside(function, file);
                        if (!attributes.isRegularFile()) {
                            throw refuse("The asset %s is not a file".formatted(file));
                        }
                        found.put(
                                function.relativize(file)
                                        .toString()
                                        .replace(File.separatorChar, '/'),
                                file);
                        return FileVisitResult.CONTINUE;
                    }
                });
        return found;
    }

    private static boolean hidden(Path path) {
        String name = String.valueOf(path.getFileName());
        return name.startsWith(".") && !name.equals(".well-known");
    }

    private static void requireInside(Path function, Path path) throws IOException {
        if (!path.toRealPath().startsWith(function)) {
            throw refuse(
                    "The asset %s is a symbolic link to %s, outside the function's folder; copy it instead"
                            .formatted(path, path.toRealPath()));
        }
    }

    private static CliException refuse(String message) {
        return new CliException(ExitCode.FAILED, message);
    }
}

package io.echelon.deploycli;

import io.echelon.tenants.Json;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a platform's folder says of the replicas of its store, once it has some.
 *
 * @param group identity of the group of replicas
 * @param nodes the nodes that have one each
 * @param begin what they began with
 * @param stage whether every replica has been open
 */
record StoreReplicas(UUID group, List<String> nodes, Begin begin, Stage stage) {
    /** How many replicas a store has that has any. */
    static final int COUNT = 3;

    private static final String FILE = "store.json";

    /** What replicas begin with. */
    enum Begin {
        EMPTY,
        /** Copies of what the store of a single node had written. */
        COPIES
    }

    /** How far the replicas have come. */
    enum Stage {
        MADE,
        OPENED
    }

    StoreReplicas {
        nodes = List.copyOf(nodes);
    }

    /**
     * The replicas of a platform that is about to start; null when a single node has the store. The
     * first start with three nodes makes them, and gives each what the single node has.
     *
     * @throws CliException when there are replicas, and too few nodes for them are to start, or
     *     when one has lost its files
     */
    static @Nullable StoreReplicas prepare(PlatformFolder folder, int nodes) throws IOException {
        StoreReplicas known = read(folder);
        if (known == null && nodes < COUNT) {
            return null;
        }
        if (known == null) {
            StoreReplicas made = make(folder);
            made.write(folder);
            return made;
        }
        if (nodes < known.nodes.size()) {
            throw new CliException(
                    ExitCode.FAILED,
                    "The store in %s has a replica on each of %s, so %d %s not enough: start it with --nodes %d or more, or choose another --data"
                            .formatted(
                                    folder.path(),
                                    String.join(", ", known.nodes),
                                    nodes,
                                    nodes == 1 ? "node is" : "nodes are",
                                    known.nodes.size()));
        }
        for (String node : known.nodes) {
            if (known.stage == Stage.OPENED && !Files.isDirectory(folder.store(node))) {
                throw new CliException(
                        ExitCode.FAILED,
                        "The replica of the store in %s is gone, and must not begin anew, for the others rely on what it has written: put the folder back from a copy"
                                .formatted(folder.store(node)));
            }
        }
        return known;
    }

    private static @Nullable StoreReplicas read(PlatformFolder folder) throws IOException {
        Path file = folder.path().resolve(FILE);
        try {
            return Json.read(Files.readAllBytes(file), StoreReplicas.class);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IllegalArgumentException e) {
            throw new CliException(
                    ExitCode.FAILED, "%s is damaged; put it back from a copy".formatted(file), e);
        }
    }

    private static StoreReplicas make(PlatformFolder folder) throws IOException {
        List<String> nodes =
                IntStream.rangeClosed(1, COUNT).mapToObj(number -> "node-" + number).toList();
        Path single = folder.store(nodes.getFirst());
        boolean hasData = Files.isDirectory(single);
        if (hasData) {
            for (String node : nodes.subList(1, COUNT)) {
                Path copy = folder.store(node);
                Path making = copy.resolveSibling(copy.getFileName() + ".making");
                deleteAny(making);
                copy(single, making);
                deleteAny(copy); // of an attempt that was broken off
                Files.move(making, copy, StandardCopyOption.ATOMIC_MOVE);
            }
        }
        return new StoreReplicas(
                UUID.randomUUID(), nodes, hasData ? Begin.COPIES : Begin.EMPTY, Stage.MADE);
    }

    /** Remembers that every replica has been open. */
    void opened(PlatformFolder folder) throws IOException {
        if (stage == Stage.MADE) {
            new StoreReplicas(group, nodes, begin, Stage.OPENED).write(folder);
        }
    }

    private void write(PlatformFolder folder) throws IOException {
        SecretFile.write(folder.path().resolve(FILE), Json.bytes(this));
    }

    private static void deleteAny(Path folder) throws IOException {
        if (Files.exists(folder)) {
            WorkFolder.delete(folder);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        SecretFile.createFolder(to);
        Files.walkFileTree(
                from,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes is)
                            throws IOException {
                        Files.createDirectories(to.resolve(from.relativize(folder)));
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes is)
                            throws IOException {
                        Files.copy(file, to.resolve(from.relativize(file)));
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}

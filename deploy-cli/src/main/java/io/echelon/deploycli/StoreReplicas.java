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
import java.util.ArrayList;
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
 * @param shards how many shards the store has; null for one
 * @param later the seats of nodes whose replica is not their first one
 */
record StoreReplicas(
        UUID group,
        List<String> nodes,
        Begin begin,
        Stage stage,
        @Nullable Integer shards,
        @Nullable List<Seat> later) {
    /** How many replicas a store has that has any. */
    static final int COUNT = 3;

    private static final String FILE = "store.json";

    /** What replicas begin with. */
    enum Begin {
        EMPTY,
        /** Copies of what the store of a single node had written. */
        COPIES
    }

    /**
     * What replica a node has.
     *
     * @param number how many replicas the node has had, from 1
     * @param replaces the replica whose place it has still to take; null when it has one
     */
    record Seat(String node, int number, @Nullable String replaces) {
        /** The name of the replica, which no other ever has. */
        String replica() {
            return number == 1 ? node : node + "-r" + number;
        }
    }

    /** How far the replicas have come. */
    enum Stage {
        MADE,
        OPENED
    }

    StoreReplicas {
        nodes = List.copyOf(nodes);
        later = later == null ? List.of() : List.copyOf(later);
    }

    /** How many shards the store has. */
    int shardCount() {
        return shards == null ? 1 : shards;
    }

    /**
     * The same with as many shards as are wanted.
     *
     * @param wanted null for as many as there are
     * @throws CliException when there are more already
     */
    private StoreReplicas withShards(PlatformFolder folder, @Nullable Integer wanted)
            throws IOException {
        if (wanted == null || wanted == shardCount()) {
            return this;
        }
        if (wanted < shardCount()) {
            throw new CliException(
                    ExitCode.FAILED,
                    "The store in %s has %d shards, and --shards is %d: there can be more than before, but not fewer; leave --shards out"
                            .formatted(folder.path(), shardCount(), wanted));
        }
        StoreReplicas more = new StoreReplicas(group, nodes, begin, stage, wanted, later);
        more.write(folder);
        return more;
    }

    /** The seat of a node that has a replica. */
    Seat seat(String node) {
        return Parameter.given(later).stream()
                .filter(seat -> seat.node().equals(node))
                .findFirst()
                .orElseGet(() -> new Seat(node, 1, null));
    }

    /** The same with another seat of its node. */
    private StoreReplicas with(Seat seat) {
        List<Seat> seats = new ArrayList<>(Parameter.given(later));
        seats.removeIf(other -> other.node().equals(seat.node()));
        seats.add(seat);
        return new StoreReplicas(group, nodes, begin, stage, shards, seats);
    }

    /**
     * The replicas of a platform that is about to start; null when a single node has the store. The
     * first start with three nodes makes them, and gives each what the single node has.
     *
     * @param shards how many shards the store is to have; null for as many as it has
     * @throws CliException when there are replicas, and too few nodes for them are to start, or
     *     when one has lost its files, or there are more shards already
     */
    static @Nullable StoreReplicas prepare(
            PlatformFolder folder, int nodes, @Nullable Integer shards) throws IOException {
        StoreReplicas known = read(folder);
        if (known == null && nodes < COUNT) {
            return null;
        }
        if (known == null) {
            StoreReplicas made = make(folder);
            made.write(folder);
            return made.withShards(folder, shards);
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
            known.requireFiles(folder, node);
        }
        return known.withShards(folder, shards);
    }

    /**
     * Refuses to go on with a replica that was open and has lost its files.
     *
     * @throws CliException when it has
     */
    void requireFiles(PlatformFolder folder, String node) {
        if (hasLostFiles(folder, node)) {
            throw new CliException(
                    ExitCode.FAILED,
                    "The replica of the store in %s is gone, and must not begin anew, for the others rely on what it has written: put the folder back, or have a new replica take its place with `edge store replace %s --data %s`"
                            .formatted(
                                    folder.store(node, seat(node).replica()), node, folder.path()));
        }
    }

    private boolean hasLostFiles(PlatformFolder folder, String node) {
        Seat seat = seat(node);
        return stage == Stage.OPENED
                && seat.replaces() == null
                && !Files.isDirectory(folder.store(node, seat.replica()));
    }

    /**
     * Gives up a node's replica for lost: the node's next start makes a new one, which takes its
     * place among the others and gets from them what they have.
     *
     * @throws CliException when that cannot be, because there are no replicas, or another one is
     *     lost too
     */
    static StoreReplicas giveUp(PlatformFolder folder, String node) throws IOException {
        StoreReplicas known = read(folder);
        if (known == null || known.stage != Stage.OPENED) {
            throw new CliException(
                    ExitCode.FAILED,
                    "The store in %s has no replicas, so there is nothing to replace one from; restore a backup with `edge up --restore`"
                            .formatted(folder.path()));
        }
        if (!known.nodes.contains(node)) {
            throw new CliException(
                    ExitCode.NOT_FOUND,
                    "No node \"%s\" has a replica of the store; those that have are %s"
                            .formatted(node, String.join(", ", known.nodes)));
        }
        for (String other : known.nodes) {
            if (!other.equals(node)
                    && (known.seat(other).replaces() != null
                            || known.hasLostFiles(folder, other))) {
                throw new CliException(
                        ExitCode.FAILED,
                        "The replica of %s is lost too, so that too few are left to take it from: put one of the folders back, or restore a backup into another --data"
                                .formatted(other));
            }
        }
        Seat seat = known.seat(node);
        if (seat.replaces() != null) {
            return known; // it was given up before and has not come yet
        }
        StoreReplicas next = known.with(new Seat(node, seat.number() + 1, seat.replica()));
        next.write(folder);
        return next;
    }

    /** Remembers that the replica of a node has its place. */
    static void seated(PlatformFolder folder, String node) throws IOException {
        StoreReplicas known = read(folder);
        if (known != null && known.seat(node).replaces() != null) {
            known.with(new Seat(node, known.seat(node).number(), null)).write(folder);
        }
    }

    /** The replicas as they are to be now, of a platform that has some. */
    static StoreReplicas present(PlatformFolder folder) throws IOException {
        return Parameter.given(read(folder));
    }

    /** Whether the platform of a folder has replicas. */
    static boolean isKnown(PlatformFolder folder) throws IOException {
        return read(folder) != null;
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
                WorkFolder.deleteAny(making);
                copy(single, making);
                WorkFolder.deleteAny(copy); // of an attempt that was broken off
                Files.move(making, copy, StandardCopyOption.ATOMIC_MOVE);
            }
        }
        return new StoreReplicas(
                UUID.randomUUID(),
                nodes,
                hasData ? Begin.COPIES : Begin.EMPTY,
                Stage.MADE,
                null,
                List.of());
    }

    /** Remembers that every replica has been open. */
    void opened(PlatformFolder folder) throws IOException {
        if (stage == Stage.MADE) {
            new StoreReplicas(group, nodes, begin, Stage.OPENED, shards, later).write(folder);
        }
        for (String node : nodes) {
            seated(folder, node);
        }
    }

    private void write(PlatformFolder folder) throws IOException {
        SecretFile.write(folder.path().resolve(FILE), Json.bytes(this));
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

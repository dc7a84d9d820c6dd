package io.echelon.kvstore.ratis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.ratis.io.MD5Hash;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.SnapshotRetentionPolicy;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.impl.FileListSnapshotInfo;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots of a replica: a folder each, {@code snapshot.TERM_INDEX}, in a folder that Ratis
 * exchanges as a whole when the leader sends a snapshot.
 */
final class Snapshots implements StateMachineStorage {
    private static final Pattern NAME = Pattern.compile("snapshot\\.(\\d+)_(\\d+)");
    private static final String MAKING = "making.";

    /** The last one and the one before, which may still be on its way to another replica. */
    private static final int KEPT = 2;

    private @Nullable Path folder;
    private volatile @Nullable SnapshotInfo latest;

    /** Writes a snapshot into a folder that does not exist. */
    interface Writer {
        void write(Path target) throws IOException;
    }

    @Override
    public void init(RaftStorage storage) throws IOException {
        Path here = storage.getStorageDir().getStateMachineDir().toPath();
        folder = here;
        Files.createDirectories(here);
        load();
    }

    /** Looks at the folder anew. */
    void load() throws IOException {
        List<Path> all = all();
        latest = all.isEmpty() ? null : info(all.getLast());
    }

    @Override
    public @Nullable SnapshotInfo getLatestSnapshot() {
        return latest;
    }

    /** Folder of the latest snapshot. */
    Optional<Path> latestFolder() throws IOException {
        List<Path> all = all();
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
    }

    void make(TermIndex at, Writer writer) throws IOException {
        Path target = folder().resolve("snapshot.%d_%d".formatted(at.getTerm(), at.getIndex()));
        if (!Files.exists(target)) {
            Path making = folder().resolve(MAKING + at.getIndex());
            delete(making);
            writer.write(making);
            Files.move(making, target, StandardCopyOption.ATOMIC_MOVE);
        }
        load();
    }

    @Override
    public void format() {}

    @Override
    public void cleanupOldSnapshots(SnapshotRetentionPolicy policy) throws IOException {
        deleteOld();
    }

    /** Deletes all but those that are kept. */
    void deleteOld() throws IOException {
        List<Path> all = all();
        for (Path old : all.subList(0, Math.max(0, all.size() - KEPT))) {
            delete(old);
        }
    }

    private Path folder() {
        Path here = folder;
        if (here == null) {
            throw new IllegalStateException("The snapshots' folder is not known yet");
        }
        return here;
    }

    private List<Path> all() throws IOException {
        try (Stream<Path> files = Files.list(folder())) {
            return files.filter(file -> NAME.matcher(name(file)).matches())
                    .sorted(Comparator.comparingLong(file -> at(file).getIndex()))
                    .toList();
        }
    }

    private static SnapshotInfo info(Path snapshot) throws IOException {
        List<FileInfo> parts = new ArrayList<>();
        try (Stream<Path> files = Files.list(snapshot)) {
            for (Path file : files.sorted().toList()) {
                if (!name(file).endsWith(".md5") && Files.size(file) > 0) {
                    parts.add(new FileInfo(file, (MD5Hash) null));
                }
            }
        }
        return new FileListSnapshotInfo(parts, at(snapshot));
    }

    private static TermIndex at(Path snapshot) {
        Matcher name = NAME.matcher(name(snapshot));
        if (!name.matches()) {
            throw new IllegalArgumentException(snapshot + " is no snapshot");
        }
        return TermIndex.valueOf(Long.parseLong(name.group(1)), Long.parseLong(name.group(2)));
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static void delete(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        List<Path> paths;
        try (Stream<Path> all = Files.walk(path)) {
            paths = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : paths) {
            Files.delete(each);
        }
    }
}

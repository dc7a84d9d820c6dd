package io.echelon.kvstore.rocksdb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.rocksdb.RocksDBException;

/**
 * Makes the state of a replica out of a store that one process alone has written into the same
 * folder. A crash at any point leaves either the one or the other.
 */
final class CarryOver {
    /** Folder of the state, below the store's. */
    static final String STATE = "state";

    private static final String CURRENT = "CURRENT";

    private CarryOver() {}

    static void run(Path store, Path state, long blockCacheBytes)
            throws IOException, RocksDBException {
        if (!Files.exists(store.resolve(CURRENT))) {
            return;
        }
        if (!Files.exists(state)) {
            Path making = state.resolveSibling(STATE + ".making");
            delete(making);
            try (Engine old = Engine.open(store, blockCacheBytes)) {
                old.checkpoint(making);
            }
            Files.move(making, state, StandardCopyOption.ATOMIC_MOVE);
        }
        Files.delete(store.resolve(CURRENT));
        try (Stream<Path> rest = Files.list(store)) {
            for (Path file : rest.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Makes a folder that holds what a checkpoint does; table files, never changed, are linked. */
    static void copy(Path checkpoint, Path target) throws IOException {
        delete(target);
        Files.createDirectories(target);
        try (Stream<Path> files = Files.list(checkpoint)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".sst")) {
                    Files.createLink(target.resolve(name), file);
                } else if (!name.endsWith(".md5")) {
                    Files.copy(file, target.resolve(name));
                }
            }
        }
    }

    /** Deletes a folder and what is in it; a folder that does not exist is no error. */
    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> paths;
        try (Stream<Path> all = Files.walk(folder)) {
            paths = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.delete(path);
        }
    }
}

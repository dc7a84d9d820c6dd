package io.echelon.kvstore.rocksdb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.NativeLibraryLoader;

/**
 * RocksDB's native part, unpacked from its jar into the store's own folder: left to itself it is
 * unpacked into the temporary folder under a new name at every start, and a process that is killed
 * leaves its 17 MB there.
 */
final class NativeLibrary {
    private NativeLibrary() {}

    /** Makes the folder and loads the library; what this process has loaded stays loaded. */
    static void load(Path folder) throws IOException {
        Path unpacked = Files.createDirectories(folder.resolve("native"));
        NativeLibraryLoader.getInstance().loadLibrary(unpacked.toString());
    }
}

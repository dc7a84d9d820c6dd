package io.echelon.edgeruntime;

import io.echelon.kvstore.files.FileBlobStore;
import io.echelon.kvstore.rocksdb.RocksOptions;
import io.echelon.kvstore.rocksdb.RocksRestore;
import io.echelon.tenants.BackupContents;
import io.echelon.tenants.BackupReader;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Json;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Makes a node's folder out of a backup, before there is a node; {@code edge up --restore} starts
 * it. Its arguments are the backup and a folder that does not exist yet; it prints the {@link
 * BackupContents} as JSON, or an error as the API has them, and ends with 0 or 1. The backup is
 * read twice: to its end before anything is made of it.
 */
public final class RestoreMain {
    private static final int BUFFER_BYTES = 1024 * 1024;

    private RestoreMain() {}

    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        int exitCode = 0;
        try {
            out.writeBytes(Json.bytes(restore(Path.of(arguments[0]), Path.of(arguments[1]))));
        } catch (EchelonException e) {
            out.writeBytes(error(e));
            exitCode = 1;
        } catch (IOException e) {
            out.writeBytes(error(unreadable(arguments[0], e)));
            exitCode = 1;
        }
        out.println();
        System.exit(exitCode);
    }

    private static byte[] error(EchelonException failure) {
        return Json.bytes(
                Map.of(
                        "error",
                        Map.of("code", failure.code().name(), "message", failure.reason())));
    }

    private static EchelonException unreadable(String file, IOException cause) {
        return new EchelonException(
                ErrorCode.INVALID_CONFIGURATION,
                cause instanceof NoSuchFileException
                        ? "There is no backup %s".formatted(file)
                        : "The backup %s cannot be read: %s".formatted(file, cause.getMessage()),
                cause);
    }

    /**
     * Restores a backup.
     *
     * @param node the folder of a node, made here; of no use when this fails
     */
    static BackupContents restore(Path file, Path node) throws IOException {
        BackupContents contents;
        try (InputStream in = open(file)) {
            contents = new BackupReader(in).readToEnd();
        }
        try (InputStream in = open(file)) {
            Path store = Files.createDirectories(NodeStore.folder(node));
            RocksRestore.run(
                    RocksOptions.of(store),
                    FileBlobStore.open(NodeStore.blobs(node), RocksOptions.RESERVE_BYTES_DEFAULT),
                    new BackupReader(in));
        }
        return contents;
    }

    private static InputStream open(Path file) throws IOException {
        return new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
    }
}

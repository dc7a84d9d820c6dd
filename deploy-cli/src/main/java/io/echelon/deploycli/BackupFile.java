package io.echelon.deploycli;

import io.echelon.tenants.BackupContents;
import io.echelon.tenants.BackupReader;
import io.echelon.tenants.EchelonException;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The file of a backup that is being taken. It is written under another name, checked on its way,
 * put on the disk, and only then given its own; what is not whole is removed.
 */
final class BackupFile {
    private static final int BUFFER_BYTES = 1024 * 1024;

    private final Path file;
    private final Path making;

    BackupFile(Path file) {
        this.file = file;
        this.making = file.resolveSibling(file.getFileName() + ".making");
    }

    /** Writes a backup to its end, and closes it. */
    BackupContents write(InputStream backup) throws IOException {
        try {
            BackupContents contents;
            try (backup;
                    FileChannel out =
                            FileChannel.open(
                                    making,
                                    Set.of(
                                            StandardOpenOption.CREATE,
                                            StandardOpenOption.TRUNCATE_EXISTING,
                                            StandardOpenOption.WRITE),
                                    PosixFilePermissions.asFileAttribute(
                                            PosixFilePermissions.fromString("rw-------")))) {
                contents = copy(backup, out);
                out.force(true);
            }
            Files.move(
                    making,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            DiskFolder.sync(file.toAbsolutePath().getParent());
            return contents;
        } catch (EchelonException e) {
            throw new CliException(ExitCode.FAILED, "The backup was not taken: " + e.reason(), e);
        } finally {
            Files.deleteIfExists(making);
        }
    }

    private BackupContents copy(InputStream backup, FileChannel out) {
        Copied copied = new Copied(backup, out);
        try {
            return new BackupReader(new BufferedInputStream(copied, BUFFER_BYTES)).readToEnd();
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.UNREACHABLE,
                    "The backup broke off, and was not taken; try again, and look at the nodes' logs when it does so again",
                    e);
        }
    }

    /** Writes down what is read. */
    private final class Copied extends FilterInputStream {
        private final FileChannel out;

        Copied(InputStream in, FileChannel out) {
            super(in);
            this.out = out;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = super.read(buffer, offset, length);
            if (count > 0) {
                write(ByteBuffer.wrap(buffer, offset, count));
            }
            return count;
        }

        private void write(ByteBuffer bytes) {
            try {
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
            } catch (IOException e) {
                boolean isFull = String.valueOf(e.getMessage()).contains("No space left");
                throw new CliException(
                        isFull ? ExitCode.OVER_LIMIT : ExitCode.FAILED,
                        isFull
                                ? "The disk of %s is full, and the backup was not taken; free some space, or write it to another one"
                                        .formatted(file)
                                : "%s cannot be written: %s"
                                        .formatted(making, FileErrors.describe(e)),
                        e);
            }
        }
    }
}

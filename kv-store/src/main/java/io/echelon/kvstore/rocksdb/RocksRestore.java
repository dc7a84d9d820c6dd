package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.BlobStore;
import io.echelon.tenants.BackupContents;
import io.echelon.tenants.BackupFrame;
import io.echelon.tenants.BackupHead;
import io.echelon.tenants.BackupReader;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Makes the files of a {@link RocksKvStore} out of a backup. The store goes on where the backup
 * ends: its identity and those of its databases are the same, and its versionstamps are greater
 * than all that were given before.
 *
 * <p>What it has written is of no use before {@link #run} returned: make it in a folder of its own,
 * and give that its name then.
 */
public final class RocksRestore {
    /**
     * How many numbers of groups are left out behind those of a backup: whatever was committed
     * after it, and is lost, its versionstamps are not given again.
     */
    private static final long GROUPS_LEFT_OUT = 1L << 32;

    private final Engine engine;
    private final DiskSpace disk;
    private final BlobStore blobs;
    private final BackupReader in;

    private RocksRestore(Engine engine, DiskSpace disk, BlobStore blobs, BackupReader in) {
        this.engine = engine;
        this.disk = disk;
        this.blobs = blobs;
        this.in = in;
    }

    /**
     * Restores a backup to its end.
     *
     * @param options of the store; its folder must not hold anything
     * @param blobs where blobs go
     * @param in a backup of which nothing but its head was read
     * @throws IOException when the stream fails
     * @throws EchelonException CONFLICT when there is something in the folder,
     *     INVALID_CONFIGURATION when rows are of a newer form, HASH_MISMATCH when the backup is
     *     damaged, STORAGE_FULL
     */
    public static BackupContents run(RocksOptions options, BlobStore blobs, BackupReader in)
            throws IOException {
        Path folder = options.folder();
        requireNothingIn(folder);
        BackupHead head = in.head();
        if (head.rows() != Engine.FORMAT) {
            throw new EchelonException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "The backup's rows have form %d and this program knows form %d; restore it with version %s"
                            .formatted(head.rows(), Engine.FORMAT, head.version()));
        }
        try (Engine engine =
                Engine.open(
                        folder,
                        options.blockCacheBytes(),
                        Durability.LOG_ELSEWHERE,
                        head.identity(),
                        Standing.HERE)) {
            RocksRestore restore =
                    new RocksRestore(
                            engine, DiskSpace.of(folder, options.reserveBytes()), blobs, in);
            restore.run(head);
        } catch (RocksDBException e) {
            throw new EchelonException(
                    Engine.noSpace(e) ? ErrorCode.STORAGE_FULL : ErrorCode.UNAVAILABLE,
                    "The backup could not be written into %s; is there enough space?"
                            .formatted(folder),
                    e);
        }
        return in.contents();
    }

    private static void requireNothingIn(Path folder) throws IOException {
        Files.createDirectories(folder);
        try (Stream<Path> files = Files.list(folder)) {
            if (files.findAny().isPresent()) {
                throw new EchelonException(
                        ErrorCode.CONFLICT,
                        "There is something in %s; restore into a folder that is empty"
                                .formatted(folder));
            }
        }
    }

    private void run(BackupHead head) throws IOException, RocksDBException {
        for (BackupFrame frame = next(); frame != null; frame = next()) {
            switch (frame.kind()) {
                case ROWS -> put(Family.ROWS, frame.payload());
                case MESSAGES -> put(Family.QUEUE, frame.payload());
                case BLOB -> blob(HexFormat.of().formatHex(frame.payload()));
                case HEAD, BLOB_PIECE, BLOB_END, END -> throw outOfPlace(frame);
            }
        }
        try (WriteBatch last = new WriteBatch()) {
            engine.putLastGroup(last, head.lastGroup() + GROUPS_LEFT_OUT);
            engine.write(last);
        }
        engine.learn();
        engine.flush();
    }

    private @Nullable BackupFrame next() throws IOException {
        return in.next().orElse(null);
    }

    private void put(Family family, byte[] payload) throws RocksDBException {
        disk.require(2L * payload.length);
        ByteBuffer rows = ByteBuffer.wrap(payload);
        try (WriteBatch batch = new WriteBatch()) {
            while (rows.hasRemaining()) {
                byte[] key = bytes(rows);
                byte[] value = bytes(rows);
                if (OwnDatabases.ALL.contains(RowKey.database(key))) {
                    continue; // of backups that had them
                }
                PinnedRows.put(engine, batch, family, key, value);
            }
            engine.write(batch);
        } catch (BufferUnderflowException | IllegalArgumentException | IllegalStateException e) {
            throw new EchelonException(
                    ErrorCode.HASH_MISMATCH,
                    "The backup has rows that cannot be read; take another one",
                    e);
        }
    }

    private static byte[] bytes(ByteBuffer rows) {
        int length = rows.getInt();
        if (length < 0 || length > rows.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        rows.get(bytes);
        return bytes;
    }

    private void blob(String sha256) throws IOException {
        Content content = new Content();
        try {
            blobs.put(sha256, content);
        } catch (EchelonException e) {
            if (e.code() != ErrorCode.HASH_MISMATCH || !content.isToBeForgotten()) {
                throw e;
            }
        }
        content.skipRest();
    }

    private static EchelonException outOfPlace(BackupFrame frame) {
        return new EchelonException(
                ErrorCode.HASH_MISMATCH,
                "The backup has a piece of the kind %s where there cannot be one; take another one"
                        .formatted(frame.kind()));
    }

    /** The content of a blob, up to its end. */
    private final class Content extends InputStream {
        private ByteBuffer piece = ByteBuffer.allocate(0);
        private boolean ended;
        private boolean whole;

        boolean isToBeForgotten() {
            return ended && !whole;
        }

        void skipRest() throws IOException {
            byte[] skipped = new byte[8_192];
            while (read(skipped, 0, skipped.length) >= 0) {
                // up to the end
            }
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            while (!piece.hasRemaining() && !ended) {
                BackupFrame frame = next();
                if (frame != null && frame.kind() == BackupFrame.Kind.BLOB_PIECE) {
                    piece = ByteBuffer.wrap(frame.payload());
                } else if (frame != null && frame.kind() == BackupFrame.Kind.BLOB_END) {
                    ended = true;
                    whole = Arrays.equals(frame.payload(), new byte[] {1});
                } else if (frame == null) {
                    throw new EchelonException(
                            ErrorCode.HASH_MISMATCH,
                            "The backup ends within a blob; take another one");
                } else {
                    throw outOfPlace(frame);
                }
            }
            if (length == 0) {
                return 0;
            }
            int count = Math.min(length, piece.remaining());
            piece.get(buffer, offset, count);
            return count == 0 ? -1 : count;
        }
    }
}

package io.echelon.kvstore.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echelon.kvstore.BlobHash;
import io.echelon.kvstore.BlobStore;
import io.echelon.kvstore.BlobStoreContract;
import io.echelon.kvstore.HeldClock;
import io.echelon.tenants.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileBlobStoreTest extends BlobStoreContract {
    private static final byte[] CONTENT = {1, 2, 3};
    private static final String HASH = BlobHash.of(CONTENT);

    @TempDir Path folder;

    private FileBlobStore blobs;

    @BeforeEach
    void open() {
        blobs = FileBlobStore.open(folder, 0);
    }

    @Override
    protected BlobStore blobs() {
        return blobs;
    }

    @Test
    void noticesContentThatDecayed() throws IOException {
        blobs.put(HASH, CONTENT);
        Files.write(folder.resolve(HASH), new byte[] {1, 2, 4});
        assertRefused(ErrorCode.HASH_MISMATCH, () -> blobs.read(HASH));
        try (InputStream stream = blobs.open(HASH)) {
            assertThatThrownBy(stream::readAllBytes)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(HASH);
        }
    }

    @Test
    void removesWhatACrashLeftHalfWritten() throws IOException {
        Path leftover = Files.write(folder.resolve("unfinished").resolve("blob-1"), CONTENT);
        open();
        assertThat(leftover).doesNotExist();
    }

    @Test
    void removesOnlyWhatNobodyStoredOrAskedAboutForAWhile() {
        HeldClock clock = new HeldClock();
        blobs = FileBlobStore.open(folder, 0, clock);
        blobs.put(HASH, CONTENT);
        Instant stored = clock.instant();
        clock.advance(Duration.ofMinutes(90));
        assertThat(blobs.untouchedSince(stored)).isEmpty();
        assertThat(blobs.untouchedSince(clock.instant())).containsExactly(HASH);
        Instant asked = clock.instant();
        assertThat(blobs.missing(List.of(HASH))).isEmpty();
        assertThat(blobs.untouchedSince(asked)).isEmpty();
        assertThat(blobs.deleteUntouched(HASH, asked)).isEmpty();
        clock.advance(Duration.ofMinutes(90));
        assertThat(blobs.read(HASH)).as("which touches nothing").isEqualTo(CONTENT);
        assertThat(blobs.deleteUntouched(HASH, clock.instant())).hasValue(CONTENT.length);
        assertThat(blobs.deleteUntouched(HASH, clock.instant())).isEmpty();
        assertThat(blobs.contains(HASH)).isFalse();
        blobs.put(HASH, CONTENT);
        clock.advance(Duration.ofMinutes(90));
        blobs.put(HASH, CONTENT);
        assertThat(blobs.untouchedSince(clock.instant())).isEmpty();
    }

    @Test
    void refusesContentWhenTheDiskIsNearlyFull() {
        FileBlobStore full = FileBlobStore.open(folder, Long.MAX_VALUE);
        assertThatThrownBy(() -> full.put(HASH, CONTENT)).hasMessageContaining(folder.toString());
        assertRefused(ErrorCode.STORAGE_FULL, () -> full.put(HASH, CONTENT));
        assertThat(full.contains(HASH)).isFalse();
        assertThat(folder.resolve("unfinished")).isEmptyDirectory();
    }
}

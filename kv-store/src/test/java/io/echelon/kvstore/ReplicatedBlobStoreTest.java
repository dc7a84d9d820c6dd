package io.echelon.kvstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.kvstore.files.FileBlobStore;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicatedBlobStoreTest extends BlobStoreContract {
    private static final byte[] CONTENT = {1, 2, 3};
    private static final String HASH = BlobHash.of(CONTENT);

    @TempDir Path folder;

    private FileBlobStore here;
    private Node second;
    private Node third;
    private ReplicatedBlobStore blobs;
    private final ExecutorService copies = Executors.newVirtualThreadPerTaskExecutor();

    @BeforeEach
    void open() {
        here = FileBlobStore.open(folder.resolve("1"), 0);
        second = new Node(FileBlobStore.open(folder.resolve("2"), 0));
        third = new Node(FileBlobStore.open(folder.resolve("3"), 0));
        blobs = new ReplicatedBlobStore(here, List.of(second, third), copies);
    }

    /** The copy that a majority did not wait for is written before the folder goes. */
    @AfterEach
    void awaitCopies() {
        copies.close();
    }

    @Override
    protected BlobStore blobs() {
        return blobs;
    }

    @Test
    void storesOnAMajorityWhileANodeIsAway() {
        second.away = true;
        blobs.put(HASH, CONTENT);
        assertThat(here.read(HASH)).isEqualTo(CONTENT);
        assertThat(third.files.read(HASH)).isEqualTo(CONTENT);
    }

    @Test
    void refusesContentThatNoMajorityCanTakeAndTakesItOnceOneCan() {
        second.away = true;
        third.away = true;
        assertRefused(ErrorCode.UNAVAILABLE, () -> blobs.put(HASH, CONTENT));
        assertThat(blobs.missing(List.of(HASH))).containsExactly(HASH);
        third.away = false;
        blobs.put(HASH, CONTENT);
        assertThat(blobs.missing(List.of(HASH))).isEmpty();
    }

    @Test
    void fetchesWhatAnotherNodeHasAndKeepsIt() {
        third.files.put(HASH, CONTENT);
        second.away = true;
        assertThat(blobs.size(HASH)).hasValue(CONTENT.length);
        assertThat(blobs.read(HASH)).isEqualTo(CONTENT);
        assertThat(here.read(HASH)).isEqualTo(CONTENT);
    }

    @Test
    void knowsThatNothingIsThereWhenNoMajorityCanHaveIt() {
        second.away = true;
        assertThat(blobs.size(HASH)).isEmpty();
        assertRefused(ErrorCode.NOT_FOUND, () -> blobs.read(HASH));
    }

    @Test
    void doesNotSayThatNothingIsThereWhileTheNodesThatMayHaveItAreAway() {
        second.away = true;
        third.away = true;
        assertRefused(ErrorCode.UNAVAILABLE, () -> blobs.read(HASH));
        assertRefused(ErrorCode.UNAVAILABLE, () -> blobs.size(HASH));
    }

    @Test
    void bringsWhatOnlyOneNodeHasToAMajorityBeforeItIsReliedOn() {
        third.files.put(HASH, CONTENT);
        assertThat(blobs.missing(List.of(HASH))).isEmpty();
        assertThat(here.contains(HASH) || second.files.contains(HASH)).isTrue();
    }

    @Test
    void forgetsWhatIsDeletedWhileACopyOfItIsMade() throws Exception {
        third.pace = new CountDownLatch(1);
        blobs.put(HASH, CONTENT);
        Future<?> deletion = copies.submit(() -> blobs.delete(HASH));
        awaitEnd(deletion);
        third.pace.countDown();
        copies.close();
        assertThat(List.of(here.contains(HASH), second.contains(HASH), third.contains(HASH)))
                .containsOnly(false);
    }

    /** Lets a deletion end that waits for nothing. */
    private static void awaitEnd(Future<?> deletion) throws Exception {
        try {
            deletion.get(200, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            assertThat(deletion).isNotDone();
        }
    }

    /** Another node, which can be cut off, or made to wait before it stores. */
    private static final class Node implements BlobStore {
        private final FileBlobStore files;
        private volatile boolean away;
        private volatile CountDownLatch pace = new CountDownLatch(0);

        Node(FileBlobStore files) {
            this.files = files;
        }

        private FileBlobStore reached() {
            if (away) {
                throw new EchelonException(ErrorCode.UNAVAILABLE, "The node is away");
            }
            return files;
        }

        @Override
        public void put(String sha256, InputStream content) throws IOException {
            try {
                pace.await();
            } catch (InterruptedException e) {
                throw new InterruptedIOException();
            }
            reached().put(sha256, content);
        }

        @Override
        public InputStream open(String sha256) {
            return reached().open(sha256);
        }

        @Override
        public byte[] read(String sha256) {
            return reached().read(sha256);
        }

        @Override
        public OptionalLong size(String sha256) {
            return reached().size(sha256);
        }

        @Override
        public List<String> missing(Collection<String> hashes) {
            return reached().missing(hashes);
        }

        @Override
        public void delete(String sha256) {
            reached().delete(sha256);
        }
    }
}

package io.echelon.kvstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What every {@link BlobStore} does. */
public abstract class BlobStoreContract {
    private static final String OTHER = "0".repeat(64);

    /** The store under test, empty. */
    protected abstract BlobStore blobs();

    @Test
    void returnsWhatWasStored() throws IOException {
        for (int size : new int[] {0, 1, 100_000, 3_000_000}) {
            byte[] content = new byte[size];
            new Random(size).nextBytes(content);
            String hash = BlobHash.of(content);
            assertThat(blobs().contains(hash)).isFalse();
            blobs().put(hash, new ByteArrayInputStream(content));
            blobs().put(hash, content);
            assertThat(blobs().read(hash)).isEqualTo(content);
            try (InputStream stream = blobs().open(hash)) {
                assertThat(stream.readAllBytes()).isEqualTo(content);
            }
            assertThat(blobs().size(hash)).hasValue(size);
        }
    }

    @Test
    void refusesContentThatIsNotWhatItsHashSays() {
        assertRefused(ErrorCode.HASH_MISMATCH, () -> blobs().put(OTHER, new byte[] {1}));
        assertThat(blobs().contains(OTHER)).isFalse();
    }

    @Test
    void namesWhatIsMissing() {
        String hash = BlobHash.of(new byte[] {1});
        blobs().put(hash, new byte[] {1});
        assertThat(blobs().missing(List.of(OTHER, hash, OTHER))).containsExactly(OTHER);
        assertRefused(ErrorCode.NOT_FOUND, () -> blobs().read(OTHER));
        assertRefused(ErrorCode.NOT_FOUND, () -> blobs().open(OTHER));
        assertThat(blobs().size(OTHER)).isEmpty();
    }

    @Test
    void refusesNamesThatAreNoHashes() {
        for (String name : List.of("", "../../etc/passwd", "A".repeat(64), "0".repeat(63))) {
            assertRefused(ErrorCode.INVALID_ARGUMENT, () -> blobs().put(name, new byte[0]));
            assertRefused(ErrorCode.INVALID_ARGUMENT, () -> blobs().open(name));
            assertRefused(ErrorCode.INVALID_ARGUMENT, () -> blobs().missing(List.of(name)));
        }
    }

    @Test
    void refusesContentAboveTheLimit() {
        assertRefused(
                ErrorCode.PAYLOAD_TOO_LARGE,
                () -> blobs().put(OTHER, new Endless(KvLimits.BLOB_MAX_BYTES + 1)));
        assertThat(blobs().contains(OTHER)).isFalse();
    }

    @Test
    void forgetsWhatIsDeleted() {
        String hash = BlobHash.of(new byte[] {2});
        blobs().put(hash, new byte[] {2});
        blobs().delete(hash);
        blobs().delete(hash);
        assertThat(blobs().contains(hash)).isFalse();
    }

    protected static void assertRefused(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        EchelonException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    /** Zeros, as many as are asked for. */
    private static final class Endless extends InputStream {
        private long left;

        Endless(long bytes) {
            left = bytes;
        }

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            if (left <= 0) {
                return -1;
            }
            int count = (int) Math.min(length, left);
            left -= count;
            return count;
        }
    }
}

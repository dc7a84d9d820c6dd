package io.echelon.kvstore.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class WrittenSizesTest {
    private static final int KEY_BYTES = 1_024;
    private static final int MORE_THAN_FIT = 10_000;

    private final WrittenSizes sizes = new WrittenSizes();

    private static RowKey key(int number) {
        return new RowKey(ByteBuffer.allocate(KEY_BYTES).putInt(number).array());
    }

    @Test
    void knowsWhatWasWrittenLast() {
        assertThat(sizes.of(key(1))).isNull();
        sizes.written(key(1), 10);
        sizes.written(key(1), 20);
        sizes.written(key(2), Engine.ABSENT);
        assertThat(sizes.of(key(1))).isEqualTo(20);
        assertThat(sizes.of(key(2))).isEqualTo(Engine.ABSENT);
        sizes.forget();
        assertThat(sizes.of(key(1))).isNull();
    }

    @Test
    void forgetsWhatWasNotWrittenForLongest() {
        for (int i = 0; i < MORE_THAN_FIT; i++) {
            sizes.written(key(i), i);
            sizes.written(key(0), i);
        }
        assertThat(sizes.of(key(0))).isEqualTo(MORE_THAN_FIT - 1);
        assertThat(sizes.of(key(1))).isNull();
        int known = 0;
        for (int i = 0; i < MORE_THAN_FIT; i++) {
            known += sizes.of(key(i)) == null ? 0 : 1;
        }
        assertThat(known * KEY_BYTES).isBetween(3 * 1024 * 1024, 4 * 1024 * 1024);
    }

    /** What was written again and again counts once, and no other is pushed out by it. */
    @Test
    void countsWhatIsWrittenAgainOnce() {
        sizes.written(key(1), 1);
        for (int i = 0; i < MORE_THAN_FIT; i++) {
            sizes.written(key(0), i);
        }
        assertThat(sizes.of(key(1))).isEqualTo(1);
    }
}

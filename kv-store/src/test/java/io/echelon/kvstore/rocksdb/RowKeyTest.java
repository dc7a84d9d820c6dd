package io.echelon.kvstore.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RowKeyTest {
    /** Two to this power keys have the same hash. */
    private static final int PAIRS = 16;

    private static final byte[][] ALIKE = {{'A', 'a'}, {'B', 'B'}};

    /**
     * A caller may choose keys so that all of them hash alike, tens of thousands in one batch.
     * Compared one by one in its maps, they would stop every replica for seconds, again and again.
     */
    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void keysThatHashAlikeAreFoundAllTheSame() {
        List<RowKey> keys = new ArrayList<>();
        for (int i = 0; i < 1 << PAIRS; i++) {
            byte[] bytes = new byte[2 * PAIRS];
            for (int j = 0; j < PAIRS; j++) {
                System.arraycopy(ALIKE[i >> j & 1], 0, bytes, 2 * j, 2);
            }
            keys.add(new RowKey(bytes));
        }
        assertThat(keys.stream().mapToInt(RowKey::hashCode).distinct().count()).isOne();
        Map<RowKey, Integer> rows = new HashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            rows.put(keys.get(i), i);
        }
        for (int i = 0; i < keys.size(); i++) {
            assertThat(rows.get(new RowKey(keys.get(i).bytes()))).isEqualTo(i);
        }
    }
}

package io.echelon.kvstore.shards;

import io.echelon.kvstore.DatabaseSize;
import io.echelon.kvstore.ratis.RatisKvStore;
import io.echelon.tenants.DatabaseRef;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Spreads new databases of tenants over the shards: a database that is still small, and for which
 * nobody has said where it belongs, goes to the shard that holds the least. What is large is moved
 * by hand only, since it has to be copied.
 */
final class Balance {
    /** A database of so many bytes is copied in some hundredths of a second. */
    private static final long SMALL_BYTES = 256L * 1024;

    /** What a database counts for at least, so that many small ones are spread too. */
    private static final long COUNTED_BYTES_LEAST = 64L * 1024;

    private final Shards shards;
    private final PlacementTable table;

    Balance(Shards shards, PlacementTable table) {
        this.shards = shards;
        this.table = table;
    }

    /**
     * Writes into the table where new databases are to lie.
     *
     * @param rows what the table has
     */
    void place(List<PlacementTable.Entry> rows) {
        Set<String> placed = new HashSet<>();
        rows.forEach(row -> placed.add(row.database()));
        long[] held = shards.each().stream().mapToLong(Balance::held).toArray();
        for (DatabaseSize size : shards.first().sizes()) {
            if (size.bytes() <= SMALL_BYTES
                    && !placed.contains(size.name())
                    && DatabaseRef.ofStoreName(size.name()).isPresent()) {
                held[0] -= counted(size);
                int least = least(held);
                Placement here = Placement.in(0);
                var _ =
                        table.change(
                                        new PlacementTable.Entry(size.name(), here, null),
                                        least == 0 ? here : here.movingTo(least))
                                .join();
                held[least] += counted(size);
            }
        }
    }

    private static long held(RatisKvStore shard) {
        return shard.sizes().stream().mapToLong(Balance::counted).sum();
    }

    private static long counted(DatabaseSize size) {
        return Math.max(COUNTED_BYTES_LEAST, size.bytes());
    }

    private static int least(long[] held) {
        int least = 0;
        for (int i = 1; i < held.length; i++) {
            if (held[i] < held[least]) {
                least = i;
            }
        }
        return least;
    }
}

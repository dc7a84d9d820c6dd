package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.DatabaseSize;
import io.echelon.kvstore.Order;
import io.echelon.kvstore.StoreStatus;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.Range;
import org.rocksdb.SizeApproximationFlag;
import org.rocksdb.Slice;

/** Finds the databases that there are; from any thread. */
final class Databases {
    private static final byte[] NONE = {};

    private Databases() {}

    /** Names of all databases that have something in a family, by leaping from one to the next. */
    static List<String> in(Engine engine, Family family) {
        List<String> names = new ArrayList<>();
        byte[] from = NONE;
        while (true) {
            byte[] start = from;
            byte[] first =
                    engine.snapshot(
                            snapshot -> {
                                byte[][] found = {NONE};
                                snapshot.scan(
                                        family,
                                        start,
                                        RowKey.AFTER_ALL,
                                        Order.FORWARD,
                                        (key, _) -> {
                                            found[0] = key;
                                            return false;
                                        });
                                return found[0];
                            });
            if (first.length == 0) {
                return names;
            }
            String name = RowKey.database(first);
            names.add(name);
            from = RowKey.prefix(name);
            from[from.length - 1] = 1; // after all that begin with this name and a zero byte
        }
    }

    /** About how large each is: its share of the entries is taken to be that of the bytes. */
    static List<DatabaseSize> sizes(Engine engine) {
        StoreStatus.Files files = files(engine);
        double perByte =
                files.entries() / (double) Math.max(1, files.bytes() + files.memoryBytes());
        List<DatabaseSize> sizes = new ArrayList<>();
        for (String name : in(engine, Family.ROWS)) {
            long bytes = bytes(engine, name);
            sizes.add(new DatabaseSize(name, bytes, Math.round(bytes * perByte)));
        }
        return sizes;
    }

    /** What the files of all of them are like. */
    static StoreStatus.Files files(Engine engine) {
        return engine.inspect(
                (database, handles) ->
                        new StoreStatus.Files(
                                database.getAggregatedLongProperty("rocksdb.total-sst-files-size"),
                                database.getAggregatedLongProperty(
                                        "rocksdb.cur-size-all-mem-tables"),
                                database.getLongProperty(
                                        handles.apply(Family.ROWS), "rocksdb.estimate-num-keys"),
                                database.getAggregatedLongProperty(
                                        "rocksdb.estimate-pending-compaction-bytes"),
                                database.getLongProperty("rocksdb.num-running-compactions")));
    }

    private static long bytes(Engine engine, String name) {
        byte[] prefix = RowKey.prefix(name);
        byte[] end = prefix.clone();
        end[end.length - 1]++;
        return engine.inspect(
                (database, handles) -> {
                    try (Slice from = new Slice(prefix);
                            Slice to = new Slice(end)) {
                        return database.getApproximateSizes(
                                        handles.apply(Family.ROWS),
                                        List.of(new Range(from, to)),
                                        SizeApproximationFlag.INCLUDE_FILES,
                                        SizeApproximationFlag.INCLUDE_MEMTABLES)[0];
                    }
                });
    }
}

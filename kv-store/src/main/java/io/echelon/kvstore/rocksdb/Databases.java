package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.Order;
import io.echelon.kvstore.StoreStatus;
import java.util.ArrayList;
import java.util.List;

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
}

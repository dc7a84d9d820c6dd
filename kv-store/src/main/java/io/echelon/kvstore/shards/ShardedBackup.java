package io.echelon.kvstore.shards;

import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.StoreBackup;
import io.echelon.kvstore.rocksdb.PinnedBackup;
import io.echelon.tenants.BackupContents;
import io.echelon.tenants.BackupHead;
import io.echelon.tenants.BackupWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A backup of all shards. Each shows one state, a database lies in one of them, and all were kept
 * within a moment; databases of different shards may be a moment apart.
 */
final class ShardedBackup implements StoreBackup {
    private final List<PinnedBackup> each;

    /**
     * @param each by the shards' numbers
     */
    ShardedBackup(List<PinnedBackup> each) {
        this.each = List.copyOf(each);
    }

    /** That of the first shard, behind the versionstamps of all. */
    @Override
    public BackupHead head(String version) {
        BackupHead head = each.getFirst().head(version);
        long last = head.lastGroup();
        for (PinnedBackup shard : each) {
            last = Math.max(last, shard.head(version).lastGroup());
        }
        return new BackupHead(head.rows(), head.identity(), last, head.takenAt(), head.version());
    }

    @Override
    public List<BackupContents.Database> write(BackupWriter out) throws IOException {
        List<BackupContents.Database> databases = new ArrayList<>();
        for (PinnedBackup shard : each) {
            databases.addAll(shard.write(out));
        }
        databases.sort(Comparator.comparing(BackupContents.Database::name));
        return databases;
    }

    @Override
    public List<KvEntry> below(String database, KvKey prefix) {
        for (PinnedBackup shard : each.reversed()) {
            if (shard.has(database)) {
                return shard.below(database, prefix);
            }
        }
        return List.of();
    }

    /**
     * Whether each database lay in one of the shards; otherwise one was just passing from one to
     * another.
     */
    boolean isWhole() {
        Set<String> moved = new HashSet<>();
        each.forEach(shard -> moved.addAll(shard.moved()));
        return moved.stream()
                .allMatch(
                        database ->
                                each.stream().filter(shard -> shard.has(database)).count() == 1);
    }

    @Override
    public void close() {
        each.forEach(PinnedBackup::close);
    }
}

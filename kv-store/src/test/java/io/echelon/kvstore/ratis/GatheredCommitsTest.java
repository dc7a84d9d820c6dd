package io.echelon.kvstore.ratis;

import static io.echelon.kvstore.Await.committed;
import static io.echelon.kvstore.Await.result;
import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.CommitResult;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.Versionstamp;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commits that come to the leader from several members at a time. */
class GatheredCommitsTest {
    private static final List<String> MEMBERS = List.of("a", "b", "c");
    private static final int AT_ONCE = 20;
    private static final KvKey COUNT = KvKey.of("count");

    /** Each adds one to the same number, and no two have the same versionstamp. */
    @Test
    @Timeout(120)
    void becomeOneEntryAndAreDoneEachOnce(@TempDir Path folder) throws IOException {
        try (Group3 group = new Group3(folder, options -> options)) {
            Map<Versionstamp, String> made = new HashMap<>();
            while (!hasSharedEntry(made)) {
                commitFromAll(group, made);
            }
            KvDatabase database = group.store(group.follower()).database("test");
            assertThat(result(database.get(COUNT)).orElseThrow().value())
                    .isEqualTo(KvValue.u64(made.size()));
        }
    }

    private static void commitFromAll(Group3 group, Map<Versionstamp, String> made) {
        Map<String, List<CompletableFuture<CommitResult>>> underWay = new HashMap<>();
        for (int i = 0; i < AT_ONCE; i++) {
            for (String member : MEMBERS) {
                underWay.computeIfAbsent(member, _ -> new ArrayList<>())
                        .add(
                                group.store(member)
                                        .database("test")
                                        .commit(AtomicWrite.builder().sum(COUNT, 1).build()));
            }
        }
        underWay.forEach(
                (member, commits) ->
                        commits.forEach(
                                commit ->
                                        assertThat(made.put(committed(commit), member)).isNull()));
    }

    /** Whether an entry has commits of two members. */
    private static boolean hasSharedEntry(Map<Versionstamp, String> made) {
        Map<Long, Set<String>> members = new HashMap<>();
        made.forEach(
                (stamp, member) ->
                        members.computeIfAbsent(stamp.group(), _ -> new HashSet<>()).add(member));
        return members.values().stream().anyMatch(each -> each.size() > 1);
    }
}

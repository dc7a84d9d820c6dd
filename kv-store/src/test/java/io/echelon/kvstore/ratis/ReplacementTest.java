package io.echelon.kvstore.ratis;

import static io.echelon.kvstore.Await.committed;
import static io.echelon.kvstore.Await.result;
import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.Versionstamp;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplacementTest {
    @TempDir Path folder;

    @Test
    void aNewReplicaCatchesUpBySnapshotInThePlaceOfOneThatLostItsFiles() throws Exception {
        try (Group3 group =
                new Group3(folder, options -> options.withSnapshotEveryBytes(256 * 1024))) {
            RatisKvStore leader = group.store(group.leader());
            KvDatabase database = leader.database("test");
            String lost = group.follower();
            group.stop(lost);
            KvValue value = KvValue.bytes(new byte[60_000]);
            for (int i = 0; i < 400; i++) {
                committed(database.set(KvKey.of("row", i % 40), value));
            }
            Member member = Group3.freeMembers("d").getFirst();
            RatisKvStore joined = group.join(member, lost);
            result(leader.replace(lost, member));
            Versionstamp last = committed(database.set(KvKey.of("last"), KvValue.u64(1)));
            assertThat(
                            result(joined.database("test").get(KvKey.of("last")))
                                    .orElseThrow()
                                    .versionstamp())
                    .isEqualTo(last);
            assertThat(result(joined.database("test").get(KvKey.of("row", 39)))).isPresent();
            assertThat(joined.checksum()).isEqualTo(leader.checksum());
            // The new one counts: without it there is no majority once another is gone.
            String other =
                    List.of("a", "b", "c").stream()
                            .filter(name -> !name.equals(lost) && group.store(name) != leader)
                            .findFirst()
                            .orElseThrow();
            group.stop(other);
            committed(database.set(KvKey.of("after"), KvValue.u64(2)));
        }
    }
}

package io.echelon.kvstore.ratis;

import static io.echelon.kvstore.Await.committed;
import static io.echelon.kvstore.Await.result;
import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.StoreMark;
import io.echelon.kvstore.StoreStatus;
import io.echelon.kvstore.Versionstamp;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
            assertThat(joined.sizes()).isEqualTo(leader.sizes());
            assertThat(joined.sizes("test")).singleElement().extracting("entries").isEqualTo(41L);
            StoreMark mark = result(leader.mark());
            assertThat(result(joined.digest(mark))).isEqualTo(result(leader.digest(mark)));
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

    @Test
    void oneThatIsNotTakenInYetNeverRunsForElection() throws Exception {
        try (Group3 group = new Group3(folder, options -> options)) {
            RatisKvStore leader = group.store(group.leader());
            committed(leader.database("test").set(KvKey.of("row"), KvValue.u64(1)));
            String lost = group.follower();
            group.stop(lost);
            Member member = Group3.freeMembers("d").getFirst();
            RatisKvStore joining = group.join(member, lost);
            long end = System.nanoTime() + 4 * RatisOptions.LEADER_SILENCE_DEFAULT.toNanos();
            while (System.nanoTime() - end < 0) {
                assertThat(joining.status().role()).isEqualTo(StoreStatus.Role.FOLLOWER);
                TimeUnit.MILLISECONDS.sleep(1);
            }
            assertThat(joining.status().voters()).doesNotContain("d");
            result(leader.replace(lost, member));
            assertThat(result(joining.database("test").get(KvKey.of("row")))).isPresent();
            assertThat(joining.status().voters()).contains("d");
        }
    }

    @Test
    void oneThatWasTakenInIsAMemberAfterARestartToo() throws Exception {
        try (Group3 group = new Group3(folder, options -> options)) {
            RatisKvStore leader = group.store(group.leader());
            String lost = group.follower();
            group.stop(lost);
            Member member = Group3.freeMembers("d").getFirst();
            group.join(member, lost);
            result(leader.replace(lost, member));
            committed(leader.database("test").set(KvKey.of("row"), KvValue.u64(1)));
            group.stop("d");
            RatisKvStore again = group.join(member, lost);
            assertThat(again.status().voters()).contains("d");
            // It is needed for a majority once another is gone.
            group.stop(group.otherFollower("d"));
            committed(leader.database("test").set(KvKey.of("row"), KvValue.u64(2)));
        }
    }
}

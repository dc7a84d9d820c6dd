package io.echelon.kvstore.ratis;

import static io.echelon.kvstore.Await.committed;
import static io.echelon.kvstore.Await.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echelon.kvstore.Consistency;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvSubscription;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.Versionstamp;
import io.echelon.kvstore.WatchProbe;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A group that changes while it serves. */
class MembershipTest {
    private static final KvKey KEY = KvKey.of("key");

    @TempDir Path folder;

    private Group3 group;

    @BeforeEach
    void open() throws IOException {
        group = new Group3(folder, options -> options);
    }

    @AfterEach
    void close() {
        group.close();
    }

    @Test
    void aReplicaThatIsAddedCountsAndOneThatIsRemovedDoesNot() throws IOException {
        KvDatabase database = group.store(group.leader()).database("test");
        committed(database.set(KEY, KvValue.u64(1)));
        Member member = Group3.freeMembers("d").getFirst();
        RatisKvStore added = group.join(member, RatisOptions.Part.VOTER);
        change(led -> led.add(member, RatisOptions.Part.VOTER));
        committed(added.database("test").set(KEY, KvValue.u64(2)));
        String removed = group.otherFollower("d");
        change(led -> led.remove(removed));
        group.stop(removed);
        // Of the three that are left two are a majority.
        group.stop(group.otherFollower("d"));
        committed(database.set(KEY, KvValue.u64(3)));
        assertThat(result(added.database("test").get(KEY)).orElseThrow().value())
                .isEqualTo(KvValue.u64(3));
    }

    @Test
    void aListenerServesWhatTheOthersCommitAndNobodyWaitsForIt() throws Exception {
        KvDatabase database = group.store(group.leader()).database("test");
        committed(database.set(KEY, KvValue.u64(1)));
        Member member = Group3.freeMembers("d").getFirst();
        RatisKvStore listener = group.join(member, RatisOptions.Part.LISTENER);
        change(led -> led.add(member, RatisOptions.Part.LISTENER));
        KvDatabase here = listener.database("test");
        WatchProbe probe = new WatchProbe();
        try (KvSubscription _ = here.watch(List.of(KEY), probe)) {
            Versionstamp last = committed(database.set(KEY, KvValue.u64(2)));
            probe.until(
                    told ->
                            told.getFirst()
                                    .filter(entry -> entry.versionstamp().equals(last))
                                    .isPresent());
        }
        assertThat(
                        result(here.get(List.of(KEY), Consistency.EVENTUAL))
                                .getFirst()
                                .orElseThrow()
                                .value())
                .isEqualTo(KvValue.u64(2));
        // What it is asked for it has the leader do, and reads strongly itself.
        committed(here.set(KEY, KvValue.u64(3)));
        assertThat(result(here.get(KEY)).orElseThrow().value()).isEqualTo(KvValue.u64(3));
        group.stop("d");
        group.stop(group.otherFollower("d"));
        committed(database.set(KEY, KvValue.u64(4)));
        RatisKvStore back = group.join(member, RatisOptions.Part.LISTENER);
        assertThat(result(back.database("test").get(KEY)).orElseThrow().value())
                .isEqualTo(KvValue.u64(4));
    }

    @Test
    void aListenerHasItselfTakenInAlsoAfterItHasLostItsFiles() throws Exception {
        KvDatabase database = group.store(group.leader()).database("test");
        Member member = Group3.freeMembers("d").getFirst();
        for (long life = 0; life < 2; life++) {
            committed(database.set(KEY, KvValue.u64(life)));
            RatisKvStore listener = group.join(member, RatisOptions.Part.LISTENER);
            // Nobody is told of it; a strong read waits until it has what the others have.
            assertThat(result(listener.database("test").get(KEY)).orElseThrow().value())
                    .isEqualTo(KvValue.u64(life));
            group.stop("d");
            group.deleteFiles("d");
        }
    }

    /** Has whoever leads do it; that may be another one by the time it is asked. */
    private void change(Function<RatisKvStore, CompletableFuture<Void>> how) {
        while (true) {
            try {
                result(how.apply(group.store(group.leader())));
                return;
            } catch (EchelonException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT);
            }
        }
    }

    @Test
    void onlyTheLeaderChangesTheGroup() {
        RatisKvStore follower = group.store(group.follower());
        assertThatThrownBy(() -> result(follower.remove("a")))
                .isInstanceOfSatisfying(
                        EchelonException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.CONFLICT));
    }
}

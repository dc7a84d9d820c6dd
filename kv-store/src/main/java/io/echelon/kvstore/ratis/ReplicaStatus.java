package io.echelon.kvstore.ratis;

import io.echelon.kvstore.StoreStatus;
import java.io.File;
import java.util.Arrays;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;

/** Tells how a replica is doing; from any thread. */
final class ReplicaStatus {
    private ReplicaStatus() {}

    static StoreStatus of(
            Replica replica,
            RaftServer.Division division,
            RatisOptions options,
            StoreStatus.Files files) {
        return new StoreStatus(
                replica.self(),
                role(division.getInfo(), options),
                replica.leader(),
                replica.term(),
                replica.committedIndex(),
                replica.state().applied().get(),
                replica.quorums().getFirst().stream().sorted().toList(),
                logBytes(division),
                files);
    }

    private static StoreStatus.Role role(DivisionInfo info, RatisOptions options) {
        if (!info.isAlive()) {
            return StoreStatus.Role.ENDED;
        }
        if (options.isAlone()) {
            return StoreStatus.Role.ALONE;
        }
        return switch (info.getCurrentRole()) {
            case LEADER -> StoreStatus.Role.LEADER;
            case FOLLOWER -> StoreStatus.Role.FOLLOWER;
            case LISTENER -> StoreStatus.Role.LISTENER;
            case CANDIDATE, UNRECOGNIZED -> StoreStatus.Role.CANDIDATE;
        };
    }

    /** The size of the files of the log; what is purged while they are counted may be missing. */
    private static long logBytes(RaftServer.Division division) {
        File[] files = division.getRaftStorage().getStorageDir().getCurrentDir().listFiles();
        return files == null ? 0 : Arrays.stream(files).mapToLong(File::length).sum();
    }
}

package io.echelon.kvstore;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a store is doing, as one of the processes that have it sees it.
 *
 * @param replica its name; null when there are no replicas
 * @param leader name of the replica that leads as far as is known here; null when none does
 * @param term of the election that the leader won, or that is under way; 0 without replicas
 * @param committed index of the last entry of the log that a majority is known to have; the number
 *     of the last group of commits without replicas
 * @param applied index of the last one that is applied here
 * @param voters names of the replicas that decide; none without replicas
 * @param logBytes size of the log
 * @param files what its files are like
 */
public record StoreStatus(
        @Nullable String replica,
        Role role,
        @Nullable String leader,
        long term,
        long committed,
        long applied,
        List<String> voters,
        long logBytes,
        Files files) {
    public StoreStatus {
        voters = List.copyOf(voters);
    }

    /** What it does for the others. */
    public enum Role {
        /** There are no others. */
        ALONE,
        LEADER,
        FOLLOWER,
        LISTENER,
        /** It wants to lead, or has been cut off from the others. */
        CANDIDATE,
        /** It has ended. */
        ENDED
    }

    /**
     * Files with rows, and what is to be done with them.
     *
     * @param bytes their size
     * @param memoryBytes of what is not in them yet
     * @param entries about how many there are
     * @param compactionBytes about how many have to be written anew
     * @param compactions how many writings are under way
     */
    public record Files(
            long bytes, long memoryBytes, long entries, long compactionBytes, long compactions) {}
}

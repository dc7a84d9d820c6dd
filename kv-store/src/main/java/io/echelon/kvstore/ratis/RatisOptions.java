package io.echelon.kvstore.ratis;

import io.echelon.kvstore.rocksdb.RocksOptions;
import io.echelon.kvstore.rocksdb.Standing;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link RatisKvStore} is opened.
 *
 * <p>Addresses may differ from one opening to the next; names may not.
 *
 * @param state where it keeps its files, its clock, the space it leaves free and when it sweeps
 * @param group identity of the group; the same for all its members
 * @param self this replica
 * @param members all replicas of the group, this one too; as they will be, when it is to join them.
 *     What the group has agreed on since then has precedence.
 * @param snapshotEveryBytes size of the log after which it is replaced by a snapshot, at least 1
 * @param tls what members prove to one another who they are with; null for a replica that is alone,
 *     or whose address is of this machine only, which others cannot reach
 * @param listeners names of the members that only follow; what the group has agreed on has
 *     precedence
 * @param leaderSilence shortest silence of a leader, at least 100 ms, after which another may be
 *     elected; the longest is twice that
 * @param origin what a replica begins with that has never been one
 * @param shard that the group is one of several of a store; null when it is the only one
 */
public record RatisOptions(
        RocksOptions state,
        UUID group,
        Member self,
        List<Member> members,
        long snapshotEveryBytes,
        @Nullable MemberTls tls,
        Set<String> listeners,
        Duration leaderSilence,
        Origin origin,
        @Nullable Shard shard) {
    public static final long SNAPSHOT_EVERY_BYTES_DEFAULT = 256L * 1024 * 1024;
    public static final Duration LEADER_SILENCE_DEFAULT = Duration.ofMillis(300);

    private static final int LEADER_SILENCE_MIN_MS = 100;

    /** What a replica does in its group. */
    public enum Part {
        /** Its disk counts for what is acknowledged, and it may lead. */
        VOTER,
        /** It follows, and serves what it has; nobody waits for it. */
        LISTENER
    }

    /** What a replica of several begins with. */
    public enum Origin {
        /** Nothing, as all others of a new group. */
        EMPTY,
        /**
         * What the others have, once their leader is told to take it in. Before that it is no
         * member: it does not vote, and cannot be elected.
         */
        OTHERS,
        /** The files of a store that one process alone has written, the same for all members. */
        SAME_COPY
    }

    private static final UUID ALONE = UUID.fromString("6563686f-6c6f-4e00-8000-000000000001");

    public RatisOptions {
        members = List.copyOf(members);
        listeners = Set.copyOf(listeners);
        if (!members.contains(self)) {
            throw new IllegalArgumentException(
                    "The replica %s is not among the members %s of its group"
                            .formatted(self, members));
        }
        if (leaderSilence.toMillis() < LEADER_SILENCE_MIN_MS) {
            throw new IllegalArgumentException(
                    "A leader's silence of %s is too short; at least %d ms are needed"
                            .formatted(leaderSilence, LEADER_SILENCE_MIN_MS));
        }
        if (members.stream().map(Member::id).distinct().count() != members.size()) {
            throw new IllegalArgumentException("Two members of %s share a name".formatted(members));
        }
        if (tls == null && members.size() > 1 && !self.isLocal()) {
            throw new IllegalArgumentException(
                    "The replica %s can be reached at %s by others than its members; give it a certificate"
                            .formatted(self.id(), self.address()));
        }
    }

    /** A group of this replica alone, which talks to no network. */
    public static RatisOptions alone(RocksOptions state) {
        Member self = new Member("node-1", "localhost:0");
        return of(state, ALONE, self, List.of(self), null);
    }

    /** One of several replicas. */
    public static RatisOptions of(
            RocksOptions state,
            UUID group,
            Member self,
            List<Member> members,
            @Nullable MemberTls tls) {
        return new RatisOptions(
                state,
                group,
                self,
                members,
                SNAPSHOT_EVERY_BYTES_DEFAULT,
                tls,
                Set.of(),
                LEADER_SILENCE_DEFAULT,
                Origin.EMPTY,
                null);
    }

    public RatisOptions withState(RocksOptions newState) {
        return new RatisOptions(
                newState,
                group,
                self,
                members,
                snapshotEveryBytes,
                tls,
                listeners,
                leaderSilence,
                origin,
                shard);
    }

    public RatisOptions withSnapshotEveryBytes(long bytes) {
        return new RatisOptions(
                state, group, self, members, bytes, tls, listeners, leaderSilence, origin, shard);
    }

    public RatisOptions withTls(MemberTls newTls) {
        return new RatisOptions(
                state,
                group,
                self,
                members,
                snapshotEveryBytes,
                newTls,
                listeners,
                leaderSilence,
                origin,
                shard);
    }

    public RatisOptions withListeners(Set<String> newListeners) {
        return new RatisOptions(
                state,
                group,
                self,
                members,
                snapshotEveryBytes,
                tls,
                newListeners,
                leaderSilence,
                origin,
                shard);
    }

    public RatisOptions withLeaderSilence(Duration newLeaderSilence) {
        return new RatisOptions(
                state,
                group,
                self,
                members,
                snapshotEveryBytes,
                tls,
                listeners,
                newLeaderSilence,
                origin,
                shard);
    }

    public RatisOptions withOrigin(Origin newOrigin) {
        return new RatisOptions(
                state,
                group,
                self,
                members,
                snapshotEveryBytes,
                tls,
                listeners,
                leaderSilence,
                newOrigin,
                shard);
    }

    /** The same of one of several groups of the store, with files of its own. */
    public RatisOptions withShard(RocksOptions newState, Shard newShard) {
        return new RatisOptions(
                newState,
                newShard.group(),
                self,
                members,
                snapshotEveryBytes,
                tls,
                listeners,
                leaderSilence,
                origin,
                newShard);
    }

    /** How databases stand in the group of which nothing is said. */
    Standing unlisted() {
        return shard == null ? Standing.HERE : shard.unlisted();
    }

    /** Where other members come in. */
    Entrance entrance() {
        return shard == null ? new Entrance() : shard.entrance();
    }

    /** The voter that should lead when it can; null where it may be any. */
    @Nullable String preferredLeader() {
        return shard == null ? null : shard.preferredLeader(voters());
    }

    /** What a member does in the group. */
    Part part(Member member) {
        return listeners.contains(member.id()) ? Part.LISTENER : Part.VOTER;
    }

    /** The members that a majority is counted of. */
    List<Member> voters() {
        return members.stream().filter(member -> part(member) == Part.VOTER).toList();
    }

    /**
     * The members that a group begins with, as far as this one may know: none for a voter that is
     * to join. One that believes to be a member may run for election while it is taken in, is told
     * that it is none, and ends.
     */
    List<Member> beginning() {
        return origin == Origin.OTHERS && part(self) == Part.VOTER ? List.of() : members;
    }

    boolean isAlone() {
        return members.size() == 1;
    }
}

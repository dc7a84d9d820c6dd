package io.echelon.kvstore.ratis;

import io.echelon.kvstore.rocksdb.Standing;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/**
 * That a group is one of several of a store.
 *
 * @param number from 0; in the first one lie the databases of which nothing else is said
 * @param store identity of the store, which is that of its first group
 * @param entrance where members of all its groups come in
 */
public record Shard(int number, UUID store, Entrance entrance) {
    /** Identity of the shard's group; the first one has the store's. */
    public UUID group() {
        return number == 0
                ? store
                : UUID.nameUUIDFromBytes(
                        "%s/shard-%d".formatted(store, number).getBytes(StandardCharsets.UTF_8));
    }

    /** How databases stand in it of which nothing is said. */
    Standing unlisted() {
        return number == 0 ? Standing.HERE : Standing.ELSEWHERE;
    }

    /** The voter that should lead, so that each leads some of the shards. */
    String preferredLeader(List<Member> voters) {
        List<String> names =
                voters.stream().map(Member::id).sorted(Comparator.naturalOrder()).toList();
        return names.get(number % names.size());
    }
}

package io.echelon.edgeruntime;

import io.echelon.kvstore.ratis.Member;
import io.echelon.kvstore.shards.ShardedKvStore;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The replicas of the platform's store, of which this node has one.
 *
 * @param group identity of their group
 * @param self this node's replica
 * @param all every replica, this node's too
 * @param nodes the ids of their nodes, in the same order
 * @param listeners names of those that only follow
 * @param voters internal addresses of the nodes with the other replicas, those that follow excepted
 * @param shards how many shards the store has
 * @param replaces the replica whose place this node's is to take; null when it has a place
 */
record StoreMembers(
        UUID group,
        Member self,
        List<Member> all,
        List<String> nodes,
        Set<String> listeners,
        List<URI> voters,
        int shards,
        @Nullable String replaces) {
    /** Whether this node's replica only follows. */
    boolean isListener() {
        return listeners.contains(self.id());
    }

    /** What a configuration says of them; empty when this node has no replica. */
    static Optional<StoreMembers> of(EdgeConfiguration configuration) {
        String members = configuration.storeMembers().orElse("");
        String group = configuration.storeGroup().orElse("");
        if (members.isEmpty() && group.isEmpty()) {
            return Optional.empty();
        }
        if (members.isEmpty() || group.isEmpty() || configuration.store().equals("local")) {
            throw EdgeEnvironment.refuse(
                    "A replica of the store needs ECHELON_STORE_MEMBERS, ECHELON_STORE_GROUP and in ECHELON_STORE the internal addresses of the members' nodes");
        }
        List<URI> nodes = EdgeEnvironment.storeAddresses(configuration);
        try {
            List<Member> all = new ArrayList<>();
            List<String> names = new ArrayList<>();
            for (String member : members.split(",", -1)) {
                int sign = member.indexOf('=');
                if (sign < 0) {
                    throw new IllegalArgumentException(
                            "\"%s\" is not NODE=HOST:PORT".formatted(member));
                }
                String name = member.substring(0, sign).strip();
                int slash = name.indexOf('/');
                names.add(slash < 0 ? name : name.substring(0, slash));
                all.add(new Member(name.substring(slash + 1), member.substring(sign + 1)));
            }
            int self = names.indexOf(configuration.nodeId());
            if (self < 0 || names.stream().distinct().count() != names.size()) {
                throw new IllegalArgumentException(
                        "it must name %s, and no node twice".formatted(configuration.nodeId()));
            }
            Set<String> listeners = listeners(configuration);
            int count = all.size() - listeners.size();
            if (nodes.size() != count
                    || !Set.copyOf(names.subList(count, names.size())).equals(listeners)) {
                throw new IllegalArgumentException(
                        "it names %s, of which %s only follow and must come last, and ECHELON_STORE has %d addresses for the others"
                                .formatted(names, listeners, nodes.size()));
            }
            List<URI> others = new ArrayList<>(nodes);
            if (self < count) {
                others.remove(self);
            }
            return Optional.of(
                    new StoreMembers(
                            UUID.fromString(group),
                            all.get(self),
                            List.copyOf(all),
                            List.copyOf(names),
                            listeners,
                            List.copyOf(others),
                            shards(configuration),
                            configuration.storeReplaces().orElse(null)));
        } catch (IllegalArgumentException e) {
            throw EdgeEnvironment.refuse(
                    "ECHELON_STORE_MEMBERS is \"%s\" and ECHELON_STORE_GROUP \"%s\", which cannot be: %s"
                            .formatted(members, group, e.getMessage()));
        }
    }

    private static int shards(EdgeConfiguration configuration) {
        int shards = configuration.storeShards();
        if (shards < 1 || shards > ShardedKvStore.SHARDS_MAX) {
            throw EdgeEnvironment.refuse(
                    "ECHELON_STORE_SHARDS is %d; it must be from 1 to %d"
                            .formatted(shards, ShardedKvStore.SHARDS_MAX));
        }
        return shards;
    }

    private static Set<String> listeners(EdgeConfiguration configuration) {
        String named = configuration.storeListeners().orElse("");
        return named.isEmpty()
                ? Set.of()
                : Stream.of(named.split(",", -1)).map(String::strip).collect(Collectors.toSet());
    }
}

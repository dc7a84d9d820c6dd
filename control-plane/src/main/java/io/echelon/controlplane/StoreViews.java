package io.echelon.controlplane;

import io.echelon.kvstore.DatabasePlace;
import io.echelon.kvstore.StoreDesk;
import io.echelon.kvstore.StoreDigest;
import io.echelon.kvstore.StoreStatus;
import io.echelon.tenants.DatabaseRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the routes of the store answer. */
public final class StoreViews {
    private StoreViews() {}

    /** The nodes that have files of the store. */
    public record Store(List<Replica> replicas) {}

    /** Where databases of tenants lie that are, or were, in another shard than the first. */
    public record Databases(List<Place> databases, @Nullable String cursor) {}

    /**
     * The move of a database.
     *
     * @param shard where it is to lie, 0 to the number of shards less one
     */
    public record MoveRequest(@Nullable Integer shard) {}

    /**
     * In which shard of the store a database lies.
     *
     * @param movingTo the shard that it is being moved to; null when it stays
     */
    public record Place(String tenant, String database, int shard, @Nullable Integer movingTo) {
        /** Their order in lists. */
        String sortedBy() {
            return tenant + "/" + database;
        }

        boolean isOf(DatabaseRef ref) {
            return tenant.equals(ref.tenant().value()) && database.equals(ref.database());
        }

        static List<Place> of(List<DatabasePlace> places) {
            return places.stream()
                    .flatMap(
                            place ->
                                    DatabaseRef.ofStoreName(place.name())
                                            .map(
                                                    database ->
                                                            new Place(
                                                                    database.tenant().value(),
                                                                    database.database(),
                                                                    place.shard(),
                                                                    place.movingTo()))
                                            .stream())
                    .toList();
        }
    }

    /**
     * A shard of the store on one node.
     *
     * @param shard its number, from 0
     * @param node its name, or its address when no node that is alive has it
     * @param replica name of its replica; null when there are none
     * @param role in lower case, {@code unreachable} when the node does not answer
     * @param behind how many entries of the log it has still to apply, of those that a majority is
     *     known to have; null when the node does not answer
     * @param status the rest; null when the node does not answer
     */
    public record Replica(
            int shard,
            String node,
            @Nullable String replica,
            String role,
            @Nullable Long behind,
            @Nullable StoreStatus status) {
        static List<Replica> of(List<StoreDesk.Node> nodes, NodeNames names) {
            int shards = nodes.stream().mapToInt(node -> node.shards().size()).max().orElse(1);
            List<Replica> all = new ArrayList<>();
            for (int shard = 0; shard < Math.max(1, shards); shard++) {
                all.addAll(of(shard, nodes, names));
            }
            return all;
        }

        private static List<Replica> of(int shard, List<StoreDesk.Node> nodes, NodeNames names) {
            long committed =
                    nodes.stream()
                            .flatMap(node -> Stream.ofNullable(status(node, shard)))
                            .mapToLong(StoreStatus::committed)
                            .max()
                            .orElse(0);
            return nodes.stream()
                    .map(
                            node ->
                                    of(
                                            shard,
                                            names.of(node.address()),
                                            status(node, shard),
                                            committed))
                    .toList();
        }

        private static @Nullable StoreStatus status(StoreDesk.Node node, int shard) {
            return shard < node.shards().size() ? node.shards().get(shard) : null;
        }

        private static Replica of(
                int shard, String node, @Nullable StoreStatus status, long committed) {
            return status == null
                    ? new Replica(shard, node, null, "unreachable", null, null)
                    : new Replica(
                            shard,
                            node,
                            status.replica(),
                            status.role().name().toLowerCase(Locale.ROOT),
                            Math.max(0, committed - status.applied()),
                            status);
        }
    }

    /**
     * What the nodes have at one mark.
     *
     * @param equal whether all of them answered and have the same
     */
    public record Verification(boolean equal, List<Verified> replicas) {
        static Verification of(List<StoreDesk.Verified> nodes, NodeNames names) {
            List<StoreDigest> digests =
                    nodes.stream()
                            .map(StoreDesk.Verified::digest)
                            .filter(Objects::nonNull)
                            .distinct()
                            .toList();
            boolean all = nodes.stream().allMatch(node -> node.digest() != null);
            return new Verification(
                    all && digests.size() == 1,
                    nodes.stream()
                            .map(
                                    node ->
                                            new Verified(
                                                    names.of(node.address()),
                                                    node.digest(),
                                                    node.failure()))
                            .toList());
        }
    }

    /**
     * What one node has.
     *
     * @param digest null when it could not tell
     * @param failure why; null when it could
     */
    public record Verified(String node, @Nullable StoreDigest digest, @Nullable String failure) {}
}

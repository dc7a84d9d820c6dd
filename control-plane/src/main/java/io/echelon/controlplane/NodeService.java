package io.echelon.controlplane;

import io.echelon.controlplane.SystemDatabase.Row;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.KvKey;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.NodeMemberRecord;
import io.echelon.tenants.NodeOrder;
import io.echelon.tenants.NodeRecord;
import io.echelon.tenants.NodeState;
import io.echelon.tenants.SystemRows;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the operator decides about nodes; they read it every second and act on it. */
@Singleton
final class NodeService {
    /** Within that time, nodes refuse one that was removed. */
    private static final Duration REFUSED = Duration.ofMillis(2_500);

    private final SystemDatabase database;
    private final Change change;
    private final InstantSource clock;

    NodeService(SystemDatabase database, Change change, InstantSource clock) {
        this.database = database;
        this.change = change;
        this.clock = clock;
    }

    /** The nodes that are alive, as they are or are about to be. */
    List<NodeRecord> alive() {
        Set<String> ordered =
                database.all(SystemRows.nodeOrders(), NodeOrder.class).stream()
                        .map(row -> row.value().node())
                        .collect(Collectors.toSet());
        return database.nodes().stream()
                .map(
                        node ->
                                !ordered.contains(node.id())
                                        ? node.in(NodeState.READY)
                                        : node.state() == NodeState.READY
                                                ? node.in(NodeState.DRAINING)
                                                : node)
                .toList();
    }

    /** Has a node stand by; one that does already goes on so. */
    NodeOrder drain(String node, Caller caller) {
        requireKnown(node);
        while (true) {
            Optional<Row<NodeOrder>> present = order(node);
            if (present.isPresent()) {
                return standing(present.get().value());
            }
            NodeOrder order =
                    new NodeOrder(node, NodeOrder.Wanted.DRAINED, clock.instant(), caller.actor());
            KvKey key = KvKey.of(SystemRows.nodeOrder(node));
            if (database.commit(
                    AtomicWrite.builder().checkAbsent(key).set(key, SystemDatabase.value(order)))) {
                change.to(Map.of("wanted", order.wanted()));
                return order;
            }
        }
    }

    /** Has a node serve again; one that does already goes on. */
    void undrain(String node) {
        requireKnown(node);
        while (true) {
            Optional<Row<NodeOrder>> present = order(node);
            if (present.isEmpty()) {
                return;
            }
            Row<NodeOrder> drained = present.get();
            var _ = standing(drained.value());
            KvKey key = KvKey.of(SystemRows.nodeOrder(node));
            if (database.commit(AtomicWrite.builder().check(key, drained.stamp()).delete(key))) {
                change.from(Map.of("wanted", drained.value().wanted()));
                return;
            }
        }
    }

    /**
     * Has a node of another machine be no part of the platform any more, for good. When this
     * returns, nothing of the platform lets it in.
     */
    void remove(String node, Caller caller) {
        requireKnown(node);
        KvKey key = KvKey.of(SystemRows.nodeMember(node));
        Row<NodeMemberRecord> member =
                database.get(SystemRows.nodeMember(node), NodeMemberRecord.class)
                        .orElseThrow(
                                () -> {
                                    order(node).map(Row::value).ifPresent(NodeService::standing);
                                    return new EchelonException(
                                            ErrorCode.CONFLICT,
                                            "The node %s did not join from another machine; `edge up --nodes` says how many there are on the platform's own"
                                                    .formatted(node));
                                });
        NodeOrder order =
                new NodeOrder(node, NodeOrder.Wanted.REMOVED, clock.instant(), caller.actor());
        if (!database.commit(
                withoutRows(node)
                        .check(key, member.stamp())
                        .delete(key)
                        .set(KvKey.of(SystemRows.nodeOrder(node)), SystemDatabase.value(order)))) {
            throw new EchelonException(
                    ErrorCode.CONFLICT, "The node is being removed by somebody else");
        }
        change.from(
                Map.of(
                        "address",
                        member.value().address(),
                        "keySha256",
                        member.value().keySha256()));
        change.to(Map.of("wanted", order.wanted()));
        // What it had begun before it was refused may have renewed its row.
        LockSupport.parkNanos(REFUSED.toNanos());
        var _ = database.commit(withoutRows(node));
    }

    private static AtomicWrite.Builder withoutRows(String node) {
        return AtomicWrite.builder()
                .delete(KvKey.of(SystemRows.node(node)))
                .delete(KvKey.of(SystemRows.knownNode(node)));
    }

    private static NodeOrder standing(NodeOrder order) {
        if (order.wanted() == NodeOrder.Wanted.REMOVED) {
            throw new EchelonException(
                    ErrorCode.CONFLICT,
                    "The node %s was removed at %s, for good; let the machine join anew, under another name"
                            .formatted(order.node(), order.since()));
        }
        return order;
    }

    private Optional<Row<NodeOrder>> order(String node) {
        return database.get(SystemRows.nodeOrder(node), NodeOrder.class);
    }

    private void requireKnown(String node) {
        List<String> known =
                Stream.of(
                                database.nodes().stream().map(NodeRecord::id),
                                database.awayNodes().stream(),
                                database
                                        .all(SystemRows.nodeMembers(), NodeMemberRecord.class)
                                        .stream()
                                        .map(row -> row.value().node()))
                        .flatMap(ids -> ids)
                        .distinct()
                        .sorted()
                        .toList();
        if (!known.contains(node) && (!NodeOrder.isNode(node) || order(node).isEmpty())) {
            throw new EchelonException(
                    ErrorCode.NOT_FOUND,
                    "There is no node of that id; the nodes are %s"
                            .formatted(String.join(", ", known)));
        }
    }
}

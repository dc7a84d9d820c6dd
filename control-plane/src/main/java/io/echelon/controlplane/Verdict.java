package io.echelon.controlplane;

import io.echelon.tenants.NodeRecord;
import io.echelon.tenants.ReadinessRecord;
import io.echelon.tenants.ReadinessRecord.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How a deployment stands, from the nodes that are alive and what nodes have reported. A live node
 * that failed fails it; a dead node neither fails it nor holds it up; without a live node nothing
 * is ready.
 */
sealed interface Verdict {
    int DETAIL_MAX_CHARS = 4_000;

    /** Some live node has not ended. */
    record Pending() implements Verdict {}

    /** Every live node is ready. */
    record Ready() implements Verdict {}

    /** It will not become ready. */
    record Failed(String detail) implements Verdict {}

    /** Whether time is left for nodes that have not ended. */
    enum Time {
        LEFT,
        UP
    }

    static Verdict of(List<NodeRecord> alive, List<ReadinessRecord> reports, Time time) {
        Map<String, ReadinessRecord> byNode =
                reports.stream()
                        .collect(Collectors.toMap(ReadinessRecord::node, Function.identity()));
        List<String> failures = new ArrayList<>();
        List<String> unfinished = new ArrayList<>();
        for (NodeRecord node : alive) {
            ReadinessRecord report = byNode.get(node.id());
            if (report == null) {
                unfinished.add(node.id() + " (no report)");
            } else if (report.state() == State.FAILED) {
                failures.add(
                        "%s: %s"
                                .formatted(
                                        node.id(),
                                        report.detail() == null
                                                ? "it gave no reason"
                                                : report.detail()));
            } else if (!report.state().isReady()) {
                unfinished.add("%s (%s)".formatted(node.id(), report.state()));
            }
        }
        if (!failures.isEmpty()) {
            return failed(String.join("\n", failures));
        }
        if (!alive.isEmpty() && unfinished.isEmpty()) {
            return new Ready();
        }
        if (time == Time.LEFT) {
            return new Pending();
        }
        return failed(
                alive.isEmpty()
                        ? "No edge node is alive; start one and deploy again"
                        : "The time for deploying is up and these nodes are not ready: %s; look at their logs and deploy again"
                                .formatted(String.join(", ", unfinished)));
    }

    private static Failed failed(String detail) {
        return new Failed(
                detail.length() <= DETAIL_MAX_CHARS
                        ? detail
                        : detail.substring(0, DETAIL_MAX_CHARS) + "…");
    }
}

package io.echelon.edgeruntime;

import io.echelon.isolatepool.IsolatePool;
import io.echelon.kvstore.HeldStore;
import io.echelon.tenants.Diagnostics;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a node's diagnostics say of its isolates, its store and its meters. */
final class NodeSections {
    private static final String OURS = "echelon.";
    private static final String OF_QUEUES = "echelon.queue.";

    private NodeSections() {}

    /**
     * @param held the store, when this node has files of it
     */
    static void add(
            Diagnostics diagnostics,
            MeterRegistry registry,
            IsolatePool pool,
            @Nullable HeldStore held) {
        diagnostics.section("isolates", pool::statistics);
        diagnostics.section("revisions", () -> revisions(pool));
        if (held != null) {
            diagnostics.section("store", held::shards);
        }
        diagnostics.section("meters", () -> meters(registry));
    }

    /** What is warm, or being warmed, by revision. */
    private static Map<String, String> revisions(IsolatePool pool) {
        Map<String, String> revisions = new TreeMap<>();
        pool.revisionStatistics()
                .forEach(
                        revision ->
                                revisions.put(
                                        revision.revision().toString(),
                                        "%d idle, %d busy, %d waiting"
                                                .formatted(
                                                        revision.idle(),
                                                        revision.busy(),
                                                        revision.waiting())));
        return revisions;
    }

    /** The node's own meters, and those of queues; others of apps would be thousands. */
    private static Map<String, String> meters(MeterRegistry registry) {
        Map<String, String> values = new TreeMap<>();
        for (Meter meter : registry.getMeters()) {
            String name = meter.getId().getName();
            boolean isOfApp = meter.getId().getTag("app") != null;
            if (name.startsWith(OURS) && (!isOfApp || name.startsWith(OF_QUEUES))) {
                values.put(
                        name + tags(meter),
                        java.util.stream.StreamSupport.stream(meter.measure().spliterator(), false)
                                .map(NodeSections::value)
                                .collect(Collectors.joining(", ")));
            }
        }
        return values;
    }

    private static String tags(Meter meter) {
        return meter.getId().getTags().stream()
                .map((Tag tag) -> tag.getKey() + "=" + tag.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String value(Measurement measurement) {
        return "%s %s".formatted(measurement.getStatistic(), measurement.getValue());
    }
}

package io.echelon.tenants;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The queues that a function sends to and takes from. A queue is that of the tenant's database of
 * its name.
 *
 * @param producers by unique bindings, at most {@link Limits#QUEUES_PER_APP_MAX}
 * @param consumers of unique queues, at most {@link Limits#QUEUES_PER_APP_MAX}
 */
public record Queues(List<QueueProducer> producers, List<QueueConsumption> consumers) {
    /** A function that has its own queue alone. */
    public static final Queues NONE = new Queues(List.of(), List.of());

    public Queues {
        producers = List.copyOf(producers);
        consumers = List.copyOf(consumers);
        Checks.range(
                "The number of queue producers", producers.size(), 0, Limits.QUEUES_PER_APP_MAX);
        Checks.range(
                "The number of queue consumers", consumers.size(), 0, Limits.QUEUES_PER_APP_MAX);
        Set<String> bindings = new HashSet<>();
        for (QueueProducer producer : producers) {
            if (!bindings.add(producer.binding())) {
                throw twice("producers have the binding", producer.binding());
            }
        }
        Set<String> queues = new HashSet<>();
        for (QueueConsumption consumer : consumers) {
            if (!queues.add(consumer.queue())) {
                throw twice("consumers have the queue", consumer.queue());
            }
        }
    }

    private static EchelonException twice(String what, String name) {
        return new EchelonException(
                ErrorCode.INVALID_CONFIGURATION, "Two queue %s \"%s\"".formatted(what, name));
    }
}

package io.echelon.edgeruntime;

/**
 * How much of a node one tenant may take, and when the node as a whole says no.
 *
 * @param tenantRequestsPerSecond requests a tenant may send to one node, a second; 1 to 10,000,000
 * @param tenantBurst requests above that rate that are let through at once; 1 to 10,000,000
 * @param tenantConcurrency requests of a tenant under way at the same time; 1 to 1,000,000
 * @param nodeWaiting calls waiting for an isolate from which on the node sheds load; 1 to 1,000,000
 * @param nodeHeapPercent share of the heap still in use after a collection from which on the node
 *     sheds load; 10 to 100
 */
record AdmissionPolicy(
        int tenantRequestsPerSecond,
        int tenantBurst,
        int tenantConcurrency,
        int nodeWaiting,
        int nodeHeapPercent) {
    static final AdmissionPolicy DEFAULT = new AdmissionPolicy(200_000, 20_000, 10_000, 5_000, 95);

    AdmissionPolicy {
        EdgeEnvironment.range(
                "ECHELON_TENANT_REQUESTS_PER_SECOND", tenantRequestsPerSecond, 1, 10_000_000);
        EdgeEnvironment.range("ECHELON_TENANT_BURST", tenantBurst, 1, 10_000_000);
        EdgeEnvironment.range("ECHELON_TENANT_CONCURRENCY", tenantConcurrency, 1, 1_000_000);
        EdgeEnvironment.range("ECHELON_NODE_WAITING", nodeWaiting, 1, 1_000_000);
        EdgeEnvironment.range("ECHELON_NODE_HEAP_PERCENT", nodeHeapPercent, 10, 100);
    }
}

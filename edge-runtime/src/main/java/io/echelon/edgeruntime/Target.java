package io.echelon.edgeruntime;

import io.echelon.tenants.RevisionId;
import org.jspecify.annotations.Nullable;

/**
 * Where a host name leads, with all that a request needs looked up already.
 *
 * @param label the revision as headers have it
 * @param assets files that are answered without an isolate; null when the revision has none
 */
record Target(
        RevisionId revision,
        String label,
        TenantGate gate,
        AppMetrics metrics,
        @Nullable AssetSite assets) {}

package io.echelon.tenants;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether a node that is alive takes requests. */
public enum NodeState {
    /** It does. */
    @JsonProperty("ready")
    READY,
    /**
     * It ends what it has begun and sends callers elsewhere; who comes all the same is answered.
     */
    @JsonProperty("draining")
    DRAINING,
    /** The same, and nothing is under way that was when it began to drain. */
    @JsonProperty("drained")
    DRAINED
}

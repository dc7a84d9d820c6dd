package io.echelon.controlplane;

import io.echelon.tenants.FunctionLimits;
import org.jspecify.annotations.Nullable;

/** What the routes of an app's limits take and answer. */
public final class LimitsViews {
    private LimitsViews() {}

    /**
     * Other limits; what is null stays as it is.
     *
     * @param cpuMs CPU time a request, in milliseconds
     * @param memoryMb retained memory of an isolate, in MiB
     * @param wallMs time to the response's head, in milliseconds
     */
    public record Changes(
            @Nullable Integer cpuMs, @Nullable Integer memoryMb, @Nullable Integer wallMs) {

        boolean isEmpty() {
            return cpuMs == null && memoryMb == null && wallMs == null;
        }

        FunctionLimits of(FunctionLimits limits) {
            return new FunctionLimits(
                    cpuMs == null ? limits.cpuMs() : cpuMs,
                    memoryMb == null ? limits.memoryMb() : memoryMb,
                    wallMs == null ? limits.wallMs() : wallMs);
        }
    }

    /**
     * What came of a change.
     *
     * @param revision the new one that has the limits and is being deployed
     */
    public record Changed(String revision, FunctionLimits limits) {}
}

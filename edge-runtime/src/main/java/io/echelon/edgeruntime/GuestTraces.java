package io.echelon.edgeruntime;

import io.echelon.isolatepool.GuestIdentity;
import io.echelon.tenants.SpanRecord;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The traces that one isolate's calls are part of, by the request that it serves at the moment.
 *
 * <p><b>Thread safety.</b> For the isolate's turns.
 */
final class GuestTraces {
    private final Traces traces;
    private final GuestIdentity guest;

    GuestTraces(Traces traces, GuestIdentity guest) {
        this.traces = traces;
        this.guest = guest;
    }

    /** Begins a span of what the guest calls now; null when that is not recorded. */
    @Nullable OpenSpan begin(String name) {
        if (traces.areIdle()) {
            return null;
        }
        Optional<String> requestId = guest.requestId();
        RequestTrace trace = requestId.isEmpty() ? null : traces.recorded(requestId.get());
        return trace == null ? null : trace.begin(name, SpanRecord.Kind.CLIENT);
    }

    /**
     * The headers of an outgoing request with the trace that it is part of. A guest that says
     * itself what the request is part of is right.
     *
     * @param headers names and values in turn
     */
    Object[] carried(@Nullable OpenSpan span, Object[] headers) {
        Optional<String> requestId = guest.requestId();
        if (requestId.isEmpty() || says(headers)) {
            return headers;
        }
        TraceContext context = traces.carried(requestId.get(), span);
        if (context == null) {
            return headers;
        }
        boolean hasState = !context.state().isEmpty();
        int length = headers.length;
        Object[] all = Arrays.copyOf(headers, length + (hasState ? 4 : 2));
        all[length] = TraceContext.PARENT;
        all[length + 1] = context.header();
        if (hasState) {
            all[length + 2] = TraceContext.STATE;
            all[length + 3] = context.state();
        }
        return all;
    }

    private static boolean says(Object[] headers) {
        for (int i = 0; i + 1 < headers.length; i += 2) {
            if (headers[i] instanceof String name
                    && (name.equalsIgnoreCase(TraceContext.PARENT)
                            || name.equalsIgnoreCase(TraceContext.STATE))) {
                return true;
            }
        }
        return false;
    }
}

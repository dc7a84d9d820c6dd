package io.echelon.tenants;

import java.util.List;

/**
 * One call of a function and all that it did, as the node that answered it recorded it: a part of a
 * trace, or the whole of one.
 *
 * @param spans the call's own first
 */
public record TraceRecord(TraceSummary call, List<SpanRecord> spans) {
    public TraceRecord {
        spans = List.copyOf(spans);
    }
}

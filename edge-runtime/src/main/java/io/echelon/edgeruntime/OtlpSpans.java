package io.echelon.edgeruntime;

import com.google.protobuf.ByteString;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.SpanRecord;
import io.echelon.tenants.TraceRecord;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Traces in the form of OTLP. Each revision of an app is a service of the app's name. */
final class OtlpSpans {
    private static final InstrumentationScope SCOPE =
            InstrumentationScope.newBuilder().setName("echelon").build();

    /** What the spans of a resource have in common. */
    private record Origin(RevisionId revision, String node) {}

    private OtlpSpans() {}

    static ExportTraceServiceRequest request(List<TraceRecord> traces) {
        Map<Origin, ScopeSpans.Builder> byOrigin = new LinkedHashMap<>();
        for (TraceRecord trace : traces) {
            ScopeSpans.Builder spans =
                    byOrigin.computeIfAbsent(
                            new Origin(trace.call().revision(), trace.call().node()),
                            _ -> ScopeSpans.newBuilder().setScope(SCOPE));
            trace.spans().forEach(span -> spans.addSpans(span(trace.call().traceId(), span)));
        }
        ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
        byOrigin.forEach(
                (origin, spans) ->
                        request.addResourceSpans(
                                ResourceSpans.newBuilder()
                                        .setResource(resource(origin))
                                        .addScopeSpans(spans)));
        return request.build();
    }

    private static Resource resource(Origin origin) {
        RevisionId revision = origin.revision();
        return Resource.newBuilder()
                .addAttributes(attribute("service.namespace", revision.tenant().value()))
                .addAttributes(attribute("service.name", revision.app().value()))
                .addAttributes(attribute("service.version", revision.label()))
                .addAttributes(attribute("service.instance.id", origin.node()))
                .build();
    }

    private static Span span(String traceId, SpanRecord span) {
        Span.Builder built =
                Span.newBuilder()
                        .setTraceId(id(traceId))
                        .setSpanId(id(span.spanId()))
                        .setName(span.name())
                        .setKind(
                                switch (span.kind()) {
                                    case INTERNAL -> Span.SpanKind.SPAN_KIND_INTERNAL;
                                    case SERVER -> Span.SpanKind.SPAN_KIND_SERVER;
                                    case CLIENT -> Span.SpanKind.SPAN_KIND_CLIENT;
                                    case CONSUMER -> Span.SpanKind.SPAN_KIND_CONSUMER;
                                })
                        .setStartTimeUnixNano(unixNanos(span.start()))
                        .setEndTimeUnixNano(
                                unixNanos(span.start().plusNanos(span.durationNanos())));
        String parent = span.parentSpanId();
        if (parent != null) {
            built.setParentSpanId(id(parent));
        }
        if (span.status() == SpanRecord.Status.ERROR) {
            built.setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR));
        }
        span.attributes().forEach((name, value) -> built.addAttributes(attribute(name, value)));
        return built.build();
    }

    private static KeyValue attribute(String name, Object value) {
        AnyValue.Builder typed = AnyValue.newBuilder();
        switch (value) {
            case Boolean truth -> typed.setBoolValue(truth);
            case Integer number -> typed.setIntValue(number);
            case Long number -> typed.setIntValue(number);
            case Double fraction -> typed.setDoubleValue(fraction);
            default -> typed.setStringValue(value.toString());
        }
        return KeyValue.newBuilder().setKey(name).setValue(typed).build();
    }

    private static ByteString id(String hexadecimal) {
        return ByteString.copyFrom(HexFormat.of().parseHex(hexadecimal));
    }

    private static long unixNanos(Instant time) {
        return time.getEpochSecond() * 1_000_000_000L + time.getNano();
    }
}

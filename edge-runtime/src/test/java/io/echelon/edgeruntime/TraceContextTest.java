package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TraceContextTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SPAN = "00f067aa0ba902b7";
    private static final String PARENT = "00-" + TRACE + "-" + SPAN + "-01";

    @Test
    void readsWhatTheStandardHas() {
        assertThat(of("traceparent", PARENT))
                .isEqualTo(new TraceContext(TRACE, SPAN, true, ""))
                .extracting(TraceContext::header)
                .isEqualTo(PARENT);
        assertThat(of("traceparent", PARENT.replaceAll("01$", "02")).isSampled()).isFalse();
        assertThat(of("accept", "*/*")).isNull();
    }

    @Test
    void readsALaterVersionAsFarAsItIsKnown() {
        assertThat(of("traceparent", "cc" + PARENT.substring(2) + "-what-comes").header())
                .isEqualTo(PARENT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 ",
                " 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.more",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
                "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01",
                "00-<script>alert(1)</script>4736666-00f067aa0ba902b7-01"
            })
    void takesNothingOfAHeaderThatIsNotValid(String hostile) {
        assertThat(of("traceparent", hostile, "tracestate", "a=1")).isNull();
    }

    @Test
    void takesNeitherOfTwo() {
        assertThat(of("traceparent", PARENT, "traceparent", PARENT)).isNull();
    }

    @Test
    void passesOnWhatOtherSystemsNoted() {
        assertThat(of("traceparent", PARENT, "tracestate", "a=1, b@c=x y").state())
                .isEqualTo("a=1, b@c=x y");
        assertThat(of("traceparent", PARENT, "tracestate", "a=1", "tracestate", "b=2").state())
                .isEqualTo("a=1,b=2");
    }

    @Test
    void dropsAStateThatIsNotValidAndKeepsTheTrace() {
        for (String state :
                List.of(
                        "a",
                        "A=1",
                        "a=1,a=2",
                        "a=b=c",
                        "a=\u00e9",
                        "a=" + "x".repeat(600),
                        "a=1,".repeat(40) + "b=1")) {
            assertThat(of("traceparent", PARENT, "tracestate", state))
                    .isEqualTo(new TraceContext(TRACE, SPAN, true, ""));
        }
    }

    @Test
    void aRequestsIdIsTheTraceThatItBegins() {
        String id = new RequestIds().next(1_700_000_000_000L);
        TraceContext begun = TraceContext.begun(id);
        assertThat(begun).isEqualTo(TraceContext.begun(id));
        assertThat(begun.traceId()).hasSize(32).startsWith("018bcfe56800").endsWith(begun.spanId());
        assertThat(TraceContext.begun(new RequestIds().next(1)).traceId())
                .isNotEqualTo(begun.traceId());
        assertThat(of("traceparent", begun.header())).isEqualTo(begun);
        assertThat(TraceContext.begun("made by hand").traceId()).hasSize(32);
    }

    private static TraceContext of(String... headers) {
        return TraceContext.of(List.of(headers));
    }
}

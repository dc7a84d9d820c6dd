package io.echelon.tenants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echelon.tenants.TrafficSplit.Share;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TrafficSplitTest {
    private static final Stickiness NONE = new Stickiness.None();

    @Test
    void leavesTheRestToProduction() {
        TrafficSplit split = new TrafficSplit(List.of(new Share(5, 10), new Share(6, 30)), NONE);
        assertThat(split.rest()).isEqualTo(60);
        assertThat(split.with(new Share(5, 20), NONE).shares())
                .containsExactly(new Share(5, 20), new Share(6, 30));
        assertThat(split.with(new Share(7, 1), NONE).rest()).isEqualTo(59);
        assertThat(split.without(5).orElseThrow().shares()).containsExactly(new Share(6, 30));
        assertThat(split.without(5).orElseThrow().without(6)).isEmpty();
        assertThat(split.without(9)).contains(split);
    }

    @Test
    void refusesWhatProductionWouldHaveNothingLeftOf() {
        assertThatThrownBy(() -> new Share(1, 0)).hasMessageContaining("from 1 to 99");
        assertThatThrownBy(() -> new Share(1, 100)).hasMessageContaining("is 100");
        assertThatThrownBy(
                        () -> new TrafficSplit(List.of(new Share(1, 50), new Share(2, 50)), NONE))
                .hasMessageContaining("What production is left in per cent is 0");
        assertThatThrownBy(() -> new TrafficSplit(List.of(new Share(1, 5), new Share(1, 6)), NONE))
                .hasMessageContaining("twice");
        assertThatThrownBy(
                        () ->
                                new TrafficSplit(
                                        IntStream.rangeClosed(1, TrafficSplit.SHARES_MAX + 1)
                                                .mapToObj(number -> new Share(number, 1))
                                                .toList(),
                                        NONE))
                .hasMessageContaining("from 1 to 4");
    }

    @Test
    void aRouteIsReadAsItWasWrittenAndWithoutASplitWhenItHasNone() {
        RouteRecord route =
                new RouteRecord(TenantName.DEFAULT, new AppName("hello"), 4, 3, Instant.EPOCH)
                        .with(
                                new TrafficSplit(
                                        List.of(new Share(5, 10)),
                                        new Stickiness.Header("x-user")));
        assertThat(Json.read(Json.bytes(route), RouteRecord.class)).isEqualTo(route);
        assertThat(route.needs(5)).isTrue();
        assertThat(route.needs(3)).isTrue();
        assertThat(route.needs(2)).isFalse();
        byte[] older =
                """
                {"tenant":"default","app":"hello","production":4,"previous":3,
                "changedAt":"1970-01-01T00:00:00Z"}"""
                        .getBytes(StandardCharsets.UTF_8);
        assertThat(Json.read(older, RouteRecord.class)).isEqualTo(route.with(null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "cookie", "header:x-user-id"})
    void aStickinessIsReadAsItIsWritten(String text) {
        assertThat(Stickiness.parse(text).text()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Cookie", "header:", "header:a b", "header:ä"})
    void refusesWhatIsNoStickiness(String text) {
        assertThatThrownBy(() -> Stickiness.parse(text))
                .isInstanceOf(EchelonException.class)
                .hasMessageContaining("write none, cookie, or header:NAME");
    }
}

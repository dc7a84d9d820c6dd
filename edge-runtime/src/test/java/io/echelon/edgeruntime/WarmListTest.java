package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.edgeruntime.WarmList.Cost;
import io.echelon.edgeruntime.WarmList.Ready;
import io.echelon.tenants.AppName;
import io.echelon.tenants.Json;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class WarmListTest {
    private static final long MILLI = 1_000_000;

    private static Ready ready(int number, long startMillis) {
        return new Ready(
                new RevisionId(TenantName.DEFAULT, new AppName("app"), number),
                Cost.ofNanos(startMillis * MILLI, 3 * MILLI));
    }

    @Test
    void saysTheSameWhileCostsStayAboutTheSame() {
        WarmList list = WarmList.of(List.of(ready(1, 100), ready(2, 30)));
        assertThat(WarmList.of(List.of(ready(2, 20), ready(1, 130)))).isEqualTo(list);
        assertThat(WarmList.of(List.of(ready(2, 20), ready(1, 300))).version())
                .isNotEqualTo(list.version());
        assertThat(WarmList.of(List.of(ready(1, 100))).version()).isNotEqualTo(list.version());
        assertThat(list.find("default/app/v1")).isEqualTo(new Cost(65_536, 2_048));
        assertThat(list.find("default/app/v3")).isNull();
    }

    @Test
    void leavesOutWhatIsQuickToBeginWhenThereIsTooMuch() {
        List<Ready> many =
                IntStream.rangeClosed(1, WarmList.MOST + 10).mapToObj(n -> ready(n, n)).toList();
        WarmList list = WarmList.of(many);
        assertThat(list.costs()).hasSize(WarmList.MOST);
        assertThat(list.find("default/app/v" + (WarmList.MOST + 10))).isNotNull();
        assertThat(list.find("default/app/v1")).isNull();
    }

    @Test
    void travelsAsJson() {
        WarmList list = WarmList.of(List.of(ready(1, 100)));
        assertThat(Json.read(Json.bytes(list), WarmList.class)).isEqualTo(list);
        assertThat(Json.read(Json.bytes(WarmList.EMPTY), WarmList.class)).isEqualTo(WarmList.EMPTY);
    }
}

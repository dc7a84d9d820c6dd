package io.echelon.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echelon.tenants.EchelonException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PartTest {
    private static Part<String> part(List<String> all, String limit, String cursor) {
        return Part.of(all, Function.identity(), limit, cursor);
    }

    @Test
    void allPartsTogetherAreTheListInOrder() {
        List<String> all = List.of("d", "b", "ä", "a", "e", "c");
        List<String> gathered = new ArrayList<>();
        Part<String> part = part(all, "2", null);
        gathered.addAll(part.items());
        while (part.cursor() != null) {
            part = part(all, "2", part.cursor());
            gathered.addAll(part.items());
        }
        assertThat(gathered).containsExactly("a", "b", "c", "d", "e", "ä");
    }

    @Test
    void aPartGoesOnWhereTheLastOneEndedAlsoWhenItsItemIsGone() {
        String cursor = part(List.of("a", "b", "c"), "2", null).cursor();
        assertThat(part(List.of("a", "c"), "2", cursor).items()).containsExactly("c");
    }

    @Test
    void theLastPartHasNoCursorHoweverFullItIs() {
        assertThat(part(List.of("a", "b"), "2", null).cursor()).isNull();
        assertThat(part(List.of(), null, null).cursor()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"0,", "1001,", "x,", "1,*"})
    void refusesWhatIsNoLimitOrNoCursor(String limit, String cursor) {
        assertThatThrownBy(() -> part(List.of("a"), limit, cursor))
                .isInstanceOf(EchelonException.class);
    }
}

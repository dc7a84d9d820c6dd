package io.echelon.tenants;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class NearestNameTest {
    @Test
    void findsTheNameWithTheFewestEdits() {
        assertThat(NearestName.of("nmae", List.of("main", "name", "env"))).isEqualTo("name");
        assertThat(NearestName.of("memoryMB", List.of("cpuMs", "memoryMb"))).isEqualTo("memoryMb");
    }

    @Test
    void countsInsertionsRemovalsReplacementsAndSwaps() {
        assertThat(NearestName.distance("", "abc")).isEqualTo(3);
        assertThat(NearestName.distance("abc", "abc")).isZero();
        assertThat(NearestName.distance("abc", "acb")).isEqualTo(1);
        assertThat(NearestName.distance("abc", "abd")).isEqualTo(1);
        assertThat(NearestName.distance("abc", "ab")).isEqualTo(1);
    }
}

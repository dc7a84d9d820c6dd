package io.echelon.kvstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers as Deno wrote them: 2.9 has version 16 of the format, those before have 15. */
final class V8NumbersTest {
    @ParameterizedTest
    @CsvSource({
        "ff0f4902, 1",
        "ff104902, 1",
        "ff1049ffffffff0f, -2147483648",
        "ff104e000000000000f83f, 1.5",
    })
    void readsNumbers(String hex, double number) {
        assertThat(V8Numbers.read(HexFormat.of().parseHex(hex))).contains(number);
    }

    @ParameterizedTest
    @CsvSource({
        "ff105a100a00000000000000, 10",
        "ff105a2000000000000000000100000000000000, 18446744073709551616",
        "ff0f5a110a00000000000000, -10",
    })
    void readsBigints(String hex, BigInteger number) {
        assertThat(V8Numbers.read(HexFormat.of().parseHex(hex))).contains(number);
    }

    @ParameterizedTest
    @CsvSource({"ff11" + "4902", "ff10", "ff1049", "4902", "ff104902ff", "ff10220161"})
    void readsNothingElse(String hex) {
        assertThat(V8Numbers.read(HexFormat.of().parseHex(hex))).isEmpty();
    }
}

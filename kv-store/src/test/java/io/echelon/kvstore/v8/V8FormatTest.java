package io.echelon.kvstore.v8;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echelon.kvstore.v8.V8Value.Property;
import io.echelon.kvstore.v8.V8Value.ViewKind;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values in V8's format; the bytes are those that Deno 2.9.6 and Node 20 write. */
class V8FormatTest {
    private static final int ROUNDS = 200_000;

    @Test
    void readsWhatV8Wrote() {
        assertThat(read("ff0f5f")).contains(V8Value.UNDEFINED);
        assertThat(read("ff0f4909")).contains(number(-5));
        assertThat(read("ff0f49feffffff0f")).contains(number(Integer.MAX_VALUE));
        assertThat(read("ff0f4e0000000000000080")).contains(number(-0.0));
        assertThat(read("ff0f2204fc626572")).contains(text("über"));
        assertThat(read("ff0f630661003dd800de")).contains(text("a\ud83d\ude00"));
        assertThat(read("ff0f630400d87800")).contains(text("\ud800x"));
        assertThat(read("ff0f5a110100000000000000"))
                .contains(new V8Value.Big(BigInteger.ONE.negate()));
        assertThat(read("ff0f440000000000408f40")).contains(new V8Value.Date(1_000));
        assertThat(read("ff0f522203612b6213")).contains(new V8Value.RegExp("a+b", "giu"));
        assertThat(read("ff0f6f490222036f6e6522016149022201626f22016341002400007b017b03"))
                .contains(
                        new V8Value.Plain(
                                List.of(
                                        new Property(number(1), text("one")),
                                        new Property(text("a"), number(1)),
                                        new Property(
                                                text("b"),
                                                new V8Value.Plain(
                                                        List.of(
                                                                new Property(
                                                                        text("c"),
                                                                        new V8Value.Array(
                                                                                List.of()))))))));
        assertThat(read("ff0f6f22046e616d65220163220473656c665e007b02"))
                .contains(
                        new V8Value.Plain(
                                List.of(
                                        new Property(text("name"), text("c")),
                                        new Property(text("self"), new V8Value.Reference(0)))));
        assertThat(read("ff0f72526d220366617273220153636f22017849027b012e"))
                .contains(
                        new V8Value.Failure(
                                "RangeError",
                                "far",
                                "S",
                                new V8Value.Plain(List.of(new Property(text("x"), number(1))))));
        assertThat(read("ff0f42030001ff5642000300"))
                .contains(new V8Value.View(ViewKind.UINT8_ARRAY, new byte[] {0, 1, -1}));
    }

    @Test
    void readsViewsThatNodeWroteInItsOwnWay() {
        assertThat(read("ff0f5c01030001ff"))
                .contains(new V8Value.View(ViewKind.UINT8_ARRAY, new byte[] {0, 1, -1}));
        assertThat(read("ff0f5c090102"))
                .contains(new V8Value.View(ViewKind.DATA_VIEW, new byte[] {2}));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ff0f5f",
                "ff0f30",
                "ff0f54",
                "ff0f46",
                "ff0f4900",
                "ff0f4e0000000000000080",
                "ff0f498080808008",
                "ff0f4e000000000000f041",
                "ff0f4e000000000000f87f",
                "ff0f2200",
                "ff0f2204fc626572",
                "ff0f630661003dd800de",
                "ff0f6308610062003dd800de",
                "ff0f5a00",
                "ff0f5a2000000000000000000100000000000000",
                "ff0f4102490241024904220178240002240002",
                "ff0f61034900490249044906400203",
                "ff0f6f490222036f6e6522016149022201626f22016341002400007b017b03",
                "ff0f44000000000000f87f",
                "ff0f52220178af03",
                "ff0f3b22016b2749022201315a1001000000000000002c036f22016f49027b015f3a04",
                "ff0f42040100ffff",
                "ff0f42030001ff5642000300",
                "ff0f41026f22017349027b015e01240002",
                "ff0f726d220662726f6b656e73220d4572726f723a2062726f6b656e2e",
                "ff0f41046e000000000000f03f73220173797a100500000000000000240004"
            })
    void writesTheVeryBytesThatV8Wrote(String hex) {
        V8Value value = read(hex).orElseThrow();
        assertThat(HexFormat.of().formatHex(V8Writer.write(value).data())).isEqualTo(hex);
    }

    @Test
    void alignsStringsOfTwoByteUnits() {
        V8Value value = new V8Value.Array(List.of(text("\u0100"), text("a"), text("\u0100")));
        byte[] data = V8Writer.write(value).data();
        assertThat(V8Reader.read(data)).contains(value);
        // 'A', its length, padding, 'c', the length, and then the units at an even place.
        assertThat(HexFormat.of().formatHex(data)).startsWith("ff0f4103630200012201610063020001");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ff",
                "ff0f",
                "ff0f00",
                "ff1030",
                "ff0c30",
                "0030",
                "ff0f3030",
                "ff0f22ffffffff0f61",
                "ff0f41ffffffff0f",
                "ff0f5e00",
                "ff0f6f22016149027b02",
                "ff0f6f6f7b0049027b01",
                "ff0f5c01ffffffff0f",
                "ff0f5c7f00",
                "ff0f42030001ff5642020300",
                "ff0f42030001ff5657000300",
                "ff0f61ffffffff0f49ffffffffff",
                "ff0f77",
                "ff0f7500"
            })
    void takesNothingElseForAValue(String hex) {
        assertThat(read(hex)).isEmpty();
    }

    @Test
    void endsWhereValuesAreNestedTooDeeply() {
        assertThat(read("ff0f" + "4101".repeat(100) + "30" + "240001".repeat(100))).isPresent();
        assertThat(read("ff0f" + "4101".repeat(101) + "30" + "240001".repeat(101))).isEmpty();
        assertThat(read("ff0f" + "4101".repeat(30_000))).isEmpty();
    }

    @Test
    void readsHostileBytesOrRefusesThem() {
        byte[] valid =
                HexFormat.of()
                        .parseHex(
                                "ff0f3b22016b2749022201315a1001000000000000002c036f22016f49027b015f3a04");
        Random random = new Random(7);
        for (int i = 0; i < ROUNDS; i++) {
            byte[] mutated = valid.clone();
            for (int j = random.nextInt(1, 4); j > 0; j--) {
                mutated[2 + random.nextInt(mutated.length - 2)] = (byte) random.nextInt();
            }
            Optional<V8Value> value = V8Reader.read(mutated);
            value.ifPresent(
                    read -> {
                        byte[] again = V8Writer.write(read).data();
                        assertThat(V8Reader.read(again)).contains(read);
                    });
        }
    }

    @Test
    void refusesAValueThatIsTooLarge() {
        assertThatThrownBy(() -> V8Writer.write(text("a".repeat(65_536))))
                .isInstanceOf(EchelonException.class)
                .hasFieldOrPropertyWithValue("code", ErrorCode.PAYLOAD_TOO_LARGE);
    }

    private static Optional<V8Value> read(String hex) {
        return V8Reader.read(HexFormat.of().parseHex(hex));
    }

    private static V8Value number(double value) {
        return new V8Value.Num(value);
    }

    private static V8Value text(String value) {
        return new V8Value.Text(value);
    }
}

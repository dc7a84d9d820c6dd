package io.echelon.kvstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeyCodecTest {
    private static final int ROUNDS = 20_000;

    private final Random random = new Random(20_261_121);

    @Test
    void encodesAsDenoKvDoes() {
        assertEncoding(KvKey.of("hello"), "0268656c6c6f00");
        assertEncoding(KvKey.of((Object) new byte[] {1, 2, 0, 7, 8}), "01010200ff070800");
        assertEncoding(KvKey.of(1), "21bff0000000000000");
        assertEncoding(KvKey.of(-1.0), "21400fffffffffffff");
        assertEncoding(KvKey.of(BigInteger.ZERO), "14");
        assertEncoding(KvKey.of(BigInteger.valueOf(256)), "160100");
        assertEncoding(KvKey.of(BigInteger.valueOf(-1)), "13fe");
        assertEncoding(KvKey.of(BigInteger.TWO.pow(64)), "1d09010000000000000000");
        assertEncoding(KvKey.of(BigInteger.TWO.pow(64).negate()), "0bf6feffffffffffffffff");
        assertEncoding(KvKey.of(false, true), "2627");
        assertEncoding(new KvKey(List.of()), "");
    }

    @Test
    void decodesWhatItEncoded() {
        for (int i = 0; i < ROUNDS; i++) {
            KvKey key = randomKey();
            KvKey decoded = KvKey.decode(key.encoded());
            assertThat(decoded.parts()).isEqualTo(key.parts());
            assertThat(decoded).isEqualTo(key).hasSameHashCodeAs(key);
            assertThat(decoded.sizeBytes()).isEqualTo(key.encoded().length);
        }
    }

    @Test
    void ordersEncodedBytesAsKeys() {
        for (int i = 0; i < ROUNDS; i++) {
            KvKey one = randomKey();
            KvKey other = random.nextInt(4) == 0 ? neighbour(one) : randomKey();
            int expected = Integer.signum(compare(one, other));
            assertThat(Integer.signum(one.compareTo(other)))
                    .as("%s and %s", one, other)
                    .isEqualTo(expected);
            assertThat(Integer.signum(Arrays.compareUnsigned(one.encoded(), other.encoded())))
                    .isEqualTo(expected);
        }
    }

    @Test
    void refusesHostileBytesWithTheSpecifiedErrorOnly() {
        for (int i = 0; i < 10 * ROUNDS; i++) {
            byte[] hostile = hostileBytes();
            try {
                KvKey key = KvKey.decode(hostile);
                assertThat(key.encoded()).isEqualTo(hostile);
            } catch (EchelonException e) {
                assertThat(e.code()).isIn(ErrorCode.INVALID_ARGUMENT, ErrorCode.PAYLOAD_TOO_LARGE);
            }
        }
    }

    @Test
    void refusesASecondEncodingOfTheSameKey() {
        for (String hex : List.of("1500", "1600ff", "13ff", "1d0101", "21fff8000000000001")) {
            assertThatThrownBy(() -> KvKey.decode(HexFormat.of().parseHex(hex)))
                    .isInstanceOf(EchelonException.class)
                    .hasMessageContaining("canonical");
        }
    }

    @Test
    void refusesStringsThatAreNotUnicode() {
        assertThatThrownBy(() -> KvKey.of("\ud800")).isInstanceOf(EchelonException.class);
        assertThatThrownBy(() -> KvKey.decode(new byte[] {2, (byte) 0xc3, 0x28, 0}))
                .isInstanceOf(EchelonException.class);
    }

    @Test
    void refusesALongThatIsNoJavaScriptNumber() {
        assertThatThrownBy(() -> KvKey.of((1L << 53) + 1)).isInstanceOf(EchelonException.class);
        assertThatThrownBy(() -> KvKey.of(Long.MAX_VALUE)).isInstanceOf(EchelonException.class);
        assertThat(KvKey.of(1L << 53)).isEqualTo(KvKey.of((double) (1L << 53)));
    }

    private static void assertEncoding(KvKey key, String hex) {
        assertThat(HexFormat.of().formatHex(key.encoded())).isEqualTo(hex);
        assertThat(KvKey.decode(HexFormat.of().parseHex(hex))).isEqualTo(key);
    }

    private byte[] hostileBytes() {
        if (random.nextBoolean()) {
            byte[] mutated = randomKey().encoded();
            if (mutated.length > 0) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            }
            return Arrays.copyOf(mutated, random.nextInt(mutated.length + 2));
        }
        byte[] noise = new byte[random.nextInt(40)];
        random.nextBytes(noise);
        return noise;
    }

    private KvKey randomKey() {
        List<KeyPart> parts = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            parts.add(randomPart());
        }
        return new KvKey(parts);
    }

    private KvKey neighbour(KvKey key) {
        List<KeyPart> parts = new ArrayList<>(key.parts());
        parts.set(random.nextInt(parts.size()), randomPart());
        return new KvKey(parts);
    }

    private KeyPart randomPart() {
        return switch (random.nextInt(5)) {
            case 0 -> {
                byte[] bytes = new byte[random.nextInt(5)];
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] = new byte[] {0, 1, (byte) 0xff, (byte) random.nextInt()}[i % 4];
                }
                yield new KeyPart.Bytes(bytes);
            }
            case 1 -> {
                StringBuilder text = new StringBuilder();
                for (int i = random.nextInt(4); i > 0; i--) {
                    text.appendCodePoint(
                            new int[] {0, 'a', 0xe9, 0xffee, 0x1f600}[random.nextInt(5)]);
                }
                yield new KeyPart.Text(text.toString());
            }
            case 2 -> new KeyPart.Big(new BigInteger(random.nextInt(90), random).negate());
            case 3 ->
                    new KeyPart.Numeric(
                            switch (random.nextInt(6)) {
                                case 0 -> 0.0;
                                case 1 -> -0.0;
                                case 2 -> Double.NaN;
                                case 3 -> Double.NEGATIVE_INFINITY;
                                case 4 -> random.nextInt(10);
                                default -> Double.longBitsToDouble(random.nextLong());
                            });
            default ->
                    random.nextBoolean()
                            ? new KeyPart.Bool(random.nextBoolean())
                            : new KeyPart.Big(new BigInteger(random.nextInt(90), random));
        };
    }

    /** The order of keys, said without their encoding. */
    private static int compare(KvKey one, KvKey other) {
        int common = Math.min(one.parts().size(), other.parts().size());
        for (int i = 0; i < common; i++) {
            int order = compare(one.parts().get(i), other.parts().get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(one.parts().size(), other.parts().size());
    }

    private static int compare(KeyPart one, KeyPart other) {
        if (one instanceof KeyPart.Bytes a && other instanceof KeyPart.Bytes b) {
            return Arrays.compareUnsigned(a.value(), b.value());
        }
        if (one instanceof KeyPart.Text a && other instanceof KeyPart.Text b) {
            return Arrays.compare(
                    a.value().codePoints().toArray(), b.value().codePoints().toArray());
        }
        if (one instanceof KeyPart.Big a && other instanceof KeyPart.Big b) {
            return a.value().compareTo(b.value());
        }
        if (one instanceof KeyPart.Numeric a && other instanceof KeyPart.Numeric b) {
            int byNegativeNan = Boolean.compare(isNegativeNan(b.value()), isNegativeNan(a.value()));
            return byNegativeNan != 0 ? byNegativeNan : Double.compare(a.value(), b.value());
        }
        if (one instanceof KeyPart.Bool a && other instanceof KeyPart.Bool b) {
            return Boolean.compare(a.value(), b.value());
        }
        return Integer.compare(rank(one), rank(other));
    }

    private static boolean isNegativeNan(double number) {
        return Double.isNaN(number) && Double.doubleToRawLongBits(number) < 0;
    }

    private static int rank(KeyPart part) {
        return switch (part) {
            case KeyPart.Bytes _ -> 0;
            case KeyPart.Text _ -> 1;
            case KeyPart.Big _ -> 2;
            case KeyPart.Numeric _ -> 3;
            case KeyPart.Bool _ -> 4;
        };
    }
}

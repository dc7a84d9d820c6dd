package io.echelon.kvstore.v8;

import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.v8.V8Value.Property;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes V8's structured-clone format in version 15, as {@link V8Reader} describes it, with the
 * bytes that V8 itself would choose.
 */
public final class V8Writer {
    private static final int LATIN1_MAX = 0xff;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private V8Writer() {
        out.write(V8Reader.HEADER);
        out.write(V8Reader.NEWEST_VERSION);
    }

    /**
     * The bytes of a value.
     *
     * @throws io.echelon.tenants.EchelonException PAYLOAD_TOO_LARGE for more than {@link
     *     io.echelon.kvstore.KvLimits#VALUE_MAX_BYTES}
     */
    public static KvValue write(V8Value value) {
        V8Writer writer = new V8Writer();
        writer.value(value);
        return KvValue.v8(writer.out.toByteArray());
    }

    private void value(V8Value value) {
        switch (value) {
            case V8Value.Undefined _ -> out.write('_');
            case V8Value.Null _ -> out.write('0');
            case V8Value.Bool(boolean yes) -> out.write(yes ? 'T' : 'F');
            case V8Value.Num(double number) -> number(number);
            case V8Value.Big(BigInteger number) -> {
                out.write('Z');
                bigint(number);
            }
            case V8Value.Text(String text) -> string(text);
            case V8Value.Date(double millis) -> {
                out.write('D');
                real(millis);
            }
            case V8Value.RegExp(String source, String flags) -> {
                out.write('R');
                string(source);
                varint(bits(flags));
            }
            case V8Value.Array(List<V8Value> items) -> {
                out.write('A');
                varint(items.size());
                items.forEach(this::value);
                out.write('$');
                varint(0);
                varint(items.size());
            }
            case V8Value.Sparse(long length, List<Property> items) -> {
                out.write('a');
                varint(length);
                properties(items);
                out.write('@');
                varint(items.size());
                varint(length);
            }
            case V8Value.Plain(List<Property> properties) -> {
                out.write('o');
                properties(properties);
                out.write('{');
                varint(properties.size());
            }
            case V8Value.MapOf(List<Property> entries) -> {
                out.write(';');
                properties(entries);
                out.write(':');
                varint(2L * entries.size());
            }
            case V8Value.SetOf(List<V8Value> items) -> {
                out.write('\'');
                items.forEach(this::value);
                out.write(',');
                varint(items.size());
            }
            case V8Value.Buffer buffer -> buffer(buffer.data());
            case V8Value.View view -> {
                byte[] data = view.data();
                buffer(data);
                out.write('V');
                out.write(view.kind().tag());
                varint(0);
                varint(data.length);
                varint(0);
            }
            case V8Value.Failure failure -> failure(failure);
            case V8Value.Boxed(V8Value primitive) -> boxed(primitive);
            case V8Value.Reference(int index) -> {
                out.write('^');
                varint(index);
            }
        }
    }

    private void number(double number) {
        int whole = (int) number;
        boolean isNegativeZero = number == 0 && Double.doubleToRawLongBits(number) != 0;
        if (whole == number && !isNegativeZero) {
            out.write('I');
            varint(Integer.toUnsignedLong((whole << 1) ^ (whole >> 31)));
        } else {
            out.write('N');
            real(number);
        }
    }

    private void properties(List<Property> properties) {
        for (Property property : properties) {
            value(property.key());
            value(property.value());
        }
    }

    private void buffer(byte[] data) {
        out.write('B');
        varint(data.length);
        out.writeBytes(data);
    }

    private void failure(V8Value.Failure failure) {
        out.write('r');
        switch (failure.name()) {
            case "EvalError" -> out.write('E');
            case "RangeError" -> out.write('R');
            case "ReferenceError" -> out.write('F');
            case "SyntaxError" -> out.write('S');
            case "TypeError" -> out.write('T');
            case "URIError" -> out.write('U');
            default -> {}
        }
        text('m', failure.message());
        text('s', failure.stack());
        V8Value cause = failure.cause();
        if (cause != null) {
            out.write('c');
            value(cause);
        }
        out.write('.');
    }

    private void text(char tag, @Nullable String text) {
        if (text != null) {
            out.write(tag);
            string(text);
        }
    }

    private void boxed(V8Value primitive) {
        switch (primitive) {
            case V8Value.Bool(boolean yes) -> out.write(yes ? 'y' : 'x');
            case V8Value.Num(double number) -> {
                out.write('n');
                real(number);
            }
            case V8Value.Big(BigInteger number) -> {
                out.write('z');
                bigint(number);
            }
            case V8Value.Text(String text) -> {
                out.write('s');
                string(text);
            }
            default ->
                    throw new IllegalArgumentException(
                            "Only primitive values can be in an object of their own");
        }
    }

    private void string(String text) {
        if (text.chars().allMatch(unit -> unit <= LATIN1_MAX)) {
            out.write('"');
            varint(text.length());
            out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
            return;
        }
        int length = 2 * text.length();
        // The units begin at an even place, as V8 reads them in place.
        if ((out.size() + 1 + varintBytes(length)) % 2 != 0) {
            out.write(0);
        }
        out.write('c');
        varint(length);
        for (int i = 0; i < text.length(); i++) {
            out.write(text.charAt(i));
            out.write(text.charAt(i) >>> 8);
        }
    }

    private void bigint(BigInteger number) {
        BigInteger magnitude = number.abs();
        int digits = (magnitude.bitLength() + 63) / 64;
        varint((digits * 2L * Long.BYTES) | (number.signum() < 0 ? 1 : 0));
        for (int i = 0; i < digits; i++) {
            littleEndian(magnitude.shiftRight(Long.SIZE * i).longValue());
        }
    }

    private void real(double number) {
        littleEndian(Double.doubleToRawLongBits(number));
    }

    private void littleEndian(long bits) {
        for (int i = 0; i < Long.BYTES; i++) {
            out.write((int) (bits >>> (8 * i)));
        }
    }

    private void varint(long value) {
        long left = value;
        while (left > 0x7f) {
            out.write((int) ((left & 0x7f) | 0x80));
            left >>>= 7;
        }
        out.write((int) left);
    }

    private static int varintBytes(long value) {
        return Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(value) + 6) / 7);
    }

    private static int bits(String flags) {
        int bits = 0;
        for (int i = 0; i < flags.length(); i++) {
            int at = V8Reader.REGEXP_FLAGS.indexOf(flags.charAt(i));
            if (at < 0) {
                throw new IllegalArgumentException("Unknown flag of a regular expression");
            }
            bits |= 1 << at;
        }
        return bits;
    }
}

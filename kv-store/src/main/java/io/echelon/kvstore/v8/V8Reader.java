package io.echelon.kvstore.v8;

import io.echelon.kvstore.v8.V8Value.Property;
import io.echelon.kvstore.v8.V8Value.ViewKind;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads V8's structured-clone format, versions 13 to 15: 0xff and the version, then a value, which
 * is a tag and its content. Integers are base 128, least first; composite values are followed by an
 * end tag and their number of members. Padding (0) may stand before any tag.
 *
 * <p>Bytes from outside are safe to read: no length is believed that the bytes left do not have,
 * nesting ends at {@link #DEPTH_MAX}, and references are not followed.
 */
public final class V8Reader {
    /** Objects within objects. */
    public static final int DEPTH_MAX = 100;

    static final int HEADER = 0xff;
    static final int OLDEST_VERSION = 13;
    static final int NEWEST_VERSION = 15;

    /** From this version on a view has flags. */
    private static final int FLAGS_VERSION = 14;

    static final String REGEXP_FLAGS = "gimyusldv";

    /** By the numbers that Node gives them; its Buffer is a Uint8Array. */
    private static final List<ViewKind> KINDS_OF_NODE =
            List.of(
                    ViewKind.INT8_ARRAY,
                    ViewKind.UINT8_ARRAY,
                    ViewKind.UINT8_CLAMPED_ARRAY,
                    ViewKind.INT16_ARRAY,
                    ViewKind.UINT16_ARRAY,
                    ViewKind.INT32_ARRAY,
                    ViewKind.UINT32_ARRAY,
                    ViewKind.FLOAT32_ARRAY,
                    ViewKind.FLOAT64_ARRAY,
                    ViewKind.DATA_VIEW,
                    ViewKind.UINT8_ARRAY,
                    ViewKind.BIGINT64_ARRAY,
                    ViewKind.BIGUINT64_ARRAY,
                    ViewKind.FLOAT16_ARRAY);

    private final ByteBuffer in;
    private final int version;
    private int objects;
    private int references;
    private int viewsOfNode;
    private int depth;

    private V8Reader(byte[] data) {
        in = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
        check((in.get() & 0xff) == HEADER);
        version = length();
        check(version >= OLDEST_VERSION && version <= NEWEST_VERSION);
    }

    /**
     * The value that bytes have; empty when they are none, or one that only its own program can
     * make sense of (a host object, shared memory, WebAssembly).
     */
    public static Optional<V8Value> read(byte[] data) {
        try {
            V8Reader reader = new V8Reader(data);
            V8Value value = reader.value();
            // Views count as one object in Node's form and as two in V8's own.
            boolean isCountable = reader.viewsOfNode == 0 || reader.references == 0;
            return reader.in.hasRemaining() || !isCountable ? Optional.empty() : Optional.of(value);
        } catch (BufferUnderflowException | Unreadable e) {
            return Optional.empty();
        }
    }

    private V8Value value() {
        return value(tag());
    }

    private V8Value value(int tag) {
        return switch (tag) {
            case '_' -> V8Value.UNDEFINED;
            case '0' -> V8Value.NULL;
            case 'T' -> new V8Value.Bool(true);
            case 'F' -> new V8Value.Bool(false);
            case 'I' -> {
                int zigzag = (int) varint();
                yield new V8Value.Num((zigzag >>> 1) ^ -(zigzag & 1));
            }
            case 'U' -> new V8Value.Num(varint());
            case 'N' -> new V8Value.Num(in.getDouble());
            case 'Z' -> new V8Value.Big(bigint());
            case '"', 'c', 'S' -> new V8Value.Text(string(tag));
            case '?' -> {
                varint();
                yield value();
            }
            case '^' -> {
                int index = length();
                check(index < objects);
                references++;
                // A view upon a buffer that stands elsewhere shares its memory.
                check(!in.hasRemaining() || in.get(in.position()) != 'V');
                yield new V8Value.Reference(index);
            }
            default -> nested(tag);
        };
    }

    private V8Value nested(int tag) {
        objects++;
        depth++;
        check(depth <= DEPTH_MAX);
        V8Value value =
                switch (tag) {
                    case 'o' -> new V8Value.Plain(properties('{'));
                    case 'A' -> array();
                    case 'a' -> sparse();
                    case '\\' -> viewOfNode();
                    case 'D' -> new V8Value.Date(in.getDouble());
                    case 'R' -> regexp();
                    case ';' -> new V8Value.MapOf(entries());
                    case '\'' -> new V8Value.SetOf(items());
                    case 'B' -> buffer(bytes(length()));
                    case '~' -> {
                        int length = length();
                        varint();
                        yield buffer(bytes(length));
                    }
                    case 'r' -> failure();
                    case 'y' -> new V8Value.Boxed(new V8Value.Bool(true));
                    case 'x' -> new V8Value.Boxed(new V8Value.Bool(false));
                    case 'n' -> new V8Value.Boxed(new V8Value.Num(in.getDouble()));
                    case 'z' -> new V8Value.Boxed(new V8Value.Big(bigint()));
                    case 's' -> new V8Value.Boxed(new V8Value.Text(string(tag())));
                    default -> throw new Unreadable();
                };
        depth--;
        return value;
    }

    /** Keys and values up to an end tag and the number of them. */
    private List<Property> properties(int end) {
        List<Property> properties = new ArrayList<>();
        for (int tag = tag(); tag != end; tag = tag()) {
            V8Value key = value(tag);
            check(key instanceof V8Value.Text || key instanceof V8Value.Num);
            properties.add(new Property(key, value()));
        }
        check(length() == properties.size());
        return properties;
    }

    private V8Value array() {
        int length = length();
        check(length <= in.remaining());
        List<V8Value> items = new ArrayList<>(length);
        for (int i = 0; i < length; i++) {
            items.add(value());
        }
        check(properties('$').isEmpty() && length() == length);
        return new V8Value.Array(items);
    }

    private V8Value sparse() {
        long length = varint();
        List<Property> items = properties('@');
        check(varint() == length);
        for (Property item : items) {
            check(item.key() instanceof V8Value.Num(double index) && index >= 0 && index < length);
        }
        return new V8Value.Sparse(length, items);
    }

    private List<Property> entries() {
        List<Property> entries = new ArrayList<>();
        for (int tag = tag(); tag != ':'; tag = tag()) {
            V8Value key = value(tag);
            entries.add(new Property(key, value()));
        }
        check(length() == 2 * entries.size());
        return entries;
    }

    private List<V8Value> items() {
        List<V8Value> items = new ArrayList<>();
        for (int tag = tag(); tag != ','; tag = tag()) {
            items.add(value(tag));
        }
        check(length() == items.size());
        return items;
    }

    private V8Value regexp() {
        String source = string(tag());
        int bits = length();
        StringBuilder flags = new StringBuilder();
        for (int i = 0; i < REGEXP_FLAGS.length(); i++) {
            if ((bits & (1 << i)) != 0) {
                flags.append(REGEXP_FLAGS.charAt(i));
            }
        }
        check(bits < 1 << REGEXP_FLAGS.length());
        return new V8Value.RegExp(source, flags.toString());
    }

    private V8Value buffer(byte[] data) {
        if (!in.hasRemaining() || in.get(in.position()) != 'V') {
            return new V8Value.Buffer(data);
        }
        in.get();
        objects++;
        int kindTag = in.get();
        int offset = length();
        int length = length();
        if (version >= FLAGS_VERSION) {
            check(length() == 0);
        }
        check(offset <= data.length && length <= data.length - offset);
        byte[] shown = new byte[length];
        System.arraycopy(data, offset, shown, 0, length);
        for (ViewKind kind : ViewKind.values()) {
            if (kind.tag() == kindTag) {
                check(length % kind.elementBytes() == 0 && offset % kind.elementBytes() == 0);
                return new V8Value.View(kind, shown);
            }
        }
        throw new Unreadable();
    }

    /** A view as Node's {@code v8.serialize} writes it: its kind, its length, its bytes. */
    private V8Value viewOfNode() {
        viewsOfNode++;
        int index = length();
        check(index < KINDS_OF_NODE.size());
        ViewKind kind = KINDS_OF_NODE.get(index);
        byte[] data = bytes(length());
        check(data.length % kind.elementBytes() == 0);
        return new V8Value.View(kind, data);
    }

    private V8Value failure() {
        String name = "Error";
        String message = null;
        String stack = null;
        V8Value cause = null;
        while (true) {
            int tag = tag();
            switch (tag) {
                case 'E' -> name = "EvalError";
                case 'R' -> name = "RangeError";
                case 'F' -> name = "ReferenceError";
                case 'S' -> name = "SyntaxError";
                case 'T' -> name = "TypeError";
                case 'U' -> name = "URIError";
                case 'm' -> message = string(tag());
                case 's' -> stack = string(tag());
                case 'c' -> cause = value();
                case '.' -> {
                    return new V8Value.Failure(name, message, stack, cause);
                }
                default -> throw new Unreadable();
            }
        }
    }

    private String string(int tag) {
        byte[] data = bytes(length());
        return switch (tag) {
            case '"' -> new String(data, StandardCharsets.ISO_8859_1);
            case 'S' -> new String(data, StandardCharsets.UTF_8);
            case 'c' -> twoByte(data);
            default -> throw new Unreadable();
        };
    }

    /** The UTF-16 units as they are, also halves of pairs. */
    private static String twoByte(byte[] data) {
        check(data.length % 2 == 0);
        char[] units = new char[data.length / 2];
        ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).asCharBuffer().get(units);
        return new String(units);
    }

    private BigInteger bigint() {
        int bits = length();
        byte[] magnitude = bytes(bits >>> 1);
        for (int i = 0, j = magnitude.length - 1; i < j; i++, j--) {
            byte swapped = magnitude[i];
            magnitude[i] = magnitude[j];
            magnitude[j] = swapped;
        }
        BigInteger value = new BigInteger(1, magnitude);
        return (bits & 1) == 0 ? value : value.negate();
    }

    private byte[] bytes(int count) {
        check(count <= in.remaining());
        byte[] bytes = new byte[count];
        in.get(bytes);
        return bytes;
    }

    private int tag() {
        int tag = in.get();
        while (tag == 0) {
            tag = in.get();
        }
        return tag;
    }

    private int length() {
        long value = varint();
        check(value <= Integer.MAX_VALUE);
        return (int) value;
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            int b = in.get();
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value & 0xffff_ffffL;
            }
        }
        throw new Unreadable();
    }

    private static void check(boolean holds) {
        if (!holds) {
            throw new Unreadable();
        }
    }

    /** The bytes are not what can be read here. */
    private static final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unreadable() {
            super(null, null, false, false);
        }
    }
}

package io.echelon.kvstore.v8;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A JavaScript value as V8's structured-clone format has it: a tree, in which an object that occurs
 * again is a {@link Reference} to its first place. A value is thus never larger than its bytes.
 */
public sealed interface V8Value {

    record Undefined() implements V8Value {}

    record Null() implements V8Value {}

    record Bool(boolean value) implements V8Value {}

    record Num(double value) implements V8Value {}

    record Big(BigInteger value) implements V8Value {}

    /** A string, perhaps with halves of surrogate pairs. */
    record Text(String value) implements V8Value {}

    /**
     * A moment.
     *
     * @param millis since 1970; NaN for an invalid date
     */
    record Date(double millis) implements V8Value {}

    /**
     * A regular expression.
     *
     * @param flags some of {@code gimyusldv}
     */
    record RegExp(String source, String flags) implements V8Value {}

    record Array(List<V8Value> items) implements V8Value {
        public Array {
            items = List.copyOf(items);
        }
    }

    /**
     * An array with holes.
     *
     * @param length 0 to 4,294,967,295
     * @param items by index
     */
    record Sparse(long length, List<Property> items) implements V8Value {
        public Sparse {
            items = List.copyOf(items);
        }
    }

    /** A plain object; keys are {@link Text} or {@link Num}. */
    record Plain(List<Property> properties) implements V8Value {
        public Plain {
            properties = List.copyOf(properties);
        }
    }

    record MapOf(List<Property> entries) implements V8Value {
        public MapOf {
            entries = List.copyOf(entries);
        }
    }

    record SetOf(List<V8Value> items) implements V8Value {
        public SetOf {
            items = List.copyOf(items);
        }
    }

    record Buffer(byte[] data) implements V8Value {
        public Buffer {
            data = data.clone();
        }

        @Override
        public byte[] data() {
            return data.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Buffer that && Arrays.equals(data, that.data);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(data);
        }
    }

    /** A typed array or DataView, with the bytes that it shows. */
    record View(ViewKind kind, byte[] data) implements V8Value {
        public View {
            data = data.clone();
        }

        @Override
        public byte[] data() {
            return data.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof View that
                    && kind == that.kind
                    && Arrays.equals(data, that.data);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(data);
        }
    }

    /**
     * An error.
     *
     * @param name that of its constructor
     */
    record Failure(
            String name, @Nullable String message, @Nullable String stack, @Nullable V8Value cause)
            implements V8Value {}

    /** A primitive value in an object, such as {@code new Number(1)}. */
    record Boxed(V8Value primitive) implements V8Value {}

    /**
     * An object that stands elsewhere in the value.
     *
     * @param index that of the object among all, in the order in which they begin, from 0
     */
    record Reference(int index) implements V8Value {}

    /** A key with its value. */
    record Property(V8Value key, V8Value value) {}

    /** The kinds of views. */
    enum ViewKind {
        INT8_ARRAY("Int8Array", 'b', 1),
        UINT8_ARRAY("Uint8Array", 'B', 1),
        UINT8_CLAMPED_ARRAY("Uint8ClampedArray", 'C', 1),
        INT16_ARRAY("Int16Array", 'w', 2),
        UINT16_ARRAY("Uint16Array", 'W', 2),
        INT32_ARRAY("Int32Array", 'd', 4),
        UINT32_ARRAY("Uint32Array", 'D', 4),
        FLOAT16_ARRAY("Float16Array", 'h', 2),
        FLOAT32_ARRAY("Float32Array", 'f', 4),
        FLOAT64_ARRAY("Float64Array", 'F', 8),
        BIGINT64_ARRAY("BigInt64Array", 'q', 8),
        BIGUINT64_ARRAY("BigUint64Array", 'Q', 8),
        DATA_VIEW("DataView", '?', 1);

        private final String label;
        private final char tag;
        private final int elementBytes;

        ViewKind(String label, char tag, int elementBytes) {
            this.label = label;
            this.tag = tag;
            this.elementBytes = elementBytes;
        }

        /** The constructor's name. */
        public String label() {
            return label;
        }

        char tag() {
            return tag;
        }

        public int elementBytes() {
            return elementBytes;
        }
    }

    V8Value UNDEFINED = new Undefined();
    V8Value NULL = new Null();
}

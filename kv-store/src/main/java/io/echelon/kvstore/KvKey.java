package io.echelon.kvstore;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A key: a list of typed parts. Keys are ordered part by part, which is the order of their encoded
 * bytes; the empty key exists only as the prefix of everything.
 */
public record KvKey(List<KeyPart> parts) implements Comparable<KvKey> {
    public KvKey {
        parts = List.copyOf(parts);
    }

    /** A key of Java values; {@link KeyPart#of} says which. */
    public static KvKey of(Object... parts) {
        return of(Arrays.asList(parts));
    }

    /** A key of Java values; {@link KeyPart#of} says which. */
    public static KvKey of(List<Object> parts) {
        return new KvKey(parts.stream().map(KeyPart::of).toList());
    }

    /**
     * The key that bytes from outside encode.
     *
     * @throws io.echelon.tenants.EchelonException INVALID_ARGUMENT when they encode none, or not in
     *     the one canonical form
     */
    public static KvKey decode(byte[] encoded) {
        return KeyCodec.decode(encoded);
    }

    /** This key followed by more parts. */
    public KvKey child(Object... more) {
        return new KvKey(
                Stream.concat(parts.stream(), Arrays.stream(more).map(KeyPart::of)).toList());
    }

    /** The tuple encoding; a new array at every call. */
    public byte[] encoded() {
        return KeyCodec.encode(this);
    }

    @Override
    public int compareTo(KvKey other) {
        return Arrays.compareUnsigned(encoded(), other.encoded());
    }

    @Override
    public String toString() {
        return parts.toString();
    }
}

package io.echelon.kvstore;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A key: a list of typed parts. Keys are ordered part by part, which is the order of their encoded
 * bytes, and equal when these are; the empty key exists only as the prefix of everything.
 */
public final class KvKey implements Comparable<KvKey> {
    private final List<KeyPart> parts;
    private final byte[] encoded;

    public KvKey(List<KeyPart> parts) {
        this.parts = List.copyOf(parts);
        this.encoded = KeyCodec.encode(this.parts);
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

    /** The parts, in their order. */
    public List<KeyPart> parts() {
        return parts;
    }

    /** This key followed by more parts. */
    public KvKey child(Object... more) {
        return new KvKey(
                Stream.concat(parts.stream(), Arrays.stream(more).map(KeyPart::of)).toList());
    }

    /** The tuple encoding; a new array at every call. */
    public byte[] encoded() {
        return encoded.clone();
    }

    /** How many bytes the tuple encoding has. */
    public int sizeBytes() {
        return encoded.length;
    }

    @Override
    public int compareTo(KvKey other) {
        return Arrays.compareUnsigned(encoded, other.encoded);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KvKey that && Arrays.equals(encoded, that.encoded);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(encoded);
    }

    @Override
    public String toString() {
        return parts.toString();
    }
}

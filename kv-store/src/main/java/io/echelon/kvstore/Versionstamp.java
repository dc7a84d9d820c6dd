package io.echelon.kvstore;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * The stamp of a commit: 10 bytes, greater than that of every earlier commit of its store.
 *
 * @param group number of the group of commits that became durable together, unsigned
 * @param position the commit's position in its group, 0 to 65,535
 */
public record Versionstamp(long group, int position) implements Comparable<Versionstamp> {
    public static final int BYTES = 10;

    public Versionstamp {
        if (position < 0 || position > 0xffff) {
            throw Refusals.invalid(
                    "A versionstamp's position is %,d; it must be from 0 to 65,535"
                            .formatted(position));
        }
    }

    public static Versionstamp of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw Refusals.invalid(
                    "A versionstamp is %,d bytes; it must be %d".formatted(bytes.length, BYTES));
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        return new Versionstamp(in.getLong(), in.getShort() & 0xffff);
    }

    /** The stamp that 20 hexadecimal digits write. */
    public static Versionstamp of(String hex) {
        if (hex.length() != 2 * BYTES || !hex.chars().allMatch(HexFormat::isHexDigit)) {
            throw Refusals.invalid("A versionstamp must be %d hexadecimal digits".formatted(20));
        }
        return of(HexFormat.of().parseHex(hex));
    }

    public byte[] bytes() {
        return ByteBuffer.allocate(BYTES).putLong(group).putShort((short) position).array();
    }

    /** 20 lower-case hexadecimal digits; they sort as the stamps do. */
    public String hex() {
        return HexFormat.of().formatHex(bytes());
    }

    @Override
    public int compareTo(Versionstamp other) {
        int byGroup = Long.compareUnsigned(group, other.group);
        return byGroup != 0 ? byGroup : Integer.compare(position, other.position);
    }

    @Override
    public String toString() {
        return hex();
    }
}

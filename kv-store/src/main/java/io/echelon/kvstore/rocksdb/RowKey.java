package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.KvKey;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes under which a row lies: the database's name, a zero byte, the encoded key.
 *
 * <p>No name has a zero byte, so no database's rows lie among another's.
 */
record RowKey(byte[] bytes) implements Comparable<RowKey> {
    /** Behind the rows of all databases, whose names begin with a letter or a digit. */
    static final byte[] AFTER_ALL = {(byte) 0x7f};

    /** The name of the database of a row, or a message, of this key. */
    static String database(byte[] key) {
        int end = 0;
        while (key[end] != 0) {
            end++;
        }
        return new String(key, 0, end, StandardCharsets.US_ASCII);
    }

    static byte[] prefix(String database) {
        return (database + '\0').getBytes(StandardCharsets.US_ASCII);
    }

    /** Behind the rows of the database of a prefix. */
    static byte[] behindAll(byte[] prefix) {
        byte[] behind = prefix.clone();
        behind[behind.length - 1]++;
        return behind;
    }

    /** Whether a key begins with a prefix. */
    static boolean isBelow(byte[] prefix, byte[] key) {
        return key.length >= prefix.length
                && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    static byte[] bytes(byte[] prefix, byte[] encodedKey) {
        byte[] bytes = Arrays.copyOf(prefix, prefix.length + encodedKey.length);
        System.arraycopy(encodedKey, 0, bytes, prefix.length, encodedKey.length);
        return bytes;
    }

    static RowKey of(byte[] prefix, KvKey key) {
        return new RowKey(bytes(prefix, key.encoded()));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RowKey that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Their order; maps need it to find one of many keys that a caller made to hash alike. */
    @Override
    public int compareTo(RowKey other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public String toString() {
        return "RowKey[" + bytes.length + " bytes]";
    }
}

package io.echelon.kvstore.shards;

import io.echelon.kvstore.KvValue;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where a database lies, as the table of placements has it.
 *
 * @param shard the number of its shard
 * @param to the shard that it is to be moved to; null for none
 * @param left the shard that it came from, where its rows are still to be removed; null for none
 */
record Placement(int shard, @Nullable Integer to, @Nullable Integer left) {
    private static final short NONE = -1;

    static Placement in(int shard) {
        return new Placement(shard, null, null);
    }

    Placement movingTo(int target) {
        return new Placement(shard, target, null);
    }

    /** The placement once the database has begun in the shard that it was to be moved to. */
    Placement moved() {
        if (to == null) {
            throw new IllegalStateException("Nothing is to be moved: " + this);
        }
        return new Placement(to, null, shard);
    }

    boolean isAtRest() {
        return to == null && left == null;
    }

    KvValue encoded() {
        return KvValue.bytes(
                ByteBuffer.allocate(3 * Short.BYTES)
                        .putShort((short) shard)
                        .putShort(to == null ? NONE : to.shortValue())
                        .putShort(left == null ? NONE : left.shortValue())
                        .array());
    }

    static Placement decode(KvValue value) {
        ByteBuffer in = ByteBuffer.wrap(value.data());
        return new Placement(in.getShort(), shard(in.getShort()), shard(in.getShort()));
    }

    private static @Nullable Integer shard(short number) {
        return number == NONE ? null : Integer.valueOf(number);
    }
}

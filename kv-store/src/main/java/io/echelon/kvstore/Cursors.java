package io.echelon.kvstore;

import java.util.Arrays;
import java.util.Base64;

/**
 * Cursors of lists: the last key that was seen without the bytes that all keys of the selector
 * share, in base64url, as Deno KV writes them. A cursor can only narrow its selector's range.
 */
final class Cursors {
    private Cursors() {}

    static String after(KvSelector selector, KvKey last) {
        byte[] key = last.encoded();
        int common = selector.common().length;
        return Base64.getUrlEncoder().encodeToString(Arrays.copyOfRange(key, common, key.length));
    }

    /** The rest of the selector's range that lies behind the cursor, or all of it without one. */
    static RangeRead rest(KvSelector selector, ListOptions options) {
        byte[] first = selector.first();
        byte[] afterLast = selector.afterLast();
        String cursor = options.cursor();
        if (cursor != null) {
            byte[] seen = seen(selector, cursor);
            if (Arrays.compareUnsigned(seen, first) < 0
                    || Arrays.compareUnsigned(seen, afterLast) >= 0) {
                throw Refusals.invalid(
                        "The cursor does not lie in the range of this list; use one that a page of the same list returned");
            }
            switch (options.order()) {
                case FORWARD -> first = Arrays.copyOf(seen, seen.length + 1);
                case REVERSE -> afterLast = seen;
            }
        }
        return new RangeRead(first, afterLast, options.limit(), options.order());
    }

    private static byte[] seen(KvSelector selector, String cursor) {
        byte[] common = selector.common();
        byte[] tail;
        try {
            tail = Base64.getUrlDecoder().decode(cursor);
        } catch (IllegalArgumentException e) {
            throw Refusals.invalid(
                    "The cursor is not base64url; use one that a page of the same list returned");
        }
        Refusals.atMost(
                "The number of bytes of a cursor's key",
                (long) common.length + tail.length,
                KvLimits.KEY_MAX_BYTES);
        byte[] seen = Arrays.copyOf(common, common.length + tail.length);
        System.arraycopy(tail, 0, seen, common.length, tail.length);
        return seen;
    }
}

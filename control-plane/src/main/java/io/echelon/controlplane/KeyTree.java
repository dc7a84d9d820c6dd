package io.echelon.controlplane;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.kvstore.Consistency;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.Order;
import io.echelon.kvstore.RangeRead;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A database's keys as a tree: what stands right below a prefix, however much is below that.
 *
 * <p>It reads a few entries, and jumps over all that is below a key part as soon as it knows that
 * something is: a page costs at most one read for each of its children, whatever the database
 * holds.
 */
final class KeyTree {
    private static final int BATCH = 32;
    private static final int FIRST = 0x00;
    private static final int AFTER_LAST = 0xff;

    private final KvDatabase database;
    private final KvKey prefix;
    private final int limit;
    private final List<DatabaseViews.Child> children = new ArrayList<>();
    private @Nullable KvKey last;

    private KeyTree(KvDatabase database, KvKey prefix, int limit) {
        this.database = database;
        this.prefix = prefix;
        this.limit = limit;
    }

    /**
     * A page of the children of a prefix; each read is a state of its own.
     *
     * @param limit most children, at least 1
     * @param cursor where the page before ended; null for the first
     */
    static DatabaseViews.Children below(
            KvDatabase database, KvKey prefix, int limit, @Nullable String cursor) {
        KeyTree tree = new KeyTree(database, prefix, limit);
        boolean isWhole =
                tree.walk(
                        cursor == null
                                ? append(prefix, FIRST)
                                : append(tree.seen(cursor), AFTER_LAST));
        KvKey end = tree.last;
        return new DatabaseViews.Children(
                tree.children,
                isWhole || end == null
                        ? null
                        : Base64.getUrlEncoder().withoutPadding().encodeToString(end.encoded()));
    }

    /** Gathers children from a key on; true when there are no more. */
    private boolean walk(byte[] start) {
        byte[] from = start;
        byte[] end = append(prefix, AFTER_LAST);
        while (true) {
            RangeRead range = new RangeRead(from, end, BATCH, Order.FORWARD);
            List<KvEntry> found =
                    SystemDatabase.await(database.read(List.of(range), Consistency.STRONG))
                            .getFirst();
            boolean isEnd = found.size() < BATCH;
            int at = 0;
            while (at < found.size()) {
                KvKey child = child(found.get(at).key());
                int next = at + 1;
                while (next < found.size() && child(found.get(next).key()).equals(child)) {
                    next++;
                }
                boolean isEntry = found.get(at).key().equals(child);
                boolean isMore = next - at > (isEntry ? 1 : 0);
                if (!isEnd && next == found.size() && !isMore) {
                    break; // whether more is below it stands in the next part
                }
                if (children.size() == limit) {
                    return false;
                }
                children.add(new DatabaseViews.Child(part(child), isEntry, isMore));
                last = child;
                at = next;
            }
            if (isEnd) {
                return true;
            }
            from =
                    at == found.size()
                            ? append(child(found.getLast().key()), AFTER_LAST)
                            : found.get(at).key().encoded();
        }
    }

    private KvKey child(KvKey key) {
        return new KvKey(key.parts().subList(0, prefix.parts().size() + 1));
    }

    private static JsonNode part(KvKey child) {
        return KvKeyJson.write(new KvKey(List.of(child.parts().getLast()))).get(0);
    }

    /** The child at which a cursor stands. */
    private KvKey seen(String cursor) {
        int depth = prefix.parts().size();
        try {
            KvKey seen = KvKey.decode(Base64.getUrlDecoder().decode(cursor));
            if (seen.parts().size() == depth + 1
                    && seen.parts().subList(0, depth).equals(prefix.parts())) {
                return seen;
            }
        } catch (IllegalArgumentException e) {
            // Said below, as for a cursor of another prefix.
        }
        throw TypedJson.refuse(
                "The cursor is none of this prefix; use one that a page of it returned");
    }

    private static byte[] append(KvKey key, int last) {
        byte[] encoded = key.encoded();
        byte[] bytes = Arrays.copyOf(encoded, encoded.length + 1);
        bytes[encoded.length] = (byte) last;
        return bytes;
    }
}

package com.oracle.truffle.js.runtime;

import com.oracle.truffle.api.strings.TruffleString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;

/**
 * What rewritten code keeps with one realm, where whoever measures the realm finds it: the
 * containers that {@code JSON.parse} has begun and not completed, outermost first, and the symbols
 * that {@code Symbol.for} made for this realm alone.
 *
 * <p>What a failed parse left stays until the next one starts.
 */
public final class RealmNotes {
    /** Symbols that all realms share, so that objects of the platform have the same shapes. */
    private static final int MAX_SHARED_SYMBOLS = 1024;

    private static final int MAX_SHARED_KEY_BYTES = 256;

    private final ArrayList<Object> containers = new ArrayList<>();
    private final Map<TruffleString, Symbol> symbols = new HashMap<>();

    private RealmNotes() {}

    public static void start(JSRealm realm) {
        if (realm.getEmbedderData() instanceof RealmNotes notes) {
            notes.containers.clear();
        }
    }

    public static void begun(Object container, JSRealm realm) {
        of(realm).containers.add(container);
    }

    /** Adds what is kept for a reviver beside the container begun last. */
    public static void alsoBegun(Object record, JSRealm realm) {
        ArrayList<Object> containers = of(realm).containers;
        containers.add(new Object[] {containers.removeLast(), record});
    }

    public static void ended(JSRealm realm) {
        of(realm).containers.removeLast();
    }

    /** The symbol of a key: a shared one as long as there are few, else one of this realm. */
    public static Symbol symbolFor(Map<TruffleString, Symbol> shared, TruffleString key) {
        Symbol known = shared.get(key);
        if (known != null) {
            return known;
        }
        RealmNotes notes = of(JSRealm.get(null));
        Symbol own = notes.symbols.get(key);
        if (own != null) {
            return own;
        }
        boolean mayShare =
                shared.size() < MAX_SHARED_SYMBOLS
                        && key.byteLength(TruffleString.Encoding.UTF_16) <= MAX_SHARED_KEY_BYTES;
        return (mayShare ? shared : notes.symbols).computeIfAbsent(key, Symbol::createRegistered);
    }

    /** The key of a registered symbol. */
    public static Object keyFor(Map<TruffleString, Symbol> shared, Symbol symbol) {
        return symbol.getDescription();
    }

    private static RealmNotes of(JSRealm realm) {
        if (realm.getEmbedderData() instanceof RealmNotes notes) {
            return notes;
        }
        RealmNotes notes = new RealmNotes();
        realm.setEmbedderData(notes);
        return notes;
    }
}

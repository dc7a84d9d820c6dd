package io.echelon.controlplane;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.Versionstamp;
import io.echelon.tenants.EchelonException;
import org.jspecify.annotations.Nullable;

/** What a key has to hold for a change of it to happen. */
sealed interface Expected {
    /** Whatever is there. */
    record Anything() implements Expected {}

    /** Nothing. */
    record Absent() implements Expected {}

    /** What one commit wrote, and nothing since. */
    record Version(Versionstamp stamp) implements Expected {}

    /** {@code none} or a versionstamp; anything when it is absent. */
    static Expected parse(@Nullable String text) {
        if (text == null) {
            return new Anything();
        }
        if (text.equals("none")) {
            return new Absent();
        }
        try {
            return new Version(Versionstamp.of(text));
        } catch (EchelonException e) {
            throw TypedJson.refuse(
                    "ifVersionstamp is \"%s\"; it must be none or the versionstamp of the entry that was read, 20 hexadecimal digits"
                            .formatted(TypedJson.abbreviated(text)));
        }
    }

    /**
     * What a caller says in one way or the other.
     *
     * @param ifMatch the header, with the tag of the entry that was read
     */
    static Expected of(@Nullable String ifVersionstamp, @Nullable String ifMatch) {
        if (ifMatch == null) {
            return parse(ifVersionstamp);
        }
        if (ifVersionstamp != null) {
            throw TypedJson.refuse("ifVersionstamp and If-Match are given; give one of them");
        }
        return parse(IfMatch.of(ifMatch).only());
    }

    /** A write that happens only when a key is as expected. */
    default AtomicWrite.Builder check(KvKey key) {
        AtomicWrite.Builder write = AtomicWrite.builder();
        return switch (this) {
            case Anything _ -> write;
            case Absent _ -> write.checkAbsent(key);
            case Version(Versionstamp stamp) -> write.check(key, stamp);
        };
    }

    /** What to say when it was not. */
    default String refusal() {
        return switch (this) {
            case Anything _ -> "Another change came first; try again";
            case Absent _ -> "The key has an entry already; read it before you change it";
            case Version(Versionstamp stamp) ->
                    "The entry is no longer that of versionstamp %s: it was changed or deleted meanwhile. Read it again before you change it"
                            .formatted(stamp);
        };
    }
}

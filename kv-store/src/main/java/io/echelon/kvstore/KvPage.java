package io.echelon.kvstore;

import java.util.List;
import java.util.Optional;

/**
 * A page of a list.
 *
 * @param cursor where the next page begins; empty when there is none
 */
public record KvPage(List<KvEntry> entries, Optional<String> cursor) {
    public KvPage {
        entries = List.copyOf(entries);
    }
}

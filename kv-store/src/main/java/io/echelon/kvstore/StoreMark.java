package io.echelon.kvstore;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A state of a store that its replicas keep to be compared: a number for each of its shards.
 *
 * @param ofShards at least one
 */
public record StoreMark(List<Long> ofShards) {
    /** The form of {@link #toString}. */
    public static final String PATTERN = "[0-9]{1,18}(-[0-9]{1,18}){0,63}";

    public StoreMark {
        ofShards = List.copyOf(ofShards);
    }

    /**
     * The mark of a text.
     *
     * @param text of the form {@link #PATTERN}
     */
    public static StoreMark of(String text) {
        return new StoreMark(Arrays.stream(text.split("-", -1)).map(Long::valueOf).toList());
    }

    /** Digits, and hyphens between shards. */
    @Override
    public String toString() {
        return ofShards.stream().map(String::valueOf).collect(Collectors.joining("-"));
    }
}

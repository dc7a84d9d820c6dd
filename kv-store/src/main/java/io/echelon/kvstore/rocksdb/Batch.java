package io.echelon.kvstore.rocksdb;

import java.util.List;

/**
 * Commands that are decided one after the other and become durable together. What they do depends
 * on nothing but the state before them and what stands here, so every replica that applies the same
 * batches in the same order has the same state.
 *
 * @param number greater than that of every batch before; versionstamps begin with it
 * @param timeMs the time at which all of it happens, in milliseconds since 1970
 */
public record Batch(long number, long timeMs, List<Command> commands) {
    /** Most commands of a batch: a versionstamp has two bytes for the position. */
    public static final int COMMANDS_MAX = 1_024;

    public Batch {
        commands = List.copyOf(commands);
        if (commands.size() > COMMANDS_MAX) {
            throw new IllegalArgumentException(
                    "A batch has %,d commands; at most %,d are allowed"
                            .formatted(commands.size(), COMMANDS_MAX));
        }
    }
}

package io.echelon.kvstore;

import java.time.Instant;

/**
 * What a claim of a message is known by. It is good for the database that gave it, until the claim
 * ends.
 *
 * @param versionstamp that of the commit which enqueued the message
 * @param position the message's among those of that commit, from 0
 * @param leaseEnd when the message is due again
 * @param claim number of the claim among all of this message, from 1
 */
public record QueueReceipt(Versionstamp versionstamp, int position, Instant leaseEnd, int claim) {
    /** The message's name, the same in every claim. */
    public String messageId() {
        return messageId(versionstamp, position);
    }

    /** The name of a message: 24 hexadecimal digits. */
    public static String messageId(Versionstamp versionstamp, int position) {
        return "%s%04x".formatted(versionstamp.hex(), position);
    }
}

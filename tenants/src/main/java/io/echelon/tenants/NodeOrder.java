package io.echelon.tenants;

import java.time.Instant;
import java.util.regex.Pattern;

/**
 * What the operator has decided about a node; without one it serves.
 *
 * @param node its id
 * @param since when that was decided
 * @param by who did, as in {@link AuditRecord#actor}
 */
public record NodeOrder(String node, Wanted wanted, Instant since, String by) {
    /** What a node is to do instead of serving. */
    public enum Wanted {
        /** To stand by: it ends what it has begun, and neither crons nor messages begin on it. */
        DRAINED,
        /** To be no part of the platform any more, for good. */
        REMOVED
    }

    private static final Pattern NODE = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    public NodeOrder {
        if (!isNode(node)) {
            throw new IllegalArgumentException("\"%s\" is no node's id".formatted(node));
        }
    }

    /** Whether a text has the form of a node's id. */
    public static boolean isNode(String text) {
        return NODE.matcher(text).matches();
    }
}

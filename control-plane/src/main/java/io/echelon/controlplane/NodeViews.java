package io.echelon.controlplane;

import io.echelon.tenants.NodeTokenRecord;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the routes of nodes of other machines take and answer. */
public final class NodeViews {
    private NodeViews() {}

    /**
     * A token of a node to be.
     *
     * @param expiresInMinutes 1 to 10,080; null is 60
     * @param uses how many nodes may join by it, 1 to 100; null is 1
     */
    public record TokenRequest(@Nullable Integer expiresInMinutes, @Nullable Integer uses) {}

    /**
     * A token just made.
     *
     * @param token the secret; it is never told again
     */
    public record NewToken(String id, String token, int uses, Instant expiresAt) {
        @Override
        public String toString() {
            return "NewToken[" + id + "]";
        }
    }

    /**
     * A token by which nodes join.
     *
     * @param uses how many may still do so
     */
    public record Token(
            String id, int uses, String createdBy, Instant createdAt, Instant expiresAt) {
        static Token of(NodeTokenRecord record) {
            return new Token(
                    record.id(),
                    record.uses(),
                    record.createdBy(),
                    record.createdAt(),
                    record.expiresAt());
        }
    }

    /**
     * A page of tokens.
     *
     * @param cursor where the next page begins; null when there is none
     */
    public record Tokens(List<Token> tokens, @Nullable String cursor) {}
}

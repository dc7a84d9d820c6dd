package io.echelon.kvstore.connect;

/**
 * Who may do what with a database.
 *
 * <p>Thread safety: asked from any thread, before every call; it must not block.
 */
@FunctionalInterface
public interface KvAccess {
    /** What a token opens. */
    enum Grant {
        NONE,
        READ,
        READ_WRITE
    }

    /**
     * What the bearer of a token may do. The token is whatever the caller sent: compare it in
     * constant time.
     */
    Grant grant(String token, String database);
}

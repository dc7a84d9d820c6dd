package io.echelon.kvstore;

/** The direction of a list. */
public enum Order {
    /** Smallest key first. */
    FORWARD,
    /** Greatest key first. */
    REVERSE
}

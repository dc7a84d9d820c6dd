package io.echelon.controlplane;

/**
 * What opened the API for a request, by what is no secret of it, so that it can be looked up again.
 *
 * @param id of the kind's own
 */
record Credential(Kind kind, String id) {
    /** Where it is looked up. */
    enum Kind {
        /** An access token, by its id. */
        TOKEN,
        /** A session of a browser, by the digest of its secret. */
        SESSION,
        /** The owner token, by its fingerprint. */
        OWNER
    }
}

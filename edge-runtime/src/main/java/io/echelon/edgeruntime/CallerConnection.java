package io.echelon.edgeruntime;

import java.time.Duration;

/** The connection that a request came by, as its exchange sees it; on its event loop. */
interface CallerConnection {
    /** How long a caller may take for what its request's body consists of. */
    Duration bodyLimit();

    /** Says that a request's head is complete. */
    void begun();

    /** Says that a request has been answered in full. */
    void ended();

    /** Says that nothing after the request under way is to be looked at; of HTTP/1 alone. */
    void endAfterThis();
}

package io.echelon.controlplane;

import java.time.Instant;

/** What came of looking at a request's token. */
sealed interface Identification {

    /** It is somebody's. */
    record Known(Caller caller) implements Identification {}

    /** There is none, or it is nobody's, or no longer. */
    record Unknown() implements Identification {}

    /** It was somebody's until then. */
    record Expired(Instant at) implements Identification {}

    /** Its source has shown too many that were nobody's. */
    record TooMany() implements Identification {}
}

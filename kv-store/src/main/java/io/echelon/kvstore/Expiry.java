package io.echelon.kvstore;

import java.time.Duration;
import java.time.Instant;

/** When a value goes: never before that moment, and within a minute after it. */
public sealed interface Expiry {

    /** It stays until it is deleted or overwritten. */
    record Never() implements Expiry {}

    /** At a moment, to the millisecond. */
    record At(Instant time) implements Expiry {
        public At {
            if (time.getEpochSecond() < 0) {
                throw Refusals.invalid("An expiry time of %s lies before 1970".formatted(time));
            }
        }
    }

    /** Some time after the commit; negative or zero is at once. */
    record In(Duration delay) implements Expiry {}

    Expiry NEVER = new Never();

    static Expiry at(Instant time) {
        return new At(time);
    }

    static Expiry in(Duration delay) {
        return new In(delay);
    }
}

package io.echelon.deploycli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A parameter that the command line has made sure of. */
final class Parameter {
    private Parameter() {}

    /** The value of a parameter that must be given, or the command would not run. */
    static <T> T given(@Nullable T value) {
        return Objects.requireNonNull(value, "a required parameter");
    }
}

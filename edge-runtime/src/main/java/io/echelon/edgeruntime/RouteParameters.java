package io.echelon.edgeruntime;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.RevisionId;
import io.vertx.core.http.HttpServerRequest;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/**
 * What a request on the internal port was asked with; an empty parameter is as one that is not
 * there.
 *
 * <p><b>Failure.</b> An {@link EchelonException} of code {@code INVALID_ARGUMENT} that names the
 * parameter and what it may be.
 */
final class RouteParameters {
    private RouteParameters() {}

    static @Nullable String given(HttpServerRequest request, String name) {
        String value = request.getParam(name);
        return value == null || value.isEmpty() ? null : value;
    }

    static String required(HttpServerRequest request, String name) {
        String value = given(request, name);
        if (value == null) {
            throw refuse("The parameter %s is missing".formatted(name));
        }
        return value;
    }

    /**
     * @param otherwise when it is not there
     */
    static int number(HttpServerRequest request, String name, int min, int max, int otherwise) {
        String text = given(request, name);
        try {
            int number = text == null ? otherwise : Integer.parseInt(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Refused below.
        }
        throw refuse("%s is \"%s\"; it must be from %,d to %,d".formatted(name, text, min, max));
    }

    /**
     * @param otherwise when it is not there
     */
    static Instant time(HttpServerRequest request, String name, Instant otherwise) {
        String text = given(request, name);
        try {
            return text == null ? otherwise : Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw refuse(
                    "%s is \"%s\"; it must be like 2026-01-01T00:00:00Z".formatted(name, text));
        }
    }

    /** The number of the revision that {@code rev} names; 0 when it is not there. */
    static int revision(HttpServerRequest request) {
        String label = given(request, "rev");
        return label == null ? 0 : RevisionId.parseLabel(label);
    }

    static EchelonException refuse(String message) {
        return new EchelonException(ErrorCode.INVALID_ARGUMENT, message);
    }
}

package io.echelon.controlplane;

import io.echelon.tenants.Right;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The right that a route of the API needs; {@link RightsFilter} lets nobody into a route without
 * one. Whose things the right has to be for follows from the route's parameters {@code tenant},
 * {@code app} and {@code database}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Needs {
    /** The right. */
    Right value();

    /** What the tenant's audit keeps of calls; those by GET never change anything. */
    Trace trace() default Trace.CHANGES;

    /** Which calls of a route become rows of the audit. */
    enum Trace {
        /** Each that may have changed something. */
        CHANGES,
        /** None: what it stores is nobody's until something else names it. */
        NOTHING
    }
}

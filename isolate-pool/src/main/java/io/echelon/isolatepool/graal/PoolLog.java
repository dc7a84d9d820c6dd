package io.echelon.isolatepool.graal;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** The pool's own log, for the operator; what guests say goes elsewhere. */
final class PoolLog {
    private static final Logger LOGGER = System.getLogger("io.echelon.isolatepool");

    private PoolLog() {}

    static void error(String what, Throwable cause) {
        LOGGER.log(Level.ERROR, what, cause);
    }

    static void warn(String what) {
        LOGGER.log(Level.WARNING, what);
    }
}

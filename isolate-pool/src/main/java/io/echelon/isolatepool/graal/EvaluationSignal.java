package io.echelon.isolatepool.graal;

import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.proxy.ProxyExecutable;

/**
 * How Java learns that a module has been evaluated to its end, top-level awaits included:
 * evaluation through the polyglot API returns as soon as a module waits. A statement after the
 * module's last one calls a function that only stands in the global object until then.
 */
final class EvaluationSignal {
    private static final String SYMBOL = "Symbol.for('echelon.evaluated')";

    /** What is appended to an entry module. */
    static final String EPILOGUE = "\n;globalThis[%s]?.();\n".formatted(SYMBOL);

    private static final Source INSTALL =
            Source.newBuilder(
                            "js",
                            """
                            (evaluated) => Object.defineProperty(globalThis, %s, {
                              configurable: true,
                              value: () => { delete globalThis[%s]; evaluated(); },
                            })
                            """
                                    .formatted(SYMBOL, SYMBOL),
                            "echelon:evaluated")
                    .internal(true)
                    .buildLiteral();

    private EvaluationSignal() {}

    static void install(Context context, Runnable evaluated) {
        ProxyExecutable signal =
                arguments -> {
                    evaluated.run();
                    return null;
                };
        context.eval(INSTALL).executeVoid(signal);
    }
}

package io.echelon.deploycli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a JVM of the platform does with its AOT cache: the classes of an earlier run as they stood
 * in memory (JEP 483), which the build makes by using a platform once ({@link TrainingRun}).
 */
enum AotCache {
    /** Starts with it. One of another JDK or of older jars is ignored, and there may be none. */
    USED {
        @Override
        List<String> options(Path file) {
            return List.of("-XX:AOTCache=" + file);
        }
    },

    /**
     * Writes it when the process ends, for which that takes seconds longer. Profiles of methods
     * (JEP 515) are left out: nodes got warm more slowly with them (docs/design-decisions.md).
     */
    RECORDED {
        @Override
        List<String> options(Path file) {
            return List.of(
                    "-XX:+UnlockDiagnosticVMOptions",
                    "-XX:-AOTRecordTraining",
                    "-XX:AOTCacheOutput=" + file);
        }
    };

    abstract List<String> options(Path file);

    /**
     * The options of a JVM that a program of the platform runs on.
     *
     * @param program {@code edge}, {@code node} or {@code control-plane}
     */
    List<String> of(String program, Surroundings surroundings) {
        List<String> all =
                new ArrayList<>(options(surroundings.program().resolve(program + ".aot")));
        // What the JVM has to say of a cache that it ignores; standard output is for programs.
        all.add("-Xlog:disable");
        all.add("-Xlog:all=error:stderr");
        return all;
    }
}

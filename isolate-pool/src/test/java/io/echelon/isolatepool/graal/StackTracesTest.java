package io.echelon.isolatepool.graal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Positions in stack traces, before and after. */
class StackTracesTest {
    /** Generated 2:1 came from a.ts 1:1, generated 2:5 from b.ts 11:3. */
    private static final String MAP =
            """
            {"version":3,"sources":["src/a.ts","src/b.ts"],"mappings":";AAAA,ICUE"}
            """;

    private static StackTraces traces(String map) {
        return new StackTraces(Map.of("main.js.map", map.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void namesTheUsersFileLineAndColumn() {
        String trace = "Error: x\n    at f (main.js:2:3)\n    at main.js:2:9";
        assertThat(traces(MAP).rewrite(trace))
                .isEqualTo("Error: x\n    at f (src/a.ts:1:1)\n    at src/b.ts:11:3");
    }

    @Test
    void leavesWhatTheMapDoesNotKnow() {
        assertThat(traces(MAP).rewrite("at main.js:1:1, at main.js:99:1, at other.js:2:1"))
                .isEqualTo("at main.js:1:1, at main.js:99:1, at other.js:2:1");
    }

    @Test
    void aBrokenMapChangesNothing() {
        assertThat(traces("{").rewrite("at main.js:2:3")).isEqualTo("at main.js:2:3");
        assertThat(
                        traces("{\"version\":3,\"sources\":[],\"mappings\":\"!!\"}")
                                .rewrite("main.js:1:1"))
                .isEqualTo("main.js:1:1");
    }
}

package io.echelon.isolatepool.graal;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.isolatepool.Program;
import io.echelon.isolatepool.ProgramRunner;
import io.echelon.tenants.FunctionLimits;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Programs that are run to their end. */
class ProgramTest {
    private static final GraalProgramRunner RUNNER = GraalProgramRunner.create();

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @AfterAll
    static void close() {
        RUNNER.close();
    }

    private int run(String code) throws Exception {
        Program program =
                new Program(
                        "main.js",
                        Map.of("main.js", code.getBytes(StandardCharsets.UTF_8)),
                        List.of("one", "two"),
                        new FunctionLimits(2_000, 64, 60_000),
                        Map.of("NAME", "value"),
                        List.of(),
                        Map.of(),
                        InputStream.nullInputStream(),
                        out,
                        err);
        return RUNNER.run(program).get(90, TimeUnit.SECONDS);
    }

    @Test
    void printsAndEndsWithZero() throws Exception {
        assertThat(run("console.log('hello'); console.error('trouble');")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("hello\n");
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("trouble\n");
    }

    @Test
    void seesItsArgumentsAndItsEnvironment() throws Exception {
        assertThat(run("console.log(Deno.args.join() + ' ' + Deno.env.get('NAME'))")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("one,two value\n");
    }

    @Test
    void waitsForTimersAndTopLevelAwaits() throws Exception {
        assertThat(
                        run(
                                "await new Promise((r) => setTimeout(r, 5)); setTimeout(() => console.log('b'), 5); console.log('a')"))
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("a\nb\n");
    }

    @Test
    void endsWithTheCodeThatItChooses() throws Exception {
        assertThat(run("Deno.exit(7)")).isEqualTo(7);
    }

    @Test
    void failsWithTheStackOfWhatItThrew() throws Exception {
        assertThat(run("function f() { throw new RangeError('boom') }\nf()")).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("RangeError: boom", "main.js:1");
    }

    @Test
    void isStoppedWhenItComputesForTooLong() throws Exception {
        assertThat(run("for (;;);")).isEqualTo(ProgramRunner.STOPPED);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("2,000 ms");
    }

    @Test
    void failsWhenItsTopLevelNeverEnds() throws Exception {
        assertThat(run("await new Promise(() => {})")).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("never ended");
    }
}

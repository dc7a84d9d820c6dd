package io.echelon.isolatepool.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What console writes to the log. */
final class ConsoleTest {
    private static final Playground PLAYGROUND = new Playground();

    @AfterAll
    static void closePlayground() {
        PLAYGROUND.close();
    }

    private static List<String> linesOf(String statements) {
        var id =
                PLAYGROUND.install(
                        "export default { fetch() { "
                                + statements
                                + "; return new Response('') } }");
        PLAYGROUND.takeLog();
        PLAYGROUND.get(id, "/");
        return PLAYGROUND.takeLog();
    }

    private static String shown(String expression) {
        return linesOf("console.log(" + expression + ")").getFirst().substring("INFO ".length());
    }

    @Test
    void writesEachLevel() {
        assertThat(
                        linesOf(
                                "console.debug(1); console.info('a', 2); console.warn('w');"
                                        + " console.error('e')"))
                .containsExactly("DEBUG 1", "INFO a 2", "WARN w", "ERROR e");
    }

    @Test
    void showsValuesAsSourceCode() {
        assertThat(shown("'text', ['text', 1, -0, 1n, null, undefined, true, Symbol('s')]"))
                .isEqualTo("text [ \"text\", 1, -0, 1n, null, undefined, true, Symbol(s) ]");
        assertThat(shown("{ a: { b: [1, , 3] }, 'x-y': () => {}, f: class A extends Map {} }"))
                .isEqualTo(
                        "{\n  a: { b: [ 1, <1 empty item>, 3 ] },\n  \"x-y\": [Function: x-y],\n"
                                + "  f: [class A extends Map]\n}");
        assertThat(shown("new Map([['k', new Set([1])]]), new Date(0), /x/g"))
                .isEqualTo("Map(1) { \"k\" => Set(1) { 1 } } 1970-01-01T00:00:00.000Z /x/g");
        assertThat(shown("new Uint8Array([1, 2]), new ArrayBuffer(3), Object.create(null)"))
                .isEqualTo(
                        "Uint8Array(2) [ 1, 2 ] ArrayBuffer { byteLength: 3 } [Object: null prototype]"
                                + " {}");
        assertThat(shown("new (class Point { x = 1; get y() { return 2 } })()"))
                .isEqualTo("Point { x: 1 }");
        assertThat(shown("{ get a() { throw 1 }, set b(v) {} }"))
                .isEqualTo("{ a: [Getter], b: [Setter] }");
    }

    @Test
    void showsWhatPointsBackAndWhatIsDeep() {
        assertThat(shown("(() => { const o = { a: {} }; o.a.o = o; return o })()"))
                .isEqualTo("<ref *1> { a: { o: [Circular *1] } }");
        assertThat(shown("{ a: { b: { c: { d: { e: { f: 1 } } } } } }")).contains("[Object]");
        assertThat(shown("new Array(1000).fill(7)")).contains("... 900 more items");
    }

    @Test
    void showsErrorsWithStackAndCause() {
        String text = shown("new TypeError('bad', { cause: new Error('why') })");
        assertThat(text).startsWith("TypeError: bad\n    at ").contains("Caused by: Error: why");
    }

    @Test
    void showsThePlatformsOwnObjects() {
        assertThat(shown("new URL('http://a.b/c')")).contains("href: \"http://a.b/c\"");
        assertThat(shown("new Response('x', { status: 201 })"))
                .startsWith("Response {")
                .contains("status: 201");
        assertThat(shown("new Headers({ a: 'b' })")).contains("a").contains("b");
    }

    @Test
    void substitutesInAFirstString() {
        assertThat(shown("'%s is %d and %i, %o %% %c.', 'x', 1.5, 2.7, { a: 1 }, 'css'"))
                .isEqualTo("x is 1.5 and 2, { a: 1 } % .");
        assertThat(shown("'100%', 1")).isEqualTo("100% 1");
    }

    @Test
    void groupsCountsAndAsserts() {
        assertThat(
                        linesOf(
                                "console.group('g'); console.log('in'); console.groupEnd();"
                                        + " console.count(); console.count(); console.assert(1 > 2,"
                                        + " 'no'); console.assert(true)"))
                .containsExactly(
                        "INFO g",
                        "INFO   in",
                        "INFO default: 1",
                        "INFO default: 2",
                        "ERROR Assertion failed: no");
        assertThat(linesOf("console.table([{ a: 1, b: 'x' }])").getFirst())
                .contains("│ (idx) │ a │ b   │");
    }

    @Test
    void survivesHostileValues() {
        assertThat(shown("new Proxy({}, { get() { throw 1 }, ownKeys() { throw 2 } })"))
                .isNotEmpty();
        assertThat(shown("{ [Symbol.toStringTag]: { toString() { throw 1 } } }")).isNotEmpty();
        assertThat(shown("'x'.repeat(100000)").length()).isLessThan(8_400);
        assertThat(
                        shown(
                                "(() => { const e = new Error('m'); Object.defineProperty(e, 'stack', { get()"
                                        + " { throw 1 } }); return e })()"))
                .contains("Error: m");
    }
}

package io.echelon.tests;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The console's playground in a real browser: it runs what is written, and knows its types. */
final class PlaygroundTest {
    private static final String SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>";

    /**
     * Everything that the worker of types proposes for an empty module, but for words and types.
     */
    private static final String PROPOSED =
            """
            async () => {
              const address = new URL("types.js", document.querySelector('script[src$="playground.js"]').src).href;
              const policy = trustedTypes.createPolicy("test", { createScriptURL: () => address });
              const worker = new Worker(policy.createScriptURL(""), { type: "module" });
              const found = new Set();
              for (const begun of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") {
                worker.postMessage({ id: 1, ask: "completions", text: begun, values: [1, begun] });
                const { data } = await new Promise((resolve) => (worker.onmessage = resolve));
                for (const { name, kind } of data.answer) {
                  if (!["keyword", "interface", "type", "primitive type", "alias"].includes(kind)) found.add(name);
                }
              }
              worker.terminate();
              return [...found];
            }""";

    /** Pixels from the beginning of a line to within its third word. */
    private static final int IN_THE_NAME = 107;

    @TempDir private static Path home;
    private static Platform platform;
    private static Browser browser;
    private Page page;

    @BeforeAll
    static void start() throws Exception {
        platform = Platform.start(home);
        browser = Browser.start();
    }

    @AfterAll
    static void stop() throws Exception {
        browser.close();
        platform.stop();
    }

    @BeforeEach
    void signIn() {
        page = browser.open(platform.control(), Browser.Look.DESKTOP_LIGHT);
        page.navigate("/sign-in");
        page.fill("#token", platform.token());
        press("Sign in");
        assertThat(page.locator("h1")).hasText("Apps");
        page.navigate("/tenants/default/apps/lab/playground");
    }

    @AfterEach
    void nothingRanThatShouldNot() {
        page.context().close();
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void runsWhatIsWrittenAndPromotesIt() throws Exception {
        write("const broken: = 1;");
        press("Save and run");
        assertThat(page.locator("#result")).containsText("Line 1");
        write(
                "type Said = { text: string }; const said: Said = { text: '%s' }; export default { fetch(): Response { console.log(said.text); return new Response(said.text); } };"
                        .formatted(SCRIPT));
        page.keyboard().press("Control+s");
        assertThat(page.locator("#result .body")).hasText(SCRIPT);
        assertThat(page.locator("#lines")).containsText(SCRIPT);
        assertThat(page.locator("#result .state")).hasText("200");
        Locator promote = page.locator("#revision button");
        promote.click();
        page.getByRole(AriaRole.DIALOG).getByRole(AriaRole.BUTTON, inside("Promote")).click();
        assertThat(page.locator(".toasts")).containsText("serves now");
        Until.holds(() -> platform.answer(0, "lab.localhost").equals(SCRIPT));
    }

    @Test
    void checksTypesWhileOneTypes() {
        assertThat(page.locator("#problems")).hasText("No type errors");
        write(
                """
                export default {
                  async fetch(request: Request, env: Env): Promise<Response> {
                    const { value } = await env.KV.get<number>(["visits"]);
                    const visits: string = (value ?? 0) + 1;
                    return Response.json({ visits, host: request.hostname, "%s": 1 });
                  },
                };
                """
                        .formatted(SCRIPT));
        Locator problems = page.locator("#problems");
        assertThat(problems)
                .containsText("Line 4: Type 'number' is not assignable to type 'string'.");
        assertThat(problems)
                .containsText("Line 5: Property 'hostname' does not exist on type 'Request'.");
        assertThat(page.locator("#editor .cm-lintRange-error")).hasCount(2);
        for (Browser.Look look : Browser.Look.values()) {
            Browser.look(page, look);
            assertThat(Browser.violations(page)).isEmpty();
            assertThat(Browser.overflow(page)).isNotPositive();
            page.screenshot(
                    new Page.ScreenshotOptions()
                            .setPath(
                                    Edge.ROOT.resolve(
                                            "tests/target/screenshots/playground-types-%s.png"
                                                    .formatted(look)))
                            .setFullPage(true));
        }
        problems.getByText("Line 5").click();
        page.keyboard().press("End");
        page.keyboard().press("Enter");
        page.keyboard().type("Deno.op");
        assertThat(page.locator("#editor .cm-tooltip-autocomplete")).containsText("openKv");
        page.keyboard().press("Escape");
        page.locator("#editor .cm-line")
                .nth(3)
                .hover(new Locator.HoverOptions().setPosition(IN_THE_NAME, 10));
        assertThat(page.locator("#editor .cm-meaning")).containsText("const visits: string");
    }

    /** What is proposed is there, and what is there has a type. */
    @Test
    void knowsExactlyWhatAnIsolateHas() {
        List<?> proposed = (List<?>) page.evaluate(PROPOSED);
        assertThat(proposed).hasSizeGreaterThan(100);
        run(
                "Response.json(%s.filter((name) => !(name in globalThis)))"
                        .formatted(quoted(proposed)));
        assertThat(page.locator("#result .body")).hasText("[]");

        run(
                "Response.json(Object.getOwnPropertyNames(globalThis).filter((name) => !%s.includes(name)))"
                        .formatted(quoted(proposed)));
        assertThat(page.locator("#result .body")).hasText("[]");
    }

    private static String quoted(List<?> names) {
        return names.stream().map("\"%s\""::formatted).toList().toString();
    }

    /** Runs a function that answers with an expression. */
    private void run(String expression) {
        write("export default { fetch: (): Response => %s };".formatted(expression));
        press("Save and run");
        assertThat(page.locator("#result .state")).hasText("200");
    }

    /** Puts a text into the editor, which keeps what was in it, and types a space. */
    private void write(String source) {
        page.evaluate(
                "text => localStorage.setItem('echelon-playground/default/lab', text)", source);
        page.reload();
        page.locator("#editor .cm-content").click();
        page.keyboard().press("Control+End");
        page.keyboard().type(" ");
    }

    private void press(String button) {
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(button).setExact(true))
                .click();
    }

    private static Locator.GetByRoleOptions inside(String name) {
        return new Locator.GetByRoleOptions().setName(name);
    }
}

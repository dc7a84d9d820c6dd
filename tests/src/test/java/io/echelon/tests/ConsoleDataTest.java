package io.echelon.tests;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Databases, queues and crons in a real browser, with a function that uses them. */
final class ConsoleDataTest {
    private static final Path SCREENSHOTS = Edge.ROOT.resolve("tests/target/screenshots");
    private static final String SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>";
    private static final String KEY = "[\"%s\"]".formatted(SCRIPT);
    private static final String SHOP =
            """
            const kv = await Deno.openKv();
            kv.listenQueue(() => { throw new Error("%1$s"); });
            Deno.cron("tidy", "0 3 1 1 *", () => console.log("tidied %1$s"));
            Deno.serve(async () => {
              await kv.enqueue({ later: "%1$s" }, { delay: 3_600_000 });
              await kv.enqueue({ dead: "%1$s" }, { backoffSchedule: [] });
              return new Response("sent");
            });"""
                    .formatted(SCRIPT);

    private static final String TRACED =
            """
            export default { async fetch(request) {
              const kv = await Deno.openKv();
              await kv.get(["a"]);
              await kv.set(["a"], 1);
              for await (const entry of kv.list({ prefix: [] })) console.log(entry.key);
              await fetch("http://127.0.0.1:9/?secret").catch(() => {});
              return new Response("traced");
            } };""";

    /** The pages, and what each has once its data is there. */
    private static final Map<String, String> PAGES =
            Map.of(
                    "/tenants/default/databases", ".databases",
                    "/tenants/default/databases/shop", ".tree",
                    "/tenants/default/databases/none", ".kv-empty",
                    "/tenants/default/databases/shop/queue?part=dead", ".message",
                    "/tenants/default/databases/none/queue", ".empty",
                    "/tenants/default/apps/shop/crons", ".timeline-picture",
                    "/tenants/default/apps/shop/playground", "#editor .cm-content");

    @TempDir private static Path home;
    private static OwnCertificate own;
    private static Authorities authorities;
    private static People people;
    private static Platform platform;
    private static Edge edge;
    private static Browser browser;

    @BeforeAll
    static void start() throws Exception {
        own = OwnCertificate.of(home, "localhost", "www.shop.example");
        authorities = Authorities.start(home, own);
        people = People.start();
        Map<String, String> environment = new HashMap<>(authorities.environment());
        environment.putAll(people.environment());
        platform = Platform.start(home, environment);
        edge = platform.edge(home);
        browser = Browser.start();
        Path folder = Files.createDirectories(home.resolve("shop"));
        Files.writeString(folder.resolve("main.js"), SHOP);
        run("deploy", folder.toString(), "--app", "shop");
        run("kv", "set", "--db", "shop", "[\"users\",1]", "{\"name\":\"Ada\"}");
        run("kv", "set", "--db", "shop", KEY, "\"%s\"".formatted(SCRIPT));
        assertThat(platform.answer(0, "shop.localhost")).isEqualTo("sent");
    }

    @AfterAll
    static void stop() throws Exception {
        browser.close();
        authorities.close();
        platform.stop();
        people.close();
    }

    @AfterEach
    void nothingRanThatShouldNot() {
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void everyPageIsForEverybody() throws Exception {
        Until.holds(() -> run("queue", "list", "--json").out().contains("\"dead\":1"));
        Page page = signedIn(Browser.Look.DESKTOP_LIGHT);
        List<String> wrong = new ArrayList<>();
        PAGES.forEach(
                (path, what) -> {
                    page.navigate(path);
                    page.locator(what).first().waitFor();
                    for (Browser.Look look : Browser.Look.values()) {
                        Browser.look(page, look);
                        wrong.addAll(Browser.violations(page));
                        if (Browser.overflow(page) > 0) {
                            wrong.add("%s %s is too wide".formatted(path, look));
                        }
                        screenshot(page, look);
                    }
                });
        page.context().close();
        assertThat(wrong).isEmpty();
    }

    @Test
    void signsInThroughAProviderAsWhoeverWasInvited() throws Exception {
        run("members", "add", "ada", "--role", "developer", "--mail", "ada@acme.example");
        Page page = browser.open(platform.control(), Browser.Look.DESKTOP_LIGHT);
        page.navigate("/tenants/default/databases");
        throughProvider(page, "ada");
        assertThat(page.locator("h1")).hasText("Databases");
        assertThat(page).hasURL(platform.control() + "/tenants/default/databases");
        assertThat(page.locator("body")).containsText("ada");
        assertThat(Browser.violations(page)).isEmpty();
        press(page, "Sign out");
        page.navigate("/tenants/default/databases");
        assertThat(page.locator("h1")).hasText("Sign in");
        page.context().close();

        Page stranger = browser.open(platform.control(), Browser.Look.PHONE_DARK);
        stranger.navigate("/");
        assertThat(Browser.violations(stranger)).isEmpty();
        throughProvider(stranger, "mallory");
        assertThat(stranger.getByRole(AriaRole.ALERT)).containsText("mallory@acme.example");
        stranger.context().close();
    }

    @Test
    void changesAnEntryAndLosesNothingThatSomebodyElseWrote() throws Exception {
        Page page = signedIn(Browser.Look.DESKTOP_LIGHT);
        page.navigate("/tenants/default/databases/shop");
        press(page, "Add entry");
        page.getByLabel("Part 1", exactly()).fill("carts");
        press(page, "Add part");
        page.selectOption("[aria-label='Type of part 2']", "bigint");
        page.getByLabel("Part 2", exactly()).fill("7");
        page.fill("#kv-value", "{\"items\":[{\"$bigint\":\"2\"}]}");
        press(page, "Save");
        assertThat(page.locator(".value")).containsText("items: [");
        assertThat(page.locator(".value")).containsText("2n");

        press(page, "Edit");
        page.fill("#kv-value", "\"mine\"");
        String key = "[\"carts\",{\"$bigint\":\"7\"}]";
        run("kv", "set", "--db", "shop", key, "\"theirs " + SCRIPT + "\"");
        press(page, "Save");
        Locator refusal = page.getByRole(AriaRole.ALERT);
        assertThat(refusal).containsText("somebody changed this entry meanwhile");
        assertThat(refusal.locator(".value")).containsText("theirs " + SCRIPT);
        assertThat(page.locator("#kv-value")).hasValue("\"mine\"");
        assertThat(run("kv", "get", "--db", "shop", key).out()).contains("theirs");
        press(page, "Write mine over it");
        assertThat(page.locator("#entry > .stack .value")).hasText("\"mine\"");

        press(page, "Watch");
        assertThat(page.locator(".kv-live")).containsText("Waiting for changes");
        run("kv", "set", "--db", "shop", key, "{\"$u64\":\"5\"}");
        assertThat(page.locator(".kv-live")).containsText("changed once");
        assertThat(page.locator(".value")).hasText("KvU64(5n)");
        press(page, "Delete");
        page.getByRole(AriaRole.DIALOG).getByRole(AriaRole.BUTTON, inside("Delete")).click();
        assertThat(page.locator(".toasts")).containsText("Deleted");
        assertThat(page.locator(".tree")).not().containsText("carts");
        page.context().close();
    }

    @Test
    void aFormThatWasBegunWhileThePageLoadedStays() {
        Page page = signedIn(Browser.Look.DESKTOP_LIGHT);
        List<Route> held = new ArrayList<>();
        page.route(Pattern.compile("/(children|entry)\\?"), held::add);
        page.navigate("/tenants/default/databases/shop?key=[\"users\",1]");
        press(page, "Add entry");
        page.getByLabel("Part 1", exactly()).fill("carts");
        page.waitForResponse(
                response -> response.url().contains("/entry?"), () -> held.forEach(Route::resume));
        assertThat(page.locator(".tree")).containsText(SCRIPT);
        assertThat(page.getByLabel("Part 1", exactly())).hasValue("carts");
        assertThat(held).hasSize(2);
        page.context().close();
    }

    @Test
    void findsEntriesByTheKeyboardAndTakesThemAlong() throws Exception {
        Page page = signedIn(Browser.Look.PHONE_DARK);
        page.navigate("/tenants/default/databases/shop");
        assertThat(page.locator(".tree")).containsText(SCRIPT);
        page.locator(".tree [tabindex='0']").focus();
        page.keyboard().press("End");
        page.keyboard().press("ArrowRight");
        assertThat(page.getByRole(AriaRole.TREEITEM, named("1"))).isVisible();
        page.keyboard().press("ArrowDown");
        page.keyboard().press("Enter");
        assertThat(page.locator(".value")).containsText("name: \"Ada\"");
        press(page, "All keys");

        Download export = page.waitForDownload(() -> press(page, "Export"));
        assertThat(export.suggestedFilename()).isEqualTo("shop.ndjson");
        page.navigate("/tenants/default/databases/copy");
        page.setInputFiles("#file", named(export.path(), "shop.ndjson"));
        page.getByRole(AriaRole.DIALOG).getByRole(AriaRole.BUTTON, inside("Import")).click();
        assertThat(page.locator(".tree")).containsText(SCRIPT);
        assertThat(run("kv", "get", "--db", "copy", "[\"users\",1]").out()).contains("Ada");
        page.context().close();
    }

    @Test
    void runsPausesAndResumesACron() throws Exception {
        Page page = signedIn(Browser.Look.DESKTOP_DARK);
        page.navigate("/tenants/default/apps/shop/crons");
        press(page, "Run now tidy");
        page.fill("#cron-time", "2026-01-01T03:00");
        page.getByRole(AriaRole.DIALOG).getByRole(AriaRole.BUTTON, inside("Run now")).click();
        Locator run = page.locator("li.run").first();
        assertThat(run.locator(".state")).hasText("ok");
        run.getByRole(AriaRole.BUTTON, inside("Log lines")).click();
        assertThat(run.locator(".run-lines")).containsText("tidied " + SCRIPT);
        press(page, "Pause tidy");
        assertThat(page.locator(".cron h2 .state")).hasText("paused");
        press(page, "Resume tidy");
        assertThat(page.locator(".cron h2 .state")).hasText("active");
        page.context().close();
    }

    @Test
    void addsAHostShowsItsRecordGivesItACertificateAndRemovesIt() throws Exception {
        String host = "www.shop.example";
        Page page = signedIn(Browser.Look.DESKTOP_LIGHT);
        page.navigate("/tenants/default/apps/shop/domains");
        page.fill("#add-host", "WWW.Shop.example");
        press(page, "Add domain");
        Locator domain = page.locator(".domain");
        Locator record = domain.locator(".copied code");
        assertThat(record.first()).hasText("_echelon-challenge." + host);
        authorities.say("_echelon-challenge." + host, SCRIPT);
        press(page, "Check now " + host);
        assertThat(page.locator(".toast.bad")).containsText("it says " + SCRIPT);
        authorities.say("_echelon-challenge." + host, record.last().textContent());
        press(page, "Check now " + host);
        assertThat(domain.locator(".state")).hasText("verified");

        page.locator("[name=redirect]").check();
        page.selectOption("[name=hsts]", "300");
        press(page, "Save how %s is answered".formatted(host));
        assertThat(domain).containsText("redirects to HTTPS");
        domain.locator("summary").click();
        page.setInputFiles("[name=certificate]", own.certificate());
        page.setInputFiles("[name=key]", own.key());
        press(page, "Upload a certificate for " + host);
        assertThat(domain.locator(".facts")).containsText("uploaded");
        domain.locator("summary").click();
        isForEverybody(page);
        press(page, "Remove " + host);
        page.getByRole(AriaRole.DIALOG)
                .getByRole(AriaRole.BUTTON, inside("Remove " + host))
                .click();
        assertThat(page.locator("main")).containsText("No domains yet");
        page.context().close();
    }

    @Test
    void showsHowACallCameAboutAsAWaterfall() throws Exception {
        Path folder = Files.createDirectories(home.resolve("traced"));
        Files.writeString(folder.resolve("main.js"), TRACED);
        run("deploy", folder.toString(), "--app", "traced");
        String path = "/<img/src=x/onerror=alert(3)>";
        Page page = signedIn(Browser.Look.DESKTOP_LIGHT);
        page.navigate("/tenants/default/apps/traced/traces");
        assertThat(page.locator("#traces")).containsText("No traces yet");
        assertThat(
                        sent(
                                """
                                GET %s?secret HTTP/1.1\r
                                Host: traced.localhost\r
                                Traceparent: 00-%s-%s-01\r
                                Connection: close\r
                                \r
                                """
                                        .formatted(path, "a".repeat(32), "b".repeat(16))))
                .contains("traced");
        Until.holds(() -> run("traces", "traced", "--json").out().contains("GET " + path));
        assertThat(run("trace", "traced", "a".repeat(32)).out())
                .contains("kv commit traced")
                .doesNotContain("secret");

        page.reload();
        page.getByRole(AriaRole.LINK, named("GET " + path)).click();
        assertThat(page.locator("#trace-title")).hasText("GET " + path);
        Locator spans = page.locator(".span-name");
        assertThat(spans)
                .hasText(
                        new String[] {
                            "GET %s · 200".formatted(path),
                            "function warm",
                            "kv get traced",
                            "kv commit traced",
                            "kv list traced",
                            "GET 127.0.0.1 · PermissionDenied"
                        });
        page.locator(".spans summary").first().focus();
        page.keyboard().press("ArrowDown");
        page.keyboard().press("ArrowDown");
        page.keyboard().press("Enter");
        assertThat(page.locator(".span[open] .headers")).containsText("db.operation.name");
        isForEverybody(page);

        page.getByRole(AriaRole.LINK, named("Its log lines")).click();
        page.locator(".log-line").first().click();
        page.locator("#log-detail").getByRole(AriaRole.LINK, inside("Its trace")).click();
        assertThat(page.locator("#trace-title")).hasText("GET " + path);
        page.navigate("/tenants/default/apps/traced/try");
        press(page, "Send");
        assertThat(page.locator("#try-answer .answer-body")).hasText("traced");
        Until.holds(() -> run("traces", "traced", "--json").out().contains("\"GET /\""));
        page.getByRole(AriaRole.LINK, named("Its trace")).click();
        assertThat(page.locator("#trace-title")).hasText("GET /");
        page.context().close();
    }

    @Test
    void showsWhatIsUsedAndDecidesAQuotaForOneTenant() throws Exception {
        Page page = signedIn(Browser.Look.DESKTOP_LIGHT);
        page.navigate("/tenants/default/usage");
        Locator databases = page.locator("[data-quota=databases]");
        assertThat(databases.locator(".quota-used")).containsText("of 500 databases");
        databases.locator("input").fill("9");
        press(page, "Set databases");
        assertThat(page.locator(".toasts")).containsText("databases is 9");
        assertThat(databases).containsText("by the tenant");
        assertThat(run("quota", "show", "--tenant", "default", "--json").out())
                .contains("\"databases\":9");
        databases.locator("input").fill("901");
        press(page, "Set databases");
        assertThat(page.locator(".toasts")).containsText("it must be from 0 to 900");
        press(page, "Back to the plan’s databases");
        assertThat(databases).containsText("standard");
        assertThat(page.locator("#by-app")).containsText("shop");
        page.context().close();
    }

    @Test
    void takesANodeOutOfServiceAndBack() throws Exception {
        Page page = signedIn(Browser.Look.PHONE_DARK);
        page.navigate("/nodes");
        Locator node = page.locator("tbody tr");
        assertThat(node).containsText(Pattern.compile("\\d+ busy, \\d+ warm"));
        assertThat(node).containsText(Pattern.compile("[\\d.]+ MiB of [\\d.]+ MiB"));
        assertThat(node).containsText("alone");
        press(page, "Drain node-1");
        page.getByRole(AriaRole.DIALOG).getByRole(AriaRole.BUTTON, inside("Drain node-1")).click();
        assertThat(page.locator(".toasts")).containsText("node-1 drains");
        Until.holds(() -> run("nodes", "--json").out().contains("\"state\":\"drained\""));
        page.reload();
        assertThat(page.locator("td .state")).hasText("drained");
        press(page, "Undrain node-1");
        assertThat(page.locator("td .state")).hasText("ready");
        run("node", "drain", "node-1");
        run("node", "undrain", "node-1");
        page.context().close();
    }

    @Test
    void showsDeadMessagesAndRemovesThemWhenThatIsConfirmed() throws Exception {
        Until.holds(() -> run("queue", "list", "--json").out().contains("\"dead\":1"));
        Page page = signedIn(Browser.Look.DESKTOP_LIGHT);
        page.navigate("/tenants/default/databases/shop/queue");
        assertThat(page.locator(".message")).containsText(SCRIPT);
        page.getByRole(AriaRole.LINK, named("Dead")).click();
        page.locator(".message summary").click();
        assertThat(page.locator(".message .value")).containsText("dead: \"" + SCRIPT);
        press(page, "Redrive the dead");
        page.getByRole(AriaRole.DIALOG)
                .getByRole(AriaRole.BUTTON, inside("Redrive the dead"))
                .click();
        assertThat(page.locator(".toasts")).containsText("delivered again");
        page.navigate("/tenants/default/databases/shop/queue?part=dead");
        assertThat(page.locator(".message")).hasCount(1);
        press(page, "Purge the dead");
        Locator dialog = page.getByRole(AriaRole.DIALOG);
        assertThat(dialog.getByRole(AriaRole.BUTTON, inside("Purge the dead"))).isDisabled();
        dialog.getByRole(AriaRole.BUTTON, inside("Cancel")).click();
        assertThat(page.locator(".message")).hasCount(1);
        page.context().close();
    }

    private static void isForEverybody(Page page) {
        List<String> wrong = new ArrayList<>();
        for (Browser.Look look : Browser.Look.values()) {
            Browser.look(page, look);
            wrong.addAll(Browser.violations(page));
            if (Browser.overflow(page) > 0) {
                wrong.add("%s is too wide".formatted(look));
            }
            screenshot(page, look);
        }
        assertThat(wrong).isEmpty();
    }

    /** What the first node answers to a request that no client would send. */
    private static String sent(String request) throws Exception {
        URI http = platform.http(0);
        try (Socket socket = new Socket(http.getHost(), http.getPort())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static Page signedIn(Browser.Look look) {
        Page page = browser.open(platform.control(), look);
        page.navigate("/sign-in");
        page.fill("#token", platform.token());
        page.getByRole(AriaRole.BUTTON, named("Sign in")).click();
        assertThat(page.locator("h1")).hasText("Apps");
        return page;
    }

    /** Signs in at the provider by a name, and lets it tell the console. */
    private static void throughProvider(Page page, String name) {
        page.getByText("Sign in with Acme").click();
        page.fill("input[name=login]", name);
        page.fill("input[name=password]", "any");
        page.click("button[type=submit]");
        page.click("button[type=submit]:has-text('Continue')");
    }

    private static void press(Page page, String button) {
        page.getByRole(AriaRole.BUTTON, named(button)).click();
    }

    private static void screenshot(Page page, Browser.Look look) {
        String path = page.url().substring(platform.control().length());
        page.screenshot(
                new Page.ScreenshotOptions()
                        .setPath(
                                SCREENSHOTS.resolve(
                                        "%s-%s.png"
                                                .formatted(
                                                        path.replaceAll("[^a-z]+", "-")
                                                                .replaceAll("^-|-$", ""),
                                                        look)
                                                .toLowerCase(Locale.ROOT)))
                        .setFullPage(true));
    }

    /** The file of a download under the name that it was to have. */
    private static Path named(Path file, String name) throws Exception {
        return Files.copy(file, Files.createTempDirectory(home, "down").resolve(name));
    }

    private static Page.GetByLabelOptions exactly() {
        return new Page.GetByLabelOptions().setExact(true);
    }

    private static Page.GetByRoleOptions named(String name) {
        return new Page.GetByRoleOptions().setName(name).setExact(true);
    }

    private static Locator.GetByRoleOptions inside(String name) {
        return new Locator.GetByRoleOptions().setName(name).setExact(true);
    }

    private static Edge.Result run(String... arguments) throws Exception {
        Edge.Result result = edge.run(arguments);
        assertThat(result.exitCode()).as(result.toString()).isZero();
        return result;
    }
}

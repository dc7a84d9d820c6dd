package io.echelon.tests;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.FilePayload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The console in a real browser, on a running platform with real functions. */
final class ConsoleTest {
    private static final Path SCREENSHOTS = Edge.ROOT.resolve("tests/target/screenshots");
    private static final String SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>";
    private static final String HOSTILE =
            """
            export default { fetch(request, env) {
              const url = new URL(request.url);
              const lines = Number(url.searchParams.get("lines") ?? 2);
              for (let i = 0; i < lines; i++) console.log("line " + i + " %1$s");
              console.error(new Error("%1$s"));
              return new Response("hello %1$s", { headers: { "x-said": "%1$s", "content-type": "text/html" } });
            } };"""
                    .formatted(SCRIPT);

    /** A picture that would run something, were it shown by a page of the console. */
    private static final String PICTURE =
            "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(3)'><script>alert(4)</script></svg>";

    /** The pages, and from which role on each is seen. */
    private static final Map<String, Integer> PAGES = new LinkedHashMap<>();

    private static final List<String> ROLES =
            List.of("viewer", "developer", "admin", "owner", "operator");

    static {
        PAGES.put("/tenants/acme", 0);
        PAGES.put("/tenants/acme/apps/hostile", 0);
        PAGES.put("/tenants/acme/apps/hostile/logs", 0);
        PAGES.put("/tenants/acme/apps/hostile/traces", 0);
        PAGES.put("/tenants/acme/apps/hostile/try", 0);
        PAGES.put("/tenants/acme/apps/hostile/domains", 0);
        PAGES.put("/tenants/acme/apps/hostile/settings", 1);
        PAGES.put("/tenants/acme/deploy", 1);
        PAGES.put("/tenants/acme/usage", 0);
        PAGES.put("/tenants/acme/members", 0);
        PAGES.put("/tenants/acme/tokens", 2);
        PAGES.put("/tenants/acme/audit", 2);
        PAGES.put("/tenants", 4);
        PAGES.put("/nodes", 4);
        PAGES.put("/audit", 4);
        PAGES.put("/tenants/default", 4);
    }

    @TempDir private static Path home;
    private static Platform platform;
    private static Edge edge;
    private static Browser browser;
    private static final Map<String, String> tokens = new LinkedHashMap<>();

    @BeforeAll
    static void start() throws Exception {
        platform = Platform.start(home);
        edge = platform.edge(home);
        browser = Browser.start();
        run("tenants", "create", "acme");
        for (String role : ROLES) {
            tokens.put(
                    role,
                    role.equals("operator")
                            ? platform.token()
                            : run("members", "add", role, "--role", role, "-t", "acme", "--json")
                                    .json()
                                    .path("token")
                                    .asText());
        }
        Page page = signedIn("developer", Browser.Look.DESKTOP_LIGHT);
        deploy(page, "hostile", SCRIPT.replace('/', '-') + ".txt");
        run("env", "set", "hostile", "SHOWN=" + SCRIPT, "-t", "acme");
        run("domains", "add", "hostile", "www.hostile.example", "-t", "acme");
        run(
                "tokens",
                "create",
                "--label=" + SCRIPT,
                "--app=hostile",
                "--right=apps:deploy",
                "--tenant=acme");
        page.context().close();
    }

    @AfterAll
    static void stop() throws Exception {
        browser.close();
        platform.stop();
    }

    @AfterEach
    void nothingRanThatShouldNot() {
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void everyRoleSeesItsPagesInEveryLook() {
        List<String> wrong = new ArrayList<>();
        for (String role : ROLES) {
            Browser.Look[] looks = Browser.Look.values();
            Page page = signedIn(role, looks[0]);
            int number = ROLES.indexOf(role);
            for (Map.Entry<String, Integer> entry : PAGES.entrySet()) {
                Response response = page.navigate(entry.getKey());
                boolean may = entry.getValue() <= number;
                boolean isOthers = entry.getKey().equals("/tenants/default");
                int expected = may ? 200 : isOthers ? 404 : 403;
                if (response.status() != expected) {
                    wrong.add("%s as %s: %d".formatted(entry.getKey(), role, response.status()));
                }
                for (Browser.Look look :
                        number == ROLES.size() - 1
                                ? looks
                                : new Browser.Look[] {looks[number % looks.length]}) {
                    Browser.look(page, look);
                    settle(page);
                    wrong.addAll(Browser.violations(page));
                    int over = Browser.overflow(page);
                    if (over > 0) {
                        wrong.add("%s %s is %d px too wide".formatted(page.url(), look, over));
                    }
                    if (page.content().contains(tokens.get(role))) {
                        wrong.add(page.url() + " has a token in it");
                    }
                    screenshot(page, role, look);
                }
            }
            page.context().close();
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void looksRightToWhoIsNotSignedIn() {
        Page page = browser.open(platform.control(), Browser.Look.PHONE_LIGHT);
        List<String> wrong = new ArrayList<>();
        for (Browser.Look look : Browser.Look.values()) {
            Browser.look(page, look);
            page.navigate("/tenants/acme/members");
            assertThat(page.url()).contains("/sign-in?next=%2Ftenants%2Facme%2Fmembers");
            wrong.addAll(Browser.violations(page));
            screenshot(page, "nobody", look);
        }
        page.fill("#token", "wrong " + SCRIPT);
        page.keyboard().press("Enter");
        assertThat(page.getByRole(AriaRole.ALERT)).containsText("not a token of this platform");
        wrong.addAll(Browser.violations(page));
        assertThat(wrong).isEmpty();
        page.fill("#token", tokens.get("viewer"));
        page.keyboard().press("Enter");
        assertThat(page.locator("h1")).hasText("Members");
        assertThat(page.evaluate("() => document.cookie")).isEqualTo("");
        page.getByRole(AriaRole.BUTTON, named("Sign out")).click();
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("You are signed out.");
        page.context().close();
    }

    @Test
    void triesAFunctionAndFollowsItsLog() {
        Page page = signedIn("viewer", Browser.Look.DESKTOP_DARK);
        page.navigate("/tenants/acme/apps/hostile/try");
        page.fill("#try-path", "/?lines=7000");
        page.getByRole(AriaRole.BUTTON, named("Send")).click();
        Locator answer = page.locator("#try-answer");
        assertThat(answer.locator(".answer-body")).hasText("hello " + SCRIPT);
        assertThat(answer.locator(".headers")).containsText(SCRIPT);
        assertThat(answer.locator("h2")).containsText("200");
        answer.getByRole(AriaRole.LINK, inside("Its log lines")).click();

        Locator lines = page.locator(".log-line");
        assertThat(lines.last()).containsText("Error: " + SCRIPT);
        assertThat(page.locator("#log-status")).containsText("Live");
        assertThat(lines.count()).isLessThan(120);
        page.fill("#log-search", "line 6998 ");
        assertThat(lines).hasCount(1);
        page.fill("#log-search", "");
        page.selectOption("#log-revision", "v2");
        page.selectOption("#log-level", "error");
        assertThat(lines.last()).containsText("Error: " + SCRIPT);
        lines.last().click();
        assertThat(page.locator("#log-detail pre")).containsText("Error: " + SCRIPT);
        page.getByRole(AriaRole.BUTTON, named("All lines of this request")).click();
        page.getByRole(AriaRole.BUTTON, named("Pause")).click();
        assertThat(page.locator("#log-status")).containsText("Paused");
        page.keyboard().press("Escape");
        page.context().close();
    }

    @Test
    void drawsWhatARevisionUsedOverARange() {
        Page page = signedIn("viewer", Browser.Look.DESKTOP_DARK);
        page.navigate("/tenants/acme/apps/hostile/try");
        page.getByRole(AriaRole.BUTTON, named("Send")).click();
        assertThat(page.locator("#try-answer h2")).containsText("200");
        page.navigate("/tenants/acme/apps/hostile");
        for (String revision : List.of("", "v1")) {
            page.selectOption("#chart-revision", revision);
            for (String range : List.of("1h", "30d")) {
                page.selectOption("#chart-range", range);
                assertThat(page.locator("#charts canvas")).hasCount(6);
                assertThat(page.locator("#chart-sum")).containsText("request");
            }
        }
        page.context().close();
    }

    @Test
    void showsAPictureOfAFunctionAsTextAndKeepsItFromTheSession() {
        Page page = signedIn("developer", Browser.Look.DESKTOP_LIGHT);
        page.navigate("/tenants/acme/apps/hostile/try");
        page.fill("#try-path", "/picture.svg");
        page.getByRole(AriaRole.BUTTON, named("Send")).click();
        Locator answer = page.locator("#try-answer");
        assertThat(answer.locator(".answer-body")).hasText(PICTURE);
        assertThat(answer.locator(".headers")).containsText("image/svg+xml");
        assertThat(page.locator("main svg script, main img, main iframe, main object")).hasCount(0);

        String address = platform.http(0).resolve("/picture.svg").toString();
        Page opened = page.context().newPage();
        List<String> sent = new ArrayList<>();
        opened.onDialog(dialog -> dialog.dismiss());
        opened.onRequest(request -> sent.add(String.valueOf(request.headerValue("cookie"))));
        opened.navigate(address.replace(platform.http(0).getHost(), "hostile--acme.localhost"));
        assertThat(sent).containsOnly("null");
        page.context().close();
    }

    @Test
    void changesLimits() throws Exception {
        Page page = signedIn("developer", Browser.Look.PHONE_LIGHT);
        deploy(page, "bounded", "plain.txt");
        page.navigate("/tenants/acme/apps/bounded/settings");
        page.getByLabel("CPU a request").fill("60001");
        page.getByRole(AriaRole.BUTTON, named("Change limits")).click();
        assertThat(page.locator("#limit-cpuMs:invalid")).hasCount(1);
        page.getByLabel("CPU a request").fill("321");
        page.getByRole(AriaRole.BUTTON, named("Change limits")).click();
        assertThat(page.locator(".toast")).containsText("v2 with these limits");
        Until.holds(
                () -> run("apps", "-t", "acme", "--json").out().contains("\"production\":\"v2\""));
        assertThat(run("limits", "bounded", "-t", "acme", "--json").json().path("cpuMs").asInt())
                .isEqualTo(321);
        page.reload();
        assertThat(page.getByLabel("CPU a request")).hasValue("321");
        page.context().close();
    }

    @Test
    void deploysAFolderThatIsDropped() throws IOException {
        Path folder = Files.createDirectories(home.resolve("dropped"));
        Files.createDirectories(folder.resolve("src/words"));
        Files.createDirectories(folder.resolve("node_modules/other"));
        Files.writeString(
                folder.resolve("edge.json"), "{ \"main\": \"src/main.js\" } // of a folder");
        Files.writeString(
                folder.resolve("src/main.js"),
                """
                import { word } from "./words/word.js";
                export default { fetch: () => new Response(word) };""");
        Files.writeString(
                folder.resolve("src/words/word.js"), "export const word = 'of a folder';");
        Files.writeString(folder.resolve("node_modules/other/index.js"), "not wanted");
        Page page = signedIn("developer", Browser.Look.DESKTOP_DARK);
        page.navigate("/tenants/acme/deploy");
        Browser.drop(page.locator("#drop"), folder);
        assertThat(page.locator("#bundle-files li")).hasCount(2);
        assertThat(page.locator("#bundle-files")).containsText("src/words/word.js");
        assertThat(page.locator("#deploy-app")).hasValue("dropped");
        page.locator("#deploy button[type=submit]").click();
        assertThat(page.locator("#deploy-progress")).containsText("v1 serves");
        page.navigate("/tenants/acme/apps/dropped/try");
        page.getByRole(AriaRole.BUTTON, named("Send")).click();
        assertThat(page.locator("#try-answer .answer-body")).hasText("of a folder");
        page.context().close();
    }

    @Test
    void setsPromotesRollsBackAndDeletes() throws Exception {
        Page page = signedIn("admin", Browser.Look.DESKTOP_LIGHT);
        deploy(page, "turns", "plain.txt");
        page.navigate("/tenants/acme/apps/turns/settings");
        page.fill("#env-name", "MODE");
        page.fill("#env-value", SCRIPT);
        page.getByRole(AriaRole.BUTTON, named("Set variable")).click();
        assertThat(page.locator(".toast")).containsText("MODE is set; v2");
        assertThat(page.locator(".setting").first()).containsText(SCRIPT);
        page.fill("#secret-name", "KEY");
        page.fill("#secret-value", "never-to-be-seen");
        page.getByRole(AriaRole.BUTTON, named("Set secret")).click();
        assertThat(page.locator(".toast")).containsText("KEY is set");
        assertThat(page.content()).doesNotContain("never-to-be-seen");

        Until.holds(
                () -> run("apps", "-t", "acme", "--json").out().contains("\"production\":\"v3\""));
        page.navigate("/tenants/acme/apps/turns");
        page.getByRole(AriaRole.BUTTON, named("Promote v1")).click();
        page.getByRole(AriaRole.DIALOG).getByRole(AriaRole.BUTTON, inside("Promote v1")).click();
        assertThat(page.locator(".toast")).containsText("v1 serves now");
        page.getByRole(AriaRole.BUTTON, named("Roll back")).click();
        page.getByRole(AriaRole.DIALOG).getByRole(AriaRole.BUTTON, inside("Roll back")).click();
        assertThat(page.locator(".toast")).containsText("Rolled back");
        assertThat(page.locator(".revision").first()).containsText("production");
        page.getByRole(AriaRole.BUTTON, named("Split v1")).click();
        page.fill("#split-percent", "25");
        page.getByRole(AriaRole.BUTTON, named("Split requests")).click();
        assertThat(page.locator(".toast")).containsText("v1 gets 25 % of the requests");
        assertThat(page.locator(".facts").first()).containsText("v3 75 %, v1 25 %");

        page.navigate("/tenants/acme/apps/turns/settings");
        page.getByRole(AriaRole.BUTTON, named("Delete app")).click();
        Locator dialog = page.getByRole(AriaRole.DIALOG);
        assertThat(dialog.getByRole(AriaRole.BUTTON, inside("Delete app"))).isDisabled();
        dialog.getByRole(AriaRole.TEXTBOX).fill("turns");
        dialog.getByRole(AriaRole.BUTTON, inside("Delete app")).click();
        assertThat(page.locator(".toast")).containsText("turns is deleted");
        assertThat(page.locator("#apps")).not().containsText("turns");
        page.context().close();
    }

    @Test
    void showsATokenOnceAndNeverAgain() {
        Page page = signedIn("owner", Browser.Look.PHONE_DARK);
        page.navigate("/tenants/acme/tokens");
        page.fill("#token-label", "ci");
        page.getByRole(AriaRole.BUTTON, named("Make token")).click();
        String token = page.locator("#secret-text").textContent();
        assertThat(token).startsWith("eat_");
        page.reload();
        assertThat(page.locator("main")).containsText("ci");
        assertThat(page.content()).doesNotContain(token);
        page.getByRole(AriaRole.BUTTON, named("Revoke ci")).click();
        page.getByRole(AriaRole.DIALOG).getByRole(AriaRole.BUTTON, inside("Revoke ci")).click();
        assertThat(page.locator(".toast")).containsText("ci is revoked");

        page.navigate("/tenants/acme/members");
        page.fill("#member-name", "ada");
        page.getByRole(AriaRole.BUTTON, named("Add member")).click();
        assertThat(page.locator("#secret-text")).containsText("eat_");
        page.context().close();
    }

    @Test
    void saysThatTheControlPlaneIsAwayAndGoesOnByItself() {
        Page page = signedIn("developer", Browser.Look.DESKTOP_DARK);
        page.navigate("/tenants/acme/apps/hostile/try");
        page.context().setOffline(true);
        page.getByRole(AriaRole.BUTTON, named("Send")).click();
        assertThat(page.locator("#banner")).containsText("does not answer");
        page.context().setOffline(false);
        assertThat(page.locator("#banner")).isHidden();
        page.getByRole(AriaRole.BUTTON, named("Send")).click();
        assertThat(page.locator(".answer-body")).containsText("hello");
        page.context().close();
    }

    @Test
    void saysThatTheControlPlaneWasKilledAndGoesOnWhenItIsBack() throws IOException {
        Page page = signedIn("viewer", Browser.Look.PHONE_DARK);
        page.navigate("/tenants/acme/apps/hostile/logs");
        assertThat(page.locator("#log-status")).containsText("Live");
        platform.controlPlane().destroyForcibly();
        assertThat(page.locator("#banner")).containsText("does not answer");
        assertThat(page.locator("#banner")).isHidden();
        assertThat(page.locator("#log-status")).containsText("Live");
        page.context().close();
    }

    @Test
    void addsAndDeletesATenant() {
        Page page = signedIn("operator", Browser.Look.DESKTOP_LIGHT);
        page.navigate("/tenants");
        page.fill("#tenant-name", "Wrong name");
        page.getByRole(AriaRole.BUTTON, named("Add tenant")).click();
        assertThat(page.locator("#toasts")).containsText("Wrong name");
        page.fill("#tenant-name", "newcomer");
        page.getByRole(AriaRole.BUTTON, named("Add tenant")).click();
        assertThat(page.locator("h1")).hasText("Members");
        assertThat(page.locator("main")).containsText("Who may do what in newcomer");
        page.navigate("/tenants");
        page.getByRole(AriaRole.BUTTON, named("Delete newcomer")).click();
        Locator dialog = page.getByRole(AriaRole.DIALOG);
        dialog.getByRole(AriaRole.TEXTBOX).fill("newcomer");
        dialog.getByRole(AriaRole.BUTTON, inside("Delete newcomer")).click();
        assertThat(page.locator("main")).not().containsText("newcomer");
        page.context().close();
    }

    private static Page signedIn(String role, Browser.Look look) {
        Page page = browser.open(platform.control(), look);
        page.navigate("/sign-in");
        page.fill("#token", tokens.get(role));
        page.getByRole(AriaRole.BUTTON, named("Sign in")).click();
        assertThat(page.locator("h1")).hasText("Apps");
        return page;
    }

    /** Deploys a zip, by the page for it, and waits until it serves. */
    private static void deploy(Page page, String app, String otherFile) throws IOException {
        page.navigate("/tenants/acme/deploy");
        page.setInputFiles(
                "#files",
                new FilePayload(
                        app + ".zip",
                        "application/zip",
                        zip(
                                app,
                                Map.of(
                                        "main.js",
                                        HOSTILE,
                                        "public/picture.svg",
                                        PICTURE,
                                        "edge.json",
                                        "{\"assets\":{\"dir\":\"public\"},\"limits\":{\"cpuMs\":10000}}",
                                        otherFile,
                                        "text"))));
        assertThat(page.locator("#bundle-files")).containsText(otherFile);
        assertThat(page.locator("#deploy-app")).hasValue(app);
        page.locator("#deploy button[type=submit]").click();
        assertThat(page.locator("#deploy-progress")).containsText("v1 serves");
    }

    private static byte[] zip(String folder, Map<String, String> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(folder + "/" + file.getKey()));
                zip.write(file.getValue().getBytes(StandardCharsets.UTF_8));
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    /** What is drawn after the page has come is drawn. */
    private static void settle(Page page) {
        if (page.url().endsWith("/traces") && page.locator("#traces").count() > 0) {
            page.locator("#traces .trace, #traces .empty").first().waitFor();
        }
        if (page.url().endsWith("/logs")) {
            assertThat(page.locator("#log-status")).containsText("Live");
        }
        if (page.url().endsWith("/apps/hostile") && page.title().startsWith("hostile")) {
            assertThat(page.locator("#charts canvas")).hasCount(6);
        }
    }

    private static void screenshot(Page page, String role, Browser.Look look) {
        String path = page.url().substring(platform.control().length());
        String name = path.replaceAll("[^a-z]+", "-").replaceAll("^-|-$", "");
        page.screenshot(
                new Page.ScreenshotOptions()
                        .setPath(
                                SCREENSHOTS.resolve(
                                        "%s-%s-%s.png"
                                                .formatted(name, role, look)
                                                .toLowerCase(Locale.ROOT)))
                        .setFullPage(true));
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

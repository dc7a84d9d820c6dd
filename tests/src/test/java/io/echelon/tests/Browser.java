package io.echelon.tests;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.ColorScheme;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** The machine's Chromium, driven by Playwright, which npm installs without browsers of its own. */
final class Browser implements AutoCloseable {
    private static final Path INSTALLED = Edge.ROOT.resolve("tests/console/node_modules");
    private static final int PATIENCE_MS = 60_000;

    /** How a page is looked at. */
    enum Look {
        PHONE_LIGHT(360, 740, ColorScheme.LIGHT),
        DESKTOP_DARK(1280, 800, ColorScheme.DARK),
        PHONE_DARK(360, 740, ColorScheme.DARK),
        DESKTOP_LIGHT(1280, 800, ColorScheme.LIGHT);

        private final int width;
        private final int height;
        private final ColorScheme scheme;

        Look(int width, int height, ColorScheme scheme) {
            this.width = width;
            this.height = height;
            this.scheme = scheme;
        }
    }

    private final Playwright playwright;
    private final com.microsoft.playwright.Browser chromium;
    private final String axe;
    private final List<String> complaints = new CopyOnWriteArrayList<>();

    private Browser(Playwright playwright, com.microsoft.playwright.Browser chromium, String axe) {
        this.playwright = playwright;
        this.chromium = chromium;
        this.axe = axe;
    }

    static Browser start() throws IOException {
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
        System.setProperty("playwright.cli.dir", INSTALLED.toString());
        Playwright playwright =
                Playwright.create(
                        new Playwright.CreateOptions()
                                .setEnv(
                                        Map.of(
                                                "PLAYWRIGHT_NODEJS_PATH",
                                                onPath("node").toString(),
                                                "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD",
                                                "1")));
        return new Browser(
                playwright,
                playwright
                        .chromium()
                        .launch(
                                new BrowserType.LaunchOptions()
                                        .setExecutablePath(onPath("chromium"))
                                        .setArgs(List.of("--no-sandbox"))),
                Files.readString(INSTALLED.resolve("axe-core/axe.min.js")));
    }

    /** A page of a user of its own; what it complains of, {@link #complaints} has. */
    Page open(String origin, Look look) {
        BrowserContext context =
                chromium.newContext(
                        new com.microsoft.playwright.Browser.NewContextOptions()
                                .setBaseURL(origin)
                                .setViewportSize(look.width, look.height)
                                .setColorScheme(look.scheme));
        context.setDefaultTimeout(PATIENCE_MS);
        context.addInitScript(axe);
        Page page = context.newPage();
        page.onPageError(error -> complaints.add(page.url() + " failed: " + error));
        page.onDialog(
                dialog -> {
                    complaints.add(page.url() + " ran a script of others: " + dialog.message());
                    dialog.dismiss();
                });
        page.onConsoleMessage(
                message -> {
                    if (message.type().equals("error") && message.text().contains("Content Sec")) {
                        complaints.add(page.url() + " broke its policy: " + message.text());
                    }
                });
        return page;
    }

    /** Changes how a page is looked at. */
    static void look(Page page, Look look) {
        page.setViewportSize(look.width, look.height);
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(look.scheme));
    }

    /** Drops a file or a folder onto an element, as the desktop does. */
    static void drop(Locator target, Path dropped) {
        Page page = target.page();
        BoundingBox box = target.boundingBox();
        JsonObject data = new JsonObject();
        data.add("items", new JsonArray());
        JsonArray files = new JsonArray();
        files.add(dropped.toString());
        data.add("files", files);
        data.addProperty("dragOperationsMask", 1);
        CDPSession session = page.context().newCDPSession(page);
        for (String type : List.of("dragEnter", "dragOver", "drop")) {
            JsonObject event = new JsonObject();
            event.addProperty("type", type);
            event.addProperty("x", box.x + box.width / 2);
            event.addProperty("y", box.y + box.height / 2);
            event.add("data", data);
            session.send("Input.dispatchDragEvent", event);
        }
        session.detach();
    }

    /** What is wrong with a page for people, as axe-core sees it: WCAG 2.2 A and AA, and habits. */
    static List<String> violations(Page page) {
        List<String> violations = new ArrayList<>();
        Object found =
                page.evaluate(
                        """
                        async () => {
                          const { violations } = await axe.run(document, { resultTypes: ["violations"] });
                          return violations.map(({ id, nodes }) =>
                            id + ": " + nodes.map(({ target, failureSummary }) => target + " " + failureSummary).join("; "));
                        }""");
        ((List<?>) found).forEach(one -> violations.add(page.url() + " " + one));
        return violations;
    }

    /** How far a page is wider than its window, in CSS pixels. */
    static int overflow(Page page) {
        return (int) page.evaluate("() => document.documentElement.scrollWidth - innerWidth");
    }

    List<String> complaints() {
        return complaints;
    }

    @Override
    public void close() {
        chromium.close();
        playwright.close();
    }

    private static Path onPath(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "The tests of the console need %s on the path; .ci/run installs it"
                                                .formatted(program)));
    }
}

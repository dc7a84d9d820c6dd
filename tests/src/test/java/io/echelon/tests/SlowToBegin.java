package io.echelon.tests;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;

/**
 * An app two of whose revisions are asleep on every node: each is slow to begin, and answers with
 * the id of its isolate, which says on which node it is.
 */
final class SlowToBegin {
    private static final int ASLEEP = 2;

    /** How long nodes may need to learn what another one has; the second time on a busy machine. */
    private static final int[] SECONDS = {3, 15};

    private static final String SOURCE =
            """
            const begun = Date.now();
            while (Date.now() - begun < 300);
            const id = crypto.randomUUID();
            export default {
              async fetch(request) {
                const { pathname } = new URL(request.url);
                if (pathname === "/throw") throw new Error("on purpose");
                if (pathname === "/echo") return new Response(request.body);
                if (pathname === "/url") return new Response(request.url + " " + request.headers.get("authorization"));
                if (pathname === "/wait") await new Promise((resolve) => setTimeout(resolve, 3000));
                return new Response(id);
              },
            };
            """;

    private final String app;

    /** How a node is asked. */
    interface Node {
        HttpResponse<String> get(String host, String path) throws Exception;
    }

    private SlowToBegin(String app) {
        this.app = app;
    }

    static SlowToBegin deploy(Platform platform, String app)
            throws IOException, InterruptedException {
        for (int i = 0; i < ASLEEP; i++) {
            platform.api().deploy(app, SOURCE + "// " + i, "revision");
        }
        for (int i = 0; i < 2; i++) { // the one before production's is kept ready
            platform.api()
                    .deploy(
                            app,
                            "export default { fetch: () => new Response('%d') };".formatted(i),
                            "request");
        }
        return new SlowToBegin(app);
    }

    /**
     * Wakes a revision on one node, and returns its host once another node has answered it thence.
     */
    String answeredBy(Node awake, Node other) throws Exception {
        String said = "";
        for (int i = 0; i < ASLEEP; i++) {
            String host = "%s--v%d.localhost".formatted(app, i + 1);
            String id = answered(awake.get(host, "/"));
            TimeUnit.SECONDS.sleep(SECONDS[i]);
            String elsewhere = answered(other.get(host, "/"));
            if (elsewhere.equals(id)) {
                return host;
            }
            said += "%s: %s there, %s here. ".formatted(host, id, elsewhere);
        }
        throw new AssertionError("The other node answered by itself. " + said);
    }

    private static String answered(HttpResponse<String> response) {
        if (response.statusCode() != 200) {
            throw new AssertionError(response + ": " + response.body());
        }
        return response.body();
    }
}

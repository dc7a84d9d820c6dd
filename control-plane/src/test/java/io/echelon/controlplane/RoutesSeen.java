package io.echelon.controlplane;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Notes with which statuses the requests of all tests were answered, each request and status once,
 * in a file of the test's process: applications of several profiles come and go within it.
 */
@ApplicationScoped
class RoutesSeen {
    /** Lines of method, path and status. */
    static final Path FILE =
            Path.of(
                    System.getProperty("basedir"),
                    "target",
                    "routes-seen-%d.txt".formatted(ProcessHandle.current().pid()));

    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    void install(@Observes Router router) {
        router.route("/api/*").order(Integer.MIN_VALUE).handler(this::note);
    }

    private void note(RoutingContext context) {
        context.addEndHandler(
                ended ->
                        note(
                                "%s %s %d%n"
                                        .formatted(
                                                context.request().method(),
                                                context.normalizedPath(),
                                                context.response().getStatusCode())));
        context.next();
    }

    private synchronized void note(String line) {
        if (!seen.add(line)) {
            return;
        }
        try {
            Files.writeString(FILE, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

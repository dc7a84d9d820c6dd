package io.echelon.controlplane;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.quarkus.vertx.http.HttpServer;
import java.net.BindException;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The process: checks its environment, starts the API, announces its address, and ends with its
 * parent.
 */
@QuarkusMain
public final class ControlPlane implements QuarkusApplication {
    private static final Logger LOG = Logger.getLogger(ControlPlane.class);

    private final HttpServer server;
    private final Settings settings;

    ControlPlane(HttpServer server, Settings settings) {
        this.server = server;
        this.settings = settings;
    }

    public static void main(String... args) {
        List<String> problems = Environment.problems(System.getenv());
        if (!problems.isEmpty()) {
            Announcement.failed(String.join(". ", problems));
            System.exit(1);
        }
        GuardedConnections.enable();
        Quarkus.run(ControlPlane.class, ControlPlane::ended, args);
    }

    @Override
    public int run(String... args) {
        settings.parentPid().ifPresent(ControlPlane::endWith);
        String address = "http://%s:%d".formatted(host(settings.bind()), server.getPort());
        Announcement.ready(address);
        FirstCalls.make(address, settings);
        Quarkus.waitForExit();
        return 0;
    }

    private static void ended(int exitCode, @Nullable Throwable failure) {
        if (failure != null) {
            Announcement.failed(reason(failure, System.getenv()));
        }
        System.exit(failure == null ? exitCode : 1);
    }

    private static String reason(Throwable failure, Map<String, String> environment) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return "Port %s on %s is in use or may not be opened; set ECHELON_CONTROL_PORT to a free one, or to 0 for any"
                        .formatted(
                                environment.getOrDefault("ECHELON_CONTROL_PORT", "7070"),
                                environment.getOrDefault("ECHELON_BIND", "127.0.0.1"));
            }
        }
        LOG.error("The start failed", failure);
        return "%s; the log above has the cause".formatted(failure);
    }

    private static void endWith(long pid) {
        Thread.ofVirtual()
                .name("parent-watch")
                .start(
                        () -> {
                            ProcessHandle.of(pid).ifPresent(parent -> parent.onExit().join());
                            leave(pid);
                        });
    }

    private static void leave(long pid) {
        LOG.infof("Process %d, which this one belongs to, is gone; shutting down", pid);
        Quarkus.asyncExit(0);
    }

    /** An address as it stands in a URL: any for this machine, IPv6 in brackets. */
    static String host(String bind) {
        if (bind.equals("0.0.0.0") || bind.equals("::")) {
            return "127.0.0.1";
        }
        return bind.contains(":") ? "[" + bind + "]" : bind;
    }
}

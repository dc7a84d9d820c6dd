package io.echelon.controlplane;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.LogLevel;
import io.echelon.tenants.ProcessLifecycle;
import io.echelon.tenants.ProcessSettings;
import io.echelon.tenants.RecentWarnings;
import io.echelon.tenants.SettingsReload;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.quarkus.vertx.http.HttpServer;
import java.net.BindException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.jspecify.annotations.Nullable;

/**
 * The process: checks its environment, starts the API, announces its address, and ends with its
 * parent.
 */
@QuarkusMain
public final class ControlPlane implements QuarkusApplication {
    private static final Logger LOG = Logger.getLogger(ControlPlane.class);
    private static final Path TEMPORARY =
            Path.of(System.getProperty("java.io.tmpdir"), "echelon-diagnostics");

    /** Settings that need no new start; docs/operations.md has the list. */
    private static final Set<String> LIVE =
            Set.of(
                    "ECHELON_BODY_SECONDS",
                    "ECHELON_DEPLOY_DEADLINE",
                    "ECHELON_HEAD_SECONDS",
                    "ECHELON_IDLE_SECONDS",
                    "ECHELON_LOG_LEVEL");

    private final HttpServer server;
    private final Settings settings;
    private final Rollouts rollouts;
    private final MeterRegistry registry;

    ControlPlane(HttpServer server, Settings settings, Rollouts rollouts, MeterRegistry registry) {
        this.server = server;
        this.settings = settings;
        this.rollouts = rollouts;
        this.registry = registry;
    }

    public static void main(String... args) {
        ProcessLifecycle.hold();
        try {
            ProcessSettings settings = ProcessSettings.read(System.getenv());
            GuardedConnections.set(ConnectionLimits.of(Environment.checked(settings.values())));
            GuardedConnections.enable();
            settings.publish(Settings.class, System.getenv());
        } catch (EchelonException e) {
            Announcement.failed(e.reason());
            System.exit(1);
        }
        Quarkus.run(ControlPlane.class, ControlPlane::ended, args);
    }

    @Override
    public int run(String... args) {
        ProcessLifecycle lifecycle =
                new ProcessLifecycle(
                        "control-plane",
                        ProcessSettings.read(System.getenv()),
                        settings.diagnostics().orElse(TEMPORARY));
        settings.parentPid().ifPresent(ControlPlane::endWith);
        String address = "http://%s:%d".formatted(host(settings.bind()), server.getPort());
        lifecycle.phases().ended("ports");
        Announcement.ready(address);
        FirstCalls.make(address, settings);
        lifecycle.phases().ended("first-calls");
        ready(lifecycle);
        Quarkus.waitForExit();
        return 0;
    }

    private Counter reloads(String outcome) {
        return registry.counter("echelon.config.reloads", "outcome", outcome);
    }

    private void ready(ProcessLifecycle lifecycle) {
        lifecycle
                .phases()
                .millis()
                .forEach(
                        (phase, millis) ->
                                Gauge.builder("echelon.start.phase", () -> millis / 1000.0)
                                        .baseUnit("seconds")
                                        .tag("phase", phase)
                                        .register(registry));
        SettingsReload.Outcome.NAMES.forEach(this::reloads);
        lifecycle.diagnostics().section("deployments", rollouts::underWay);
        lifecycle.ready(
                new PatternFormatter(RecentWarnings.LINE),
                Environment::checked,
                LIVE,
                now -> {
                    ProcessLifecycle.log(
                            LogLevel.valueOf(
                                    now.getOrDefault("ECHELON_LOG_LEVEL", "info")
                                            .toUpperCase(Locale.ROOT)));
                    GuardedConnections.set(ConnectionLimits.of(now));
                    rollouts.deadline(Environment.deployDeadline(now));
                },
                outcome -> reloads(outcome.name()).increment());
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

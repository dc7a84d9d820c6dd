package io.echelon.tenants;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * What a process of the platform does besides its work: it tells how long its start took, reads its
 * configuration again on SIGHUP and writes diagnostics on SIGUSR1.
 *
 * <p><b>Lifecycle.</b> {@link #hold} first of all, so that no signal ends a process that is
 * starting; made when the process' framework stands; {@link #ready} once.
 */
public final class ProcessLifecycle {
    private static final Logger LOG = Logger.getLogger(ProcessLifecycle.class.getName());

    static {
        LOG.setLevel(Level.INFO); // who sends a signal waits for these lines, whatever is logged
    }

    private final String process;
    private final ProcessSettings settings;
    private final Diagnostics diagnostics;
    private final StartPhases phases =
            new StartPhases(() -> ManagementFactory.getRuntimeMXBean().getUptime());

    /**
     * @param process its name
     * @param settings what it was started with
     * @param folder where diagnostics go
     */
    public ProcessLifecycle(String process, ProcessSettings settings, Path folder) {
        this.process = process;
        this.settings = settings;
        phases.ended("jvm");
        diagnostics = new Diagnostics(folder, process, Clock.systemUTC());
        diagnostics.section("start", phases::millis);
    }

    /** Keeps signals until the process is ready. */
    public static void hold() {
        ProcessSignals.hold();
    }

    public StartPhases phases() {
        return phases;
    }

    public Diagnostics diagnostics() {
        return diagnostics;
    }

    /**
     * Tells of the start, and takes signals from now on.
     *
     * @param lines makes lines of what was logged, for diagnostics
     * @param check makes something of all settings, or throws an {@link EchelonException} that says
     *     what is wrong
     * @param live names of those settings that {@code apply} puts in force
     * @param told what became of each reading
     */
    public <T> void ready(
            Formatter lines,
            Function<Map<String, String>, T> check,
            Set<String> live,
            Consumer<T> apply,
            Consumer<SettingsReload.Outcome> told) {
        LOG.info("%s is ready after %,d ms: %s".formatted(process, phases.totalMillis(), phases));
        for (String name : settings.shadowed()) {
            LOG.warning(
                    "%s of %s is not used, the environment has it"
                            .formatted(name, settings.file()));
        }
        RecentWarnings warnings = new RecentWarnings(lines);
        warnings.listen();
        SettingsReload<T> reload =
                new SettingsReload<>(settings, System::getenv, check, live, apply);
        diagnostics.section("configuration", () -> reload.current().shown());
        diagnostics.section("warnings", warnings::recent);
        ProcessSignals.on(ProcessSignals.Kind.HUP, () -> reload(reload, told));
        ProcessSignals.on(ProcessSignals.Kind.USR1, this::dump);
    }

    /** Has nothing be logged below a level, where no category has a level of its own. */
    public static void log(LogLevel level) {
        Logger.getLogger("")
                .setLevel(
                        switch (level) {
                            case DEBUG -> Level.FINE;
                            case INFO -> Level.INFO;
                            case WARN -> Level.WARNING;
                            case ERROR -> Level.SEVERE;
                        });
    }

    private static void reload(SettingsReload<?> reload, Consumer<SettingsReload.Outcome> told) {
        SettingsReload.Outcome outcome = reload.reload();
        told.accept(outcome);
        Level level = outcome instanceof SettingsReload.Outcome.Refused ? Level.SEVERE : Level.INFO;
        SettingsReload.lines(outcome).forEach(line -> LOG.log(level, line));
    }

    private void dump() {
        try {
            LOG.info("Diagnostics are in " + diagnostics.write());
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.SEVERE, "Diagnostics could not be written", e);
        }
    }
}

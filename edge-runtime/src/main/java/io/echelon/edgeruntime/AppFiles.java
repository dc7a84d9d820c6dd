package io.echelon.edgeruntime;

import io.echelon.tenants.AppName;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.Json;
import io.echelon.tenants.TenantName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Lines of JSON about the apps on this node, kept in files of each app under one folder.
 *
 * <p><b>Failure.</b> A disk that refuses is logged, and what was to be appended is lost.
 *
 * <p><b>Thread safety.</b> One thread appends and closes; any may ask for segments.
 */
final class AppFiles {
    private static final Logger LOG = Logger.getLogger(AppFiles.class);
    private static final int OPEN_FILES_MAX = 256;

    private final Path root;
    private final String what;
    private final Clock clock;
    private final ConcurrentMap<AppKey, LogSegments> apps = new ConcurrentHashMap<>();

    /**
     * @param root the folder
     * @param what lines are called when they could not be written
     */
    AppFiles(Path root, String what, Clock clock) {
        this.root = root;
        this.what = what;
        this.clock = clock;
    }

    /** The lines of an app; empty when this node has none. */
    Optional<LogSegments> segments(TenantName tenant, AppName app) {
        AppKey key = new AppKey(tenant, app);
        LogSegments open = apps.get(key);
        if (open == null && Files.isDirectory(root.resolve(tenant.value()).resolve(app.value()))) {
            open = open(key);
        }
        return Optional.ofNullable(open);
    }

    /** The lines of all apps that were written or asked for since the start. */
    Map<AppKey, LogSegments> open() {
        return Collections.unmodifiableMap(apps);
    }

    /** Opens the lines of all apps that this node has any of. */
    void openAll() {
        for (Path tenant : folders(root)) {
            for (Path app : folders(tenant)) {
                try {
                    var _ =
                            open(
                                    new AppKey(
                                            new TenantName(tenant.getFileName().toString()),
                                            new AppName(app.getFileName().toString())));
                } catch (EchelonException notOfAnApp) {
                    LOG.debugf("%s is not an app's", app);
                }
            }
        }
    }

    private static List<Path> folders(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isDirectory).toList();
        } catch (IOException none) {
            return List.of();
        }
    }

    /**
     * Appends records, a line each, and removes what is older or more than is kept.
     *
     * @param app whose a record is
     * @param appBytes that an app may have, about
     */
    <T> void append(List<T> records, Function<T, AppKey> app, long appBytes, Duration kept) {
        Map<AppKey, ByteArrayOutputStream> byApp = new HashMap<>();
        for (T item : records) {
            ByteArrayOutputStream out =
                    byApp.computeIfAbsent(app.apply(item), _ -> new ByteArrayOutputStream());
            out.writeBytes(Json.bytes(item));
            out.write('\n');
        }
        byApp.forEach(
                (key, lines) -> {
                    try {
                        LogSegments segments = open(key);
                        segments.append(ByteBuffer.wrap(lines.toByteArray()));
                        segments.trim(appBytes, clock.instant().minus(kept));
                    } catch (IOException e) {
                        LOG.errorf(
                                e,
                                "%s of %s/%s could not be written",
                                what,
                                key.tenant(),
                                key.app());
                    }
                });
        if (apps.size() > OPEN_FILES_MAX) {
            closeFiles();
        }
    }

    private LogSegments open(AppKey key) {
        return apps.computeIfAbsent(key, k -> new LogSegments(root, k.tenant(), k.app()));
    }

    /** Closes what is open; it is opened again when it is needed. */
    void closeFiles() {
        for (LogSegments segments : apps.values()) {
            try {
                segments.close();
            } catch (IOException e) {
                LOG.debug("A file of an app could not be closed", e);
            }
        }
    }
}

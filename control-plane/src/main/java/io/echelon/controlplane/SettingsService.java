package io.echelon.controlplane;

import io.echelon.controlplane.SystemDatabase.Row;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.KvKey;
import io.echelon.tenants.AppName;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Limits;
import io.echelon.tenants.Manifest;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.SealingKey;
import io.echelon.tenants.SettingRecord;
import io.echelon.tenants.SettingRecord.Kind;
import io.echelon.tenants.SettingsSnapshot;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import io.echelon.tenants.TenantRecord;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Variables and secrets of apps. They stand in the store sealed; a revision has those that were
 * there when it was made, in a blob of its own that is sealed too.
 */
@Singleton
final class SettingsService {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");

    private final SystemDatabase database;
    private final BlobService blobs;
    private final SettingsKeys keys;
    private final TenantService tenants;
    private final InstantSource clock;

    SettingsService(
            SystemDatabase database,
            BlobService blobs,
            SettingsKeys keys,
            TenantService tenants,
            InstantSource clock) {
        this.database = database;
        this.blobs = blobs;
        this.keys = keys;
        this.tenants = tenants;
        this.clock = clock;
    }

    /** The names and values of an app's variables. */
    Tagged<SettingsViews.Variables> variables(TenantName tenant, AppName app) {
        List<Row<SettingRecord>> found = rows(tenant, app, Kind.VARIABLE);
        Map<String, String> variables = new TreeMap<>();
        if (!found.isEmpty()) {
            SealingKey key = keys.of(tenant);
            found.forEach(row -> variables.put(row.value().name(), row.value().open(key)));
        }
        return new Tagged<>(new SettingsViews.Variables(variables), EntityTag.of(found));
    }

    /** The names of an app's secrets, and when they were set. */
    Tagged<SettingsViews.Secrets> secrets(TenantName tenant, AppName app) {
        List<Row<SettingRecord>> found = rows(tenant, app, Kind.SECRET);
        return new Tagged<>(
                new SettingsViews.Secrets(
                        found.stream().map(row -> SettingsViews.Secret.of(row.value())).toList()),
                EntityTag.of(found));
    }

    /**
     * Sets and unsets settings of one kind in one commit.
     *
     * @param ifMatch under which tag the caller saw those of this kind
     * @return what was there under these names; null is nothing
     */
    Map<String, @Nullable SettingRecord> change(
            TenantName tenant,
            AppName app,
            Kind kind,
            Map<String, String> set,
            List<String> unset,
            IfMatch ifMatch) {
        if (set.isEmpty() && unset.isEmpty()) {
            throw refuse(ErrorCode.INVALID_ARGUMENT, "Nothing is set and nothing is unset");
        }
        set.forEach(SettingsService::check);
        SealingKey key = keys.of(tenant);
        return Conflicts.retry(
                "The change", () -> tryChange(tenant, app, kind, set, unset, ifMatch, key));
    }

    private Optional<Map<String, @Nullable SettingRecord>> tryChange(
            TenantName tenant,
            AppName app,
            Kind kind,
            Map<String, String> set,
            List<String> unset,
            IfMatch ifMatch,
            SealingKey key) {
        // Read first, since the commit loses when it has changed: so nothing that is read after it
        // has.
        Optional<Row<TenantRecord>> owner = tenants.find(tenant);
        List<Row<SettingRecord>> rows = rows(tenant, app, null);
        ifMatch.require(
                EntityTag.of(rows.stream().filter(row -> row.value().kind() == kind).toList()),
                "One %s of app \"%s\" or another".formatted(word(kind), app));
        Map<String, Row<SettingRecord>> present = new TreeMap<>();
        rows.forEach(row -> present.put(row.value().name(), row));
        Set<String> names = new HashSet<>(present.keySet());
        names.addAll(set.keySet());
        if (names.size() > Limits.ENV_MAX_ENTRIES) {
            throw refuse(
                    ErrorCode.OVER_QUOTA,
                    "App \"%s\" would have %d variables and secrets; at most %d are allowed, so unset some first"
                            .formatted(app, names.size(), Limits.ENV_MAX_ENTRIES));
        }
        AtomicWrite.Builder write = tenants.begin(tenant, owner);
        Map<String, @Nullable SettingRecord> before = new TreeMap<>();
        for (String name : unset) {
            before.put(name, ofKind(present.get(name), kind, app, name));
            if (before.get(name) == null) {
                throw refuse(
                        ErrorCode.NOT_FOUND,
                        "App \"%s\" has no %s \"%s\"".formatted(app, word(kind), name));
            }
            write.delete(KvKey.of(SystemRows.setting(tenant, app, name)));
        }
        set.forEach(
                (name, value) -> {
                    before.put(name, ofKind(present.get(name), kind, app, name));
                    SettingRecord record =
                            SettingRecord.of(
                                    tenant,
                                    app,
                                    name,
                                    kind,
                                    value,
                                    key,
                                    clock.instant().truncatedTo(ChronoUnit.MILLIS),
                                    keys.random());
                    write.set(
                            KvKey.of(SystemRows.setting(tenant, app, name)),
                            SystemDatabase.value(record));
                });
        return database.commit(write) ? Optional.of(before) : Optional.empty();
    }

    /**
     * What a revision to be gets of an app's settings, as a blob; null when the app has none.
     *
     * @param manifest whose own environment counts against the limit too
     */
    @Nullable String snapshot(RevisionId revision, Manifest manifest) {
        List<SettingRecord> settings =
                rows(revision.tenant(), revision.app(), null).stream().map(Row::value).toList();
        if (settings.isEmpty()) {
            return null;
        }
        SealingKey key = keys.of(revision.tenant());
        Map<String, String> values = new TreeMap<>();
        settings.forEach(setting -> values.put(setting.name(), setting.open(key)));
        Set<String> names = new HashSet<>(values.keySet());
        names.addAll(manifest.env().keySet());
        if (names.size() > Limits.ENV_MAX_ENTRIES) {
            throw refuse(
                    ErrorCode.OVER_QUOTA,
                    "The revision would have %d variables and secrets, those of its manifest among them; at most %d are allowed"
                            .formatted(names.size(), Limits.ENV_MAX_ENTRIES));
        }
        return blobs.store(SettingsSnapshot.seal(revision, values, key, keys.random()));
    }

    /** The value as an answer or the audit may show it. */
    String shown(SettingRecord setting) {
        return switch (setting.kind()) {
            case SECRET -> SettingsViews.MASK;
            case VARIABLE -> setting.open(keys.of(setting.tenant()));
        };
    }

    /** In the order of their names; of all kinds when none is given. */
    private List<Row<SettingRecord>> rows(TenantName tenant, AppName app, @Nullable Kind kind) {
        return database.all(SystemRows.settings(tenant, app), SettingRecord.class).stream()
                .filter(row -> kind == null || row.value().kind() == kind)
                .toList();
    }

    private static @Nullable SettingRecord ofKind(
            @Nullable Row<SettingRecord> row, Kind kind, AppName app, String name) {
        if (row == null) {
            return null;
        }
        if (row.value().kind() != kind) {
            throw refuse(
                    ErrorCode.CONFLICT,
                    "\"%s\" is a %s of app \"%s\"; unset it first"
                            .formatted(name, word(row.value().kind()), app));
        }
        return row.value();
    }

    private static void check(String name, String value) {
        int nameBytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (!NAME.matcher(name).matches() || nameBytes > Limits.ENV_NAME_MAX_BYTES) {
            throw refuse(
                    ErrorCode.INVALID_ARGUMENT,
                    "A name must begin with a letter or _, go on with these, digits, . and -, and have at most %d bytes; one of %d bytes is not so"
                            .formatted(Limits.ENV_NAME_MAX_BYTES, nameBytes));
        }
        int bytes = value.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > Limits.ENV_VALUE_MAX_BYTES) {
            throw refuse(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "The value of \"%s\" is %,d bytes; at most %,d are allowed"
                            .formatted(name, bytes, Limits.ENV_VALUE_MAX_BYTES));
        }
    }

    private static String word(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static EchelonException refuse(ErrorCode code, String message) {
        return new EchelonException(code, message);
    }
}

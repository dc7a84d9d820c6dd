package io.echelon.controlplane;

import io.echelon.controlplane.SystemDatabase.Row;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.KvKey;
import io.echelon.tenants.DataKeyRecord;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.MasterKeys;
import io.echelon.tenants.SealingKey;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The keys that seal settings: one a tenant, sealed by the platform's master key. Master keys are
 * read anew whenever one is needed, which is when a setting changes or is shown.
 */
@Singleton
final class SettingsKeys {
    private final SystemDatabase database;
    private final InstantSource clock;
    private final Settings settings;
    private final SecureRandom random = new SecureRandom();
    private final ReentrantLock rotating = new ReentrantLock();

    SettingsKeys(SystemDatabase database, InstantSource clock, Settings settings) {
        this.database = database;
        this.clock = clock;
        this.settings = settings;
    }

    SecureRandom random() {
        return random;
    }

    /** The tenant's key, which is made when it has none. */
    SealingKey of(TenantName tenant) {
        MasterKeys masters = masters();
        return Conflicts.retry(
                "The data key of tenant \"%s\"".formatted(tenant),
                () -> {
                    Optional<Row<DataKeyRecord>> found = find(tenant);
                    if (found.isPresent()) {
                        return Optional.of(found.get().value().open(masters));
                    }
                    SealingKey made = SealingKey.make(random);
                    return write(tenant, found, made, masters)
                            ? Optional.of(made)
                            : Optional.empty();
                });
    }

    /**
     * Makes a new master key, seals every tenant's key with it, and forgets the old one. A crash
     * between leaves both, which open everything; rotating again ends it.
     */
    SettingsViews.Rotation rotate() {
        Path keys =
                settings.masterKeyFile()
                        .filter(_ -> settings.masterKey().isEmpty())
                        .orElseThrow(
                                () ->
                                        new EchelonException(
                                                ErrorCode.CONFLICT,
                                                "The master key is not in a file of the platform's, so it cannot be replaced here; put a new one before it in ECHELON_MASTER_KEY and start again, and then a rotation only seals anew"));
        rotating.lock();
        try {
            MasterKeys masters = MasterKeys.read(keys).before(SealingKey.make(random));
            write(keys, masters);
            List<Row<DataKeyRecord>> rows =
                    database.all(SystemRows.dataKeys(), DataKeyRecord.class);
            rows.forEach(row -> sealAnew(row.value().tenant(), masters));
            write(keys, masters.currentAlone());
            return new SettingsViews.Rotation(masters.current().id(), rows.size());
        } finally {
            rotating.unlock();
        }
    }

    private void sealAnew(TenantName tenant, MasterKeys masters) {
        Conflicts.retry(
                "The rotation of tenant \"%s\"".formatted(tenant),
                () -> {
                    Optional<Row<DataKeyRecord>> found = find(tenant);
                    if (found.isEmpty()
                            || write(tenant, found, found.get().value().open(masters), masters)) {
                        return Optional.of(true);
                    }
                    return Optional.empty();
                });
    }

    private Optional<Row<DataKeyRecord>> find(TenantName tenant) {
        return database.get(SystemRows.dataKey(tenant), DataKeyRecord.class);
    }

    private boolean write(
            TenantName tenant,
            Optional<Row<DataKeyRecord>> found,
            SealingKey key,
            MasterKeys masters) {
        KvKey row = KvKey.of(SystemRows.dataKey(tenant));
        return database.commit(
                AtomicWrite.builder()
                        .check(row, SystemDatabase.stamp(found))
                        .set(
                                row,
                                SystemDatabase.value(
                                        DataKeyRecord.of(
                                                tenant, key, masters, clock.instant(), random))));
    }

    private MasterKeys masters() {
        return MasterKeys.of(
                settings.masterKey().orElse(null), settings.masterKeyFile().orElse(null));
    }

    private static void write(Path file, MasterKeys keys) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            Path next =
                    Files.createTempFile(
                            folder,
                            ".master-key",
                            "",
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------")));
            Files.write(next, keys.text().getBytes(StandardCharsets.US_ASCII));
            Files.move(
                    next,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new EchelonException(
                    ErrorCode.INTERNAL, "The file of the master key cannot be written", e);
        }
    }
}

package io.echelon.controlplane;

import io.echelon.controlplane.SystemDatabase.Row;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.Expiry;
import io.echelon.kvstore.KvKey;
import io.echelon.tenants.BearerToken;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Limits;
import io.echelon.tenants.SigningKeyRecord;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import jakarta.inject.Singleton;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;

/**
 * The Ed25519 keys that sign short-lived tokens. The newest signs for {@link #SIGNS}; it and those
 * before it check until the last token that they may have signed has expired, when their rows go.
 * Calls block, but for {@link #find}.
 *
 * <p>Thread safety: safe for use by several threads, and by several control planes: two that make a
 * key at the same time make two, of which one signs and both check.
 */
@Singleton
final class SigningKeys {
    /** How long a key signs. */
    static final Duration SIGNS = Duration.ofDays(30);

    /** How far clocks may be apart. */
    static final Duration LEEWAY = Duration.ofSeconds(5);

    private static final Logger LOG = Logger.getLogger(SigningKeys.class);
    private static final Duration CHECKS_LONGER =
            Duration.ofSeconds(Limits.SIGNED_TOKEN_SECONDS_MAX).plus(LEEWAY);
    private static final String ALGORITHM = "Ed25519";
    private static final int ID_BYTES = 8;

    /** The key that signs now. */
    record Current(String id, PrivateKey key) {
        @Override
        public String toString() {
            return "Current[" + id + "]";
        }
    }

    private final SystemDatabase database;
    private final SettingsKeys sealing;
    private final InstantSource clock;

    SigningKeys(SystemDatabase database, SettingsKeys sealing, InstantSource clock) {
        this.database = database;
        this.sealing = sealing;
        this.clock = clock;
    }

    /** The key that signs, which is made when there is none. */
    Current current() {
        Instant now = clock.instant();
        return records().stream()
                .filter(record -> now.isBefore(record.signsUntil()))
                .max(
                        Comparator.comparing(SigningKeyRecord::createdAt)
                                .thenComparing(SigningKeyRecord::id))
                .map(this::open)
                .orElseGet(() -> open(make(AtomicWrite.builder())));
    }

    /** Makes a key that signs from now on; those before it only check what they signed. */
    SigningKeyRecord rotate() {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        AtomicWrite.Builder write = AtomicWrite.builder();
        for (SigningKeyRecord record : records()) {
            if (now.isBefore(record.signsUntil())) {
                set(write, record.until(now));
            }
        }
        return make(write);
    }

    /** Removes a key: what it signed opens nothing any more. */
    void remove(String id) {
        List<Object> row = SystemRows.signingKey(id);
        if (!BearerToken.isId(id) || database.get(row, SigningKeyRecord.class).isEmpty()) {
            throw new EchelonException(
                    ErrorCode.NOT_FOUND,
                    "There is no signing key of this id; GET /api/v1/signing-keys lists those that there are");
        }
        database.commit(AtomicWrite.builder().delete(KvKey.of(row)));
        LOG.infof("Signing key %s was removed", id);
    }

    /** All keys that check, those that sign no more among them. */
    List<SigningKeyRecord> records() {
        return database.all(SystemRows.signingKeys(), SigningKeyRecord.class).stream()
                .map(Row::value)
                .toList();
    }

    /** The key of an id, to check with; does not block. */
    CompletableFuture<Optional<PublicKey>> find(String id) {
        return database.find(SystemRows.signingKey(id), SigningKeyRecord.class)
                .thenApply(found -> found.map(SigningKeys::publicKey));
    }

    static PublicKey publicKey(SigningKeyRecord record) {
        try {
            return KeyFactory.getInstance(ALGORITHM)
                    .generatePublic(new X509EncodedKeySpec(record.publicKey()));
        } catch (GeneralSecurityException e) {
            throw unreadable(record, e);
        }
    }

    private SigningKeyRecord make(AtomicWrite.Builder write) {
        byte[] id = new byte[ID_BYTES];
        sealing.random().nextBytes(id);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        KeyPair keys = generate();
        SigningKeyRecord made =
                SigningKeyRecord.of(
                        HexFormat.of().formatHex(id),
                        keys.getPublic().getEncoded(),
                        keys.getPrivate().getEncoded(),
                        sealing.of(TenantName.DEFAULT),
                        sealing.random(),
                        now,
                        now.plus(SIGNS));
        set(write, made);
        database.commit(write);
        LOG.infof("Signing key %s was made", made.id());
        return made;
    }

    private static void set(AtomicWrite.Builder write, SigningKeyRecord record) {
        write.set(
                KvKey.of(SystemRows.signingKey(record.id())),
                SystemDatabase.value(record),
                Expiry.at(record.signsUntil().plus(CHECKS_LONGER)));
    }

    private Current open(SigningKeyRecord record) {
        try {
            return new Current(
                    record.id(),
                    KeyFactory.getInstance(ALGORITHM)
                            .generatePrivate(
                                    new PKCS8EncodedKeySpec(
                                            record.open(sealing.of(TenantName.DEFAULT)))));
        } catch (GeneralSecurityException e) {
            throw unreadable(record, e);
        }
    }

    private static KeyPair generate() {
        try {
            return KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    private static EchelonException unreadable(SigningKeyRecord record, Exception cause) {
        return new EchelonException(
                ErrorCode.INTERNAL, "Signing key %s cannot be read".formatted(record.id()), cause);
    }
}

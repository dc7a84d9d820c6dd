package io.echelon.controlplane;

import io.echelon.controlplane.SystemDatabase.Row;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.KvKey;
import io.echelon.tenants.AcmeAccountRecord;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import jakarta.inject.Singleton;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.Optional;
import org.shredzone.acme4j.Account;
import org.shredzone.acme4j.AccountBuilder;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.exception.AcmeException;

/** The platform's account at the certificate authority that the operator chose. */
@Singleton
final class AcmeAccount {
    private static final Duration REQUEST_PATIENCE = Duration.ofSeconds(10);
    private static final String ALGORITHM = "EC";
    private static final String CURVE = "secp256r1";

    private final SystemDatabase database;
    private final SettingsKeys keys;
    private final Settings settings;

    AcmeAccount(SystemDatabase database, SettingsKeys keys, Settings settings) {
        this.database = database;
        this.keys = keys;
        this.settings = settings;
    }

    /** The authority's address; refuses when the operator chose none. */
    URI directory() {
        return settings.acme()
                .orElseThrow(
                        () ->
                                new EchelonException(
                                        ErrorCode.CONFLICT,
                                        "This platform asks no certificate authority; its operator sets ECHELON_ACME (docs/domains.md), or upload a certificate"));
    }

    /** The account, which is made when there is none. */
    Account open() throws AcmeException {
        URI directory = directory();
        Session session = new Session(directory, new AcmeHttp(settings.acmeCa().orElse(null)));
        session.networkSettings().setTimeout(REQUEST_PATIENCE);
        AccountBuilder builder =
                new AccountBuilder().agreeToTermsOfService().useKeyPair(keyPair(directory));
        settings.acmeContact().ifPresent(builder::addEmail);
        return builder.create(session);
    }

    /** A new pair of keys on P-256. */
    static KeyPair makeKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(ALGORITHM);
            generator.initialize(new ECGenParameterSpec(CURVE));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    private KeyPair keyPair(URI directory) {
        return Conflicts.retry(
                "The account at the certificate authority",
                () -> {
                    Optional<Row<AcmeAccountRecord>> found =
                            database.get(SystemRows.acmeAccount(), AcmeAccountRecord.class);
                    if (found.isPresent() && found.get().value().directory().equals(directory)) {
                        return Optional.of(read(found.get().value()));
                    }
                    KeyPair made = makeKeys();
                    KvKey key = KvKey.of(SystemRows.acmeAccount());
                    AcmeAccountRecord record =
                            AcmeAccountRecord.of(
                                    directory,
                                    made.getPublic().getEncoded(),
                                    made.getPrivate().getEncoded(),
                                    keys.of(TenantName.DEFAULT),
                                    keys.random());
                    return database.commit(
                                    AtomicWrite.builder()
                                            .check(key, SystemDatabase.stamp(found))
                                            .set(key, SystemDatabase.value(record)))
                            ? Optional.of(made)
                            : Optional.empty();
                });
    }

    private KeyPair read(AcmeAccountRecord account) {
        try {
            KeyFactory factory = KeyFactory.getInstance(ALGORITHM);
            return new KeyPair(
                    factory.generatePublic(new X509EncodedKeySpec(account.publicKey())),
                    factory.generatePrivate(
                            new PKCS8EncodedKeySpec(account.open(keys.of(TenantName.DEFAULT)))));
        } catch (GeneralSecurityException e) {
            throw new EchelonException(
                    ErrorCode.INTERNAL,
                    "The key of the account at the certificate authority cannot be read",
                    e);
        }
    }
}

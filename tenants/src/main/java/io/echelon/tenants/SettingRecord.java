package io.echelon.tenants;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;

/**
 * A variable or a secret of an app, as the next revision gets it.
 *
 * @param sealed its value, sealed by the tenant's data key
 */
public record SettingRecord(
        TenantName tenant, AppName app, String name, Kind kind, byte[] sealed, Instant changedAt) {

    /** Who may read a setting. */
    public enum Kind {
        /** The function, and whoever may read the app's environment. */
        @JsonProperty("variable")
        VARIABLE,
        /** The function alone. */
        @JsonProperty("secret")
        SECRET
    }

    /** A setting of a value. */
    public static SettingRecord of(
            TenantName tenant,
            AppName app,
            String name,
            Kind kind,
            String value,
            SealingKey key,
            Instant changedAt,
            SecureRandom random) {
        return new SettingRecord(
                tenant,
                app,
                name,
                kind,
                key.seal(
                        value.getBytes(StandardCharsets.UTF_8),
                        purpose(tenant, app, name, kind),
                        random),
                changedAt);
    }

    /** The value. */
    public String open(SealingKey key) {
        return new String(
                key.open(sealed, purpose(tenant, app, name, kind)), StandardCharsets.UTF_8);
    }

    private static String purpose(TenantName tenant, AppName app, String name, Kind kind) {
        return "%s %s/%s %s".formatted(kind, tenant, app, name);
    }
}

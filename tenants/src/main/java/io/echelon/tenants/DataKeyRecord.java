package io.echelon.tenants;

import java.security.SecureRandom;
import java.time.Instant;

/**
 * The key that seals a tenant's settings, sealed itself by a master key.
 *
 * @param masterKey {@link SealingKey#id} of the master key
 * @param wrapped the data key, sealed
 */
public record DataKeyRecord(
        TenantName tenant, String masterKey, byte[] wrapped, Instant createdAt) {

    /** A data key as the first of some master keys seals it. */
    public static DataKeyRecord of(
            TenantName tenant,
            SealingKey dataKey,
            MasterKeys masters,
            Instant createdAt,
            SecureRandom random) {
        SealingKey master = masters.current();
        return new DataKeyRecord(
                tenant, master.id(), master.wrap(dataKey, purpose(tenant), random), createdAt);
    }

    /** The data key. */
    public SealingKey open(MasterKeys masters) {
        SealingKey master =
                masters.find(masterKey)
                        .orElseThrow(
                                () ->
                                        new EchelonException(
                                                ErrorCode.INTERNAL,
                                                "The settings of tenant \"%s\" are sealed by master key %s, which is not given; put it back after the first one"
                                                        .formatted(tenant, masterKey)));
        return SealingKey.of(master.open(wrapped, purpose(tenant)));
    }

    private static String purpose(TenantName tenant) {
        return "data key of " + tenant;
    }
}

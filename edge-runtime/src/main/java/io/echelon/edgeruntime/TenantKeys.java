package io.echelon.edgeruntime;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.MasterKeys;
import io.echelon.tenants.SealingKey;
import io.echelon.tenants.TenantName;
import java.util.function.Supplier;

/**
 * The keys by which tenants' secrets are opened on this node.
 *
 * <p><b>Thread safety.</b> May be used from any thread; blocks.
 */
final class TenantKeys {
    private final SystemReader rows;
    private final Supplier<MasterKeys> masterKeys;

    /**
     * @param masterKeys asked whenever one is needed, since they change
     */
    TenantKeys(SystemReader rows, Supplier<MasterKeys> masterKeys) {
        this.rows = rows;
        this.masterKeys = masterKeys;
    }

    /** Those of a node's platform. */
    static TenantKeys open(EdgeConfiguration configuration, NodeStore store) {
        return new TenantKeys(
                new SystemReader(store.system()),
                () ->
                        MasterKeys.of(
                                configuration.masterKey().orElse(null),
                                configuration.masterKeyFile().orElse(null)));
    }

    /**
     * The key of a tenant.
     *
     * @param what is to be opened, for the refusal when there is no key
     */
    SealingKey of(TenantName tenant, String what) {
        return rows.dataKey(tenant)
                .orElseThrow(
                        () ->
                                new EchelonException(
                                        ErrorCode.INTERNAL,
                                        "Tenant \"%s\" has no data key, so %s cannot be opened"
                                                .formatted(tenant, what)))
                .open(masterKeys.get());
    }
}

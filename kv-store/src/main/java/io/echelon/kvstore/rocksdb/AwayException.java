package io.echelon.kvstore.rocksdb;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;

/**
 * A database was asked for in a shard where it does not lie, or cannot be changed for now; nothing
 * was done.
 */
public final class AwayException extends EchelonException {
    private static final long serialVersionUID = 1L;

    public AwayException(String database) {
        super(
                ErrorCode.UNAVAILABLE,
                "The database \"%s\" is in another shard of the store, or on its way there; try again in a moment"
                        .formatted(database));
    }
}

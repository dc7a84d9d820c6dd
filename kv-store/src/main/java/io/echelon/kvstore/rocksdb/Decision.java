package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.CommitResult;
import io.echelon.tenants.ErrorCode;

/** What became of a command. */
public sealed interface Decision {

    /** The commit was made, or a check did not hold. */
    record Made(CommitResult result) implements Decision {}

    /**
     * The commit asked for something that cannot be done to what is stored; nothing was written.
     */
    record Refused(ErrorCode code, String message) implements Decision {}

    /**
     * Values were looked for.
     *
     * @param rows how many were looked at; as many as the limit when there may be more
     */
    record Swept(int rows) implements Decision {}
}

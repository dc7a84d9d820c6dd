package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.CommitResult;
import io.echelon.kvstore.QueueMessage;
import io.echelon.kvstore.QueueReceipt;
import io.echelon.tenants.ErrorCode;
import java.util.List;
import java.util.Optional;

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

    /** Messages were claimed. */
    record Claimed(List<QueueMessage> messages) implements Decision {
        public Claimed {
            messages = List.copyOf(messages);
        }
    }

    /**
     * Claims were ended or extended.
     *
     * @param receipts for each, the one that holds from now on; empty where none was held
     */
    record Settled(List<Optional<QueueReceipt>> receipts) implements Decision {
        public Settled {
            receipts = List.copyOf(receipts);
        }
    }

    /**
     * Messages were redriven or removed.
     *
     * @param messages how many; as many as a command does at most when there may be more
     */
    record Moved(int messages) implements Decision {}

    /** The database cannot be changed in this shard, for now or any more; nothing was written. */
    record Away() implements Decision {}

    /**
     * A step of a move was taken.
     *
     * @param standing how the database stands now
     * @param stamp no versionstamp that was given in this shard begins with a greater number
     */
    record Stands(Standing standing, long stamp) implements Decision {}
}

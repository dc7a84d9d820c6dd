package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.CommitResult;
import io.echelon.kvstore.KvQueue;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The commits that wait to be decided: how many bytes of them there may be, and how their callers
 * are answered. Whoever decides them keeps the order.
 *
 * <p>Thread safety: any thread.
 */
public final class PendingCommits {
    /** The most rows that one sweep removes; one that removed as many is followed by another. */
    public static final int SWEEP_MAX_ROWS = 1_000;

    private static final long MAX_BYTES = 64L * 1024 * 1024;

    /** What the end of a claim counts for. */
    private static final long SETTLEMENT_BYTES = 64;

    private final Executor answers;
    private final AtomicLong bytes = new AtomicLong();

    /** A command and where its caller waits; its size is what it counts for. */
    public record Commit(Command command, long bytes, CompletableFuture<Decision> answer) {
        private String database() {
            return switch (command) {
                case Command.Commit commit -> commit.database();
                case Command.Queue change -> change.database();
                case Command.Step step -> step.database();
                case Command.Sweep _ ->
                        throw new IllegalStateException("A sweep is of no database");
            };
        }

        /** What became of a commit. */
        public CompletableFuture<CommitResult> result() {
            return answer.thenApply(
                    decision -> {
                        if (decision instanceof Decision.Made(CommitResult result)) {
                            return result;
                        }
                        throw new IllegalStateException("No decision on a commit: " + decision);
                    });
        }
    }

    /**
     * @param answers where the futures of commits complete
     */
    public PendingCommits(Executor answers) {
        this.answers = answers;
    }

    /**
     * Takes a commit in, which has to be answered or refused then.
     *
     * @throws EchelonException OVERLOADED when more than 64 MB would wait
     */
    public Commit admit(String database, AtomicWrite write) {
        return admit(new Command.Commit(database, write), write.sizeBytes());
    }

    /**
     * Takes a change of messages in, which has to be answered or refused then.
     *
     * @throws EchelonException as for commits
     */
    public Commit admit(Command.Queue change) {
        return admit(
                change,
                switch (change) {
                    case Command.Claim _ -> KvQueue.CLAIM_MAX_BYTES; // what its answer may take
                    case Command.Settle settle -> SETTLEMENT_BYTES * settle.settlements().size();
                    case Command.Redrive _, Command.Purge _ -> SETTLEMENT_BYTES;
                });
    }

    /**
     * Takes a step of a move in, which has to be answered or refused then.
     *
     * @throws EchelonException as for commits
     */
    public Commit admit(Command.Step step) {
        return admit(
                step,
                step instanceof Command.Receive receive ? receive.rows().length : SETTLEMENT_BYTES);
    }

    private Commit admit(Command command, long size) {
        if (bytes.addAndGet(size) > MAX_BYTES) {
            bytes.addAndGet(-size);
            throw new EchelonException(
                    ErrorCode.OVERLOADED,
                    "More than %,d MB of commits wait for the disk; try again in a moment"
                            .formatted(MAX_BYTES >> 20));
        }
        return new Commit(command, size, new CompletableFuture<>());
    }

    /**
     * Answers commits with what was decided: one decision for each, and perhaps a sweep's behind
     * them.
     *
     * @return whether a sweep left rows that another has to remove
     */
    public boolean answer(List<Commit> commits, List<Decision> decisions) {
        boolean sweepAgain = false;
        for (int i = 0; i < decisions.size(); i++) {
            switch (decisions.get(i)) {
                case Decision.Made made -> decided(commits.get(i), made);
                case Decision.Claimed claimed -> decided(commits.get(i), claimed);
                case Decision.Settled settled -> decided(commits.get(i), settled);
                case Decision.Moved moved -> decided(commits.get(i), moved);
                case Decision.Stands stands -> decided(commits.get(i), stands);
                case Decision.Away _ ->
                        refuse(
                                List.of(commits.get(i)),
                                new AwayException(commits.get(i).database()));
                case Decision.Refused(ErrorCode code, String message) ->
                        refuse(List.of(commits.get(i)), new EchelonException(code, message));
                case Decision.Swept(int rows) -> sweepAgain |= rows == SWEEP_MAX_ROWS;
            }
        }
        return sweepAgain;
    }

    private void decided(Commit commit, Decision decision) {
        bytes.addAndGet(-commit.bytes());
        complete(() -> commit.answer().complete(decision));
    }

    /** Fails commits for one reason. */
    public void refuse(List<Commit> commits, EchelonException reason) {
        for (Commit commit : commits) {
            bytes.addAndGet(-commit.bytes());
            complete(() -> commit.answer().completeExceptionally(reason));
        }
    }

    /** Completes a future where answers belong, or right here when the store is already closed. */
    private void complete(Runnable completion) {
        try {
            answers.execute(completion);
        } catch (RejectedExecutionException e) {
            completion.run();
        }
    }
}

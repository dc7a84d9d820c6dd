package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.CommitResult;
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

    private final Executor answers;
    private final AtomicLong bytes = new AtomicLong();

    /** A commit and where its caller waits; its size is what it counts for. */
    public record Commit(
            Command.Commit command, long bytes, CompletableFuture<CommitResult> answer) {}

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
        long size = write.sizeBytes();
        if (bytes.addAndGet(size) > MAX_BYTES) {
            bytes.addAndGet(-size);
            throw new EchelonException(
                    ErrorCode.OVERLOADED,
                    "More than %,d MB of commits wait for the disk; try again in a moment"
                            .formatted(MAX_BYTES >> 20));
        }
        return new Commit(new Command.Commit(database, write), size, new CompletableFuture<>());
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
                case Decision.Made(CommitResult result) -> {
                    Commit commit = commits.get(i);
                    bytes.addAndGet(-commit.bytes());
                    complete(() -> commit.answer().complete(result));
                }
                case Decision.Refused(ErrorCode code, String message) ->
                        refuse(List.of(commits.get(i)), new EchelonException(code, message));
                case Decision.Swept(int rows) -> sweepAgain |= rows == SWEEP_MAX_ROWS;
            }
        }
        return sweepAgain;
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

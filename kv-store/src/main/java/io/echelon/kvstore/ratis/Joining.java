package io.echelon.kvstore.ratis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * How a replica that only follows becomes a member: it asks one voter after the other until the one
 * that leads has taken it in. It asks when no leader has spoken to it for a while, and once when it
 * has nothing yet, for then it may have lost its files, and a leader that still knows what it had
 * would never send that again. (Voters can't do that: they may have promised what they have lost.)
 *
 * <p>Thread safety: for one thread, which calls {@link #keep} from time to time.
 */
final class Joining {
    private static final System.Logger LOG = System.getLogger(Joining.class.getName());
    private static final Duration SILENCE = Duration.ofSeconds(3);
    private static final int TIMEOUT_SECONDS = 30;

    private final Replica replica;
    private final RatisOptions options;
    private final long begunNanos = System.nanoTime();
    private boolean isNew = true;

    /** What a replica that wants to join has of the state. */
    enum Had {
        NOTHING,
        SOMETHING
    }

    Joining(Replica replica, RatisOptions options) {
        this.replica = replica;
        this.options = options;
    }

    /** Asks to be taken in when that is needed; waits for the answer. */
    void keep() {
        if (options.part(options.self()) != RatisOptions.Part.LISTENER
                || System.nanoTime() - begunNanos < SILENCE.toNanos()) {
            return;
        }
        Had had = replica.state().applied().get() < 0 ? Had.NOTHING : Had.SOMETHING;
        if (had == Had.SOMETHING) {
            isNew = false;
        }
        if (!isNew && replica.hasHeardWithin(SILENCE)) {
            return;
        }
        for (Member voter : options.voters()) {
            if (isTakenInBy(voter, isNew ? Had.NOTHING : Had.SOMETHING)) {
                isNew = false;
                return;
            }
        }
    }

    private boolean isTakenInBy(Member voter, Had had) {
        String question = "%s %s %s".formatted(had, options.self().id(), options.self().address());
        try {
            var _ =
                    replica.askToJoin(voter.id(), question.getBytes(StandardCharsets.US_ASCII))
                            .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            LOG.log(System.Logger.Level.INFO, "{0} follows {1}", options.self().id(), voter.id());
            return true;
        } catch (ExecutionException | TimeoutException e) {
            LOG.log(
                    System.Logger.Level.DEBUG,
                    "{0} does not take this listener in: {1}",
                    voter.id(),
                    e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    /** Answers a member that asks for it. */
    static CompletableFuture<byte[]> answer(Replica replica, byte[] question) {
        String[] words = new String(question, StandardCharsets.US_ASCII).split(" ", -1);
        if (words.length != 3) {
            return CompletableFuture.failedFuture(
                    new IllegalArgumentException("A member asks for it in other words"));
        }
        return replica.takeIn(new Member(words[1], words[2]), Had.valueOf(words[0]))
                .thenApply(_ -> new byte[0]);
    }
}

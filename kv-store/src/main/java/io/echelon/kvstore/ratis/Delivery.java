package io.echelon.kvstore.ratis;

import io.echelon.kvstore.rocksdb.Command;
import io.echelon.kvstore.rocksdb.Decision;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A way for requests to the leader, with a session of its own, in which one request is under way at
 * a time. A request whose answer does not come is sent again under the same number, to whoever
 * leads then; the state does it once.
 *
 * <p>Thread safety: for one thread at a time.
 */
final class Delivery {
    private static final System.Logger LOG = System.getLogger(Delivery.class.getName());
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration PAUSE = Duration.ofMillis(10);

    private final Replica replica;
    private final BooleanSupplier isClosing;
    private UUID session = UUID.randomUUID();
    private long sequence;
    private long answered;

    /**
     * @param isClosing whether nobody is to be waited for any more
     */
    Delivery(Replica replica, BooleanSupplier isClosing) {
        this.replica = replica;
        this.isClosing = isClosing;
    }

    /**
     * A request on its way.
     *
     * @param first null when there was nobody to send it to
     */
    record Sent(List<Command> commands, @Nullable Attempt first) {}

    private record Attempt(String leader, CompletableFuture<byte[]> reply) {}

    /** Sends commands for the first time, which does not wait; {@link #decisions} has to follow. */
    Sent send(List<Command> commands) {
        sequence++;
        return new Sent(commands, attempt(commands));
    }

    private @Nullable Attempt attempt(List<Command> commands) {
        String leader = replica.leader();
        if (leader == null) {
            return null;
        }
        byte[] request = LogCodec.write(new Request(session, sequence, answered, commands));
        return new Attempt(leader, replica.write(leader, request));
    }

    /**
     * Waits for what became of commands, and sees to it that they are done.
     *
     * @param givenUp time after which whether they were done is unknown
     * @throws EchelonException STORAGE_FULL when they were certainly not done, else UNAVAILABLE
     */
    List<Decision> decisions(Sent sent, Duration givenUp) {
        long end = System.nanoTime() + givenUp.toNanos();
        Attempt attempt = sent.first();
        boolean first = true;
        Throwable failure = null;
        while (System.nanoTime() - end < 0 && replica.isAlive() && !isClosing.getAsBoolean()) {
            if (attempt == null) {
                failure = new IOException("No member is known to lead");
            } else {
                try {
                    switch (LogCodec.readReply(answer(attempt))) {
                        case Reply.Done(List<Decision> decisions) -> {
                            answered = sequence;
                            return decisions;
                        }
                        case Reply.Superseded _ ->
                                throw new IllegalStateException(
                                        "Request %d of its session came after a later one"
                                                .formatted(sequence));
                        case Reply.Forgotten _ -> {
                            session = UUID.randomUUID();
                            sequence = 1;
                            answered = 0;
                            if (!first) {
                                throw unknown(null);
                            }
                            attempt = attempt(sent.commands());
                            continue;
                        }
                    }
                } catch (ExecutionException e) {
                    failure = e.getCause() == null ? e : e.getCause();
                    // An attempt before this one may yet be done.
                    if (first
                            && failure instanceof EchelonException refused
                            && refused.code() == ErrorCode.STORAGE_FULL) {
                        throw refused;
                    }
                } catch (IOException | TimeoutException e) {
                    failure = e;
                }
                first &= failure instanceof NotReadyException;
            }
            LockSupport.parkNanos(PAUSE.toNanos());
            attempt = attempt(sent.commands());
        }
        throw unknown(failure);
    }

    /** Waits for an answer, as long as the one who was asked is known to lead. */
    private byte[] answer(Attempt attempt) throws ExecutionException, TimeoutException {
        long end = System.nanoTime() + ANSWER_TIMEOUT.toNanos();
        while (true) {
            try {
                return attempt.reply().get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                if (System.nanoTime() - end > 0
                        || isClosing.getAsBoolean()
                        || !attempt.leader().equals(replica.leader())) {
                    throw e;
                }
            } catch (InterruptedException e) {
                LOG.log(System.Logger.Level.WARNING, "A delivery is interrupted; it goes on");
            }
        }
    }

    static EchelonException unknown(@Nullable Throwable cause) {
        return new EchelonException(
                ErrorCode.UNAVAILABLE,
                "No majority of the store's replicas answered; whether the commit was made is unknown, read before trying again",
                cause);
    }
}

package io.echelon.controlplane;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Commits that lost against another one and are tried again with what is there now. */
final class Conflicts {
    private static final int ATTEMPTS = 40;
    private static final Duration PAUSE_MAX = Duration.ofMillis(50);

    private Conflicts() {}

    /**
     * What the first attempt that succeeds returns.
     *
     * @param what is being done, for the refusal when others keep winning
     * @param attempt reads, commits, and returns empty when the commit conflicted
     */
    static <T> T retry(String what, Supplier<Optional<T>> attempt) {
        for (int i = 0; i < ATTEMPTS; i++) {
            Optional<T> result = attempt.get();
            if (result.isPresent()) {
                return result.get();
            }
            LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(PAUSE_MAX.toNanos()));
        }
        throw new EchelonException(
                ErrorCode.CONFLICT,
                "%s lost against other changes %d times; try again".formatted(what, ATTEMPTS));
    }
}

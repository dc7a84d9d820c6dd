package io.echelon.deploycli;

import org.jspecify.annotations.Nullable;

/** A command's end with an error; the message is the whole of what the user reads. */
final class CliException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;
    private final String reason;

    CliException(ExitCode exitCode, String reason) {
        this(exitCode, reason, null);
    }

    CliException(ExitCode exitCode, String reason, @Nullable Throwable cause) {
        super(reason, cause);
        this.exitCode = exitCode;
        this.reason = reason;
    }

    ExitCode exitCode() {
        return exitCode;
    }

    String reason() {
        return reason;
    }
}

package io.echelon.tenants;

import org.jspecify.annotations.Nullable;

/**
 * A refusal or failure that may be shown to the caller: its message names the object, the limit,
 * the actual value and the way out. The cause is for the log and is never sent.
 */
public class EchelonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    public EchelonException(ErrorCode code, String message) {
        this(code, message, null);
    }

    public EchelonException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public ErrorCode code() {
        return code;
    }

    /** The message; an exception of this class always has one. */
    public String reason() {
        String message = getMessage();
        return message == null ? code.name() : message;
    }
}

package io.echelon.isolatepool;

/** A failure that a guest is told of, as an exception of a class that it knows. */
public final class GuestError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String className;

    /**
     * @param className {@code TypeError}, {@code RangeError}, {@code Error}, {@code
     *     PermissionDenied}, or a {@code DOMException} name such as {@code AbortError}, {@code
     *     TimeoutError}
     * @param message what the guest reads
     */
    public GuestError(String className, String message) {
        super(message, null, false, false);
        this.className = className;
    }

    public String className() {
        return className;
    }
}

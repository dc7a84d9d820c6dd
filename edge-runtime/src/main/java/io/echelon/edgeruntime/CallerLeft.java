package io.echelon.edgeruntime;

/** Says that nobody reads a response any more. */
final class CallerLeft extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CallerLeft() {
        super("the caller left", null, false, false);
    }
}

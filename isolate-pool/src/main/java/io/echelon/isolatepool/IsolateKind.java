package io.echelon.isolatepool;

/** Where the isolate of a call came from, as the header {@code x-echelon-isolate} has it. */
public enum IsolateKind {
    /** It stood ready in the pool. */
    WARM("warm"),
    /** It was made while the call waited. */
    COLD("cold"),
    /** It had served this revision before. */
    REUSED("reused");

    private final String wireName;

    IsolateKind(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }
}

package io.echelon.isolatepool;

/** What a function is called for. */
public sealed interface Invocation permits FunctionRequest, FunctionEvent {
    /** Names the call in logs. */
    String requestId();
}

package io.echelon.isolatepool;

import org.jspecify.annotations.Nullable;

/**
 * One HTTP request for a function.
 *
 * @param requestId names the request in logs
 * @param method upper case
 * @param url absolute, as the caller sees it
 * @param headers names in lower case and values in turn, in the caller's order
 * @param body null when the request has none
 */
public record FunctionRequest(
        String requestId, String method, String url, String[] headers, @Nullable BodySource body)
        implements Invocation {}

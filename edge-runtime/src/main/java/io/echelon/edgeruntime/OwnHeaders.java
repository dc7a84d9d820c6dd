package io.echelon.edgeruntime;

import io.vertx.core.http.HttpHeaders;

/** Names and values of headers that the platform sets, encoded once. */
final class OwnHeaders {
    static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("x-echelon-request-id");
    static final CharSequence REVISION = HttpHeaders.createOptimized("x-echelon-revision");
    static final CharSequence OUTCOME = HttpHeaders.createOptimized("x-echelon-outcome");
    static final CharSequence ISOLATE = HttpHeaders.createOptimized("x-echelon-isolate");
    static final CharSequence SERVER_TIMING = HttpHeaders.createOptimized("server-timing");
    static final CharSequence STORE = HttpHeaders.createOptimized("x-echelon-store");
    static final CharSequence DATE = HttpHeaders.createOptimized("date");
    static final CharSequence CONTENT_TYPE = HttpHeaders.CONTENT_TYPE;
    static final CharSequence CONTENT_LENGTH = HttpHeaders.CONTENT_LENGTH;
    static final CharSequence RETRY_AFTER = HttpHeaders.createOptimized("retry-after");
    static final CharSequence CONNECTION = HttpHeaders.CONNECTION;
    static final CharSequence CLOSE = HttpHeaders.CLOSE;
    static final CharSequence JSON = HttpHeaders.createOptimized("application/json");

    private OwnHeaders() {}
}

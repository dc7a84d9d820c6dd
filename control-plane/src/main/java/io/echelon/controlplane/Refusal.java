package io.echelon.controlplane;

import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

/** An error as an answer, outside of the REST layer. */
final class Refusal {
    private Refusal() {}

    /** Answers with an error; what the caller still sends is read and dropped. */
    static void send(RoutingContext context, ErrorCode code, String message) {
        if (context.response().ended()) {
            return;
        }
        if (context.response().headWritten()) {
            context.response().reset();
            return;
        }
        context.request().resume();
        ErrorPage page = context.get(ErrorPage.KEY);
        if (page != null) {
            context.response()
                    .setStatusCode(code.status())
                    .putHeader(HttpHeaders.CONTENT_TYPE, "text/html;charset=UTF-8")
                    .end(page.of(code.status(), message, RequestGate.requestId(context)));
            return;
        }
        context.response()
                .setStatusCode(code.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(
                        Buffer.buffer(
                                Json.bytes(
                                        ApiError.of(
                                                code, message, RequestGate.requestId(context)))));
    }
}

package io.echelon.controlplane;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns what a route throws into the API's one shape of error. */
public final class ErrorAnswers {
    static final String INTERNAL_MESSAGE =
            "The platform failed; the control plane's log has the reason under this request's id";

    private static final Logger LOG = Logger.getLogger(ErrorAnswers.class);

    @ServerExceptionMapper
    Response refused(EchelonException refusal, RoutingContext context) {
        String id = RequestGate.requestId(context);
        if (refusal.code().category() == ErrorCode.Category.OURS) {
            LOG.errorf(refusal, "Request %s failed", id);
        } else if (refusal.getCause() != null) {
            LOG.infof("Request %s was refused: %s", id, refusal.getCause());
        }
        List<String> missing =
                refusal instanceof MissingBlobsException blobs ? blobs.missing() : List.of();
        Response.ResponseBuilder answer =
                answer(refusal.code(), refusal.reason(), context, missing);
        return refusal instanceof TooManyException tooMany
                ? answer.header(HttpHeaders.RETRY_AFTER, tooMany.seconds()).build()
                : answer.build();
    }

    @ServerExceptionMapper
    Response refused(WebApplicationException refusal, RoutingContext context) {
        int status = refusal.getResponse().getStatus();
        if (status >= 500) {
            return failed(refusal, context);
        }
        ErrorCode code = codeFor(status);
        Response.ResponseBuilder answer = answer(code, message(code, context), context, List.of());
        Object allow = refusal.getResponse().getHeaders().getFirst(HttpHeaders.ALLOW);
        return allow == null ? answer.build() : answer.header(HttpHeaders.ALLOW, allow).build();
    }

    @ServerExceptionMapper
    Response failed(Throwable failure, RoutingContext context) {
        String id = RequestGate.requestId(context);
        LOG.errorf(failure, "Request %s failed", id);
        return answer(ErrorCode.INTERNAL, INTERNAL_MESSAGE, context, List.of()).build();
    }

    /** The code that stands for a status below 500 of the HTTP layer. */
    static ErrorCode codeFor(int status) {
        return switch (status) {
            case 401 -> ErrorCode.UNAUTHENTICATED;
            case 403 -> ErrorCode.PERMISSION_DENIED;
            case 404 -> ErrorCode.NOT_FOUND;
            case 405 -> ErrorCode.METHOD_NOT_ALLOWED;
            case 413 -> ErrorCode.PAYLOAD_TOO_LARGE;
            case 414 -> ErrorCode.URI_TOO_LONG;
            case 415 -> ErrorCode.UNSUPPORTED_MEDIA_TYPE;
            case 431 -> ErrorCode.HEADERS_TOO_LARGE;
            default -> ErrorCode.INVALID_ARGUMENT;
        };
    }

    private static String message(ErrorCode code, RoutingContext context) {
        String what = "see /api/v1/openapi";
        return switch (code) {
            case NOT_FOUND -> "There is nothing at this path; " + what;
            case METHOD_NOT_ALLOWED ->
                    "This path does not take %s; %s".formatted(context.request().method(), what);
            case UNSUPPORTED_MEDIA_TYPE ->
                    "This path does not take a body of the content type it was sent; JSON is application/json and a blob application/octet-stream";
            default -> "The request does not fit this path; " + what;
        };
    }

    private static Response.ResponseBuilder answer(
            ErrorCode code, String message, RoutingContext context, List<String> missing) {
        String requestId = RequestGate.requestId(context);
        ErrorPage page = context.get(ErrorPage.KEY);
        if (page != null) {
            return Response.status(code.status())
                    .type(MediaType.TEXT_HTML_TYPE.withCharset("UTF-8"))
                    .entity(page.of(code.status(), message, requestId));
        }
        return Response.status(code.status())
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(ApiError.of(code, message, requestId, missing));
    }
}

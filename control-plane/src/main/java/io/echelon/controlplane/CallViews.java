package io.echelon.controlplane;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the route that calls a function takes and answers. */
public final class CallViews {
    private CallViews() {}

    /** A header; one that is sent twice stands there twice. */
    public record Header(String name, String value) {}

    /**
     * A request to be.
     *
     * @param revision which is called; null is the one in production
     * @param method null is GET
     * @param path with the query; null is /
     * @param headers null is none
     * @param body as text; null is none
     */
    public record Request(
            @Nullable String revision,
            @Nullable String method,
            @Nullable String path,
            @Nullable List<Header> headers,
            @Nullable String body) {}

    /**
     * What came of it.
     *
     * @param url what was called
     * @param body the first {@value FunctionCalls#BODY_MAX_BYTES} bytes; as text when they are
     *     UTF-8, else null
     * @param base64 the same when they are not text, else null
     * @param bytes how many the whole body has, as far as it was read
     * @param isCut whether there was more than is shown
     * @param headMs from sending to the response's head, in milliseconds
     * @param totalMs from sending to the end of what was read, in milliseconds
     */
    public record Answer(
            String url,
            int status,
            List<Header> headers,
            @Nullable String body,
            @Nullable String base64,
            long bytes,
            boolean isCut,
            double headMs,
            double totalMs) {}
}

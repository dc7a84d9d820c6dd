package io.echelon.controlplane;

/** How an error looks to who asked for a page rather than for JSON. */
public interface ErrorPage {
    /** Under which a request that is to be answered by a page has this. */
    String KEY = "error-page";

    /**
     * The page, as HTML.
     *
     * @param status of HTTP, 400 to 599
     * @param message what went wrong, which may quote the request
     * @param requestId under which the control plane's log has more
     */
    String of(int status, String message, String requestId);
}

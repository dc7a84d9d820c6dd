package io.echelon.edgeruntime;

import io.vertx.core.MultiMap;

/** Where a host leads: to one revision, or to several by a split. */
sealed interface Route permits Target, SplitRoute {
    /** The production revision's, or the only one. */
    Target main();

    /**
     * The target of one request.
     *
     * @param response headers of the response to be, which may tell the caller what it will be
     *     known by
     */
    Target choose(RequestHead head, MultiMap response);
}

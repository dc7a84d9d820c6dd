package io.echelon.tenants;

/**
 * Files of a bundle that are answered as they are, without an isolate.
 *
 * @param dir their folder within the bundle
 * @param spa whether a page navigation that matches no file gets {@code index.html}
 */
public record Assets(String dir, boolean spa) {}

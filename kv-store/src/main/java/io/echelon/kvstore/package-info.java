/**
 * The store's public face: keys of typed parts, atomic commits, ranges, watches, and blobs by
 * content hash. The packages below it are its implementations.
 */
@NullMarked
package io.echelon.kvstore;

import org.jspecify.annotations.NullMarked;

/** The store over HTTP: KV Connect as server and as client, and blobs from another node. */
@NullMarked
package io.echelon.kvstore.connect;

import org.jspecify.annotations.NullMarked;

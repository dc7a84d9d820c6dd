/**
 * Isolates with quotas and the pools that keep them warm. Read {@link
 * io.echelon.isolatepool.IsolatePool} first.
 */
@NullMarked
package io.echelon.isolatepool;

import org.jspecify.annotations.NullMarked;

/**
 * Functions that want to break the pool, and what must become of them. Read {@link
 * io.echelon.isolatepool.hostile.HostileFunctionsTest} first.
 */
@NullMarked
package io.echelon.isolatepool.hostile;

import org.jspecify.annotations.NullMarked;

/** Ways out of an isolate, each tried and found closed. */
@NullMarked
package io.echelon.isolatepool.escape;

import org.jspecify.annotations.NullMarked;

/** {@code edge}, the command line: it bundles functions, calls the platform and runs one here. */
@NullMarked
package io.echelon.deploycli;

import org.jspecify.annotations.NullMarked;

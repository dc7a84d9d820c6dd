/** JavaScript values as V8 stores them, for tools that show and make them. */
@NullMarked
package io.echelon.kvstore.v8;

import org.jspecify.annotations.NullMarked;

/**
 * The pool on GraalVM: one engine for all code, one polyglot context an isolate. Read
 * GraalIsolatePool first.
 */
@NullMarked
package io.echelon.isolatepool.graal;

import org.jspecify.annotations.NullMarked;

/** Tests of the JavaScript platform inside an isolate, mostly written in JavaScript. */
@NullMarked
package io.echelon.isolatepool.platform;

import org.jspecify.annotations.NullMarked;

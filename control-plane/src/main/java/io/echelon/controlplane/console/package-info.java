/** The console: the platform in a browser, made of what the API's resources answer. */
@NullMarked
package io.echelon.controlplane.console;

import org.jspecify.annotations.NullMarked;

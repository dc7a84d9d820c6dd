/** Tests of the control plane. */
@NullMarked
package io.echelon.controlplane;

import org.jspecify.annotations.NullMarked;

/** The control plane: the API, deployments and what they write to the system database. */
@NullMarked
package io.echelon.controlplane;

import org.jspecify.annotations.NullMarked;

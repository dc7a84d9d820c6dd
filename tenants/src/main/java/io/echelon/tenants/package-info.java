/** The vocabulary that every part shares: ids, limits, error codes and the records that travel. */
@NullMarked
package io.echelon.tenants;

import org.jspecify.annotations.NullMarked;

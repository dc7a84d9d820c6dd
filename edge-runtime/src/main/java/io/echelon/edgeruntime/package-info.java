/** The data plane of one node. Read {@code EdgeNode} first. */
@NullMarked
package io.echelon.edgeruntime;

import org.jspecify.annotations.NullMarked;

/** Blobs as files of a folder. */
@NullMarked
package io.echelon.kvstore.files;

import org.jspecify.annotations.NullMarked;

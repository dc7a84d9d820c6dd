/** The engine of one node: RocksDB, with one writer and group commit. */
@NullMarked
package io.echelon.kvstore.rocksdb;

import org.jspecify.annotations.NullMarked;

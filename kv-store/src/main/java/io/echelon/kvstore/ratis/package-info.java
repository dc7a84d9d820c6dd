/** The store as a group of replicas: Apache Ratis orders and keeps commits, RocksDB holds rows. */
@NullMarked
package io.echelon.kvstore.ratis;

import org.jspecify.annotations.NullMarked;

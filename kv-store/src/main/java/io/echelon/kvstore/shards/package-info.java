/**
 * A store of several shards: each is a group of replicas of its own, a database lies in one of them
 * and can be moved to another while it is used.
 */
@NullMarked
package io.echelon.kvstore.shards;

import org.jspecify.annotations.NullMarked;

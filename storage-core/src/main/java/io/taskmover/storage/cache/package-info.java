/** Caches in memory, in files, and of two levels: bounded, with a time to live, and one load for all who miss the same key. */
@NullMarked
package io.taskmover.storage.cache;

import org.jspecify.annotations.NullMarked;

/** The backend that keeps everything in memory. */
@NullMarked
package io.taskmover.storage.memory;

import org.jspecify.annotations.NullMarked;

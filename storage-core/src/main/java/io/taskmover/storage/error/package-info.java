/**
 * {@link io.taskmover.storage.error.StorageException} and its family: what happened, to which table and row, what to do next.
 */
@NullMarked
package io.taskmover.storage.error;

import org.jspecify.annotations.NullMarked;

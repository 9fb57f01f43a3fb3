/** The front door: {@link io.taskmover.storage.Storage} opens a store, {@link io.taskmover.storage.Repository} uses it. */
@NullMarked
package io.taskmover.storage;

import org.jspecify.annotations.NullMarked;

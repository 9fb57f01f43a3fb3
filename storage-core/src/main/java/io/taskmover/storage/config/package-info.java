/**
 * {@link io.taskmover.storage.config.StorageConfig}: where data lives and how it is kept, from a URL or a builder.
 */
@NullMarked
package io.taskmover.storage.config;

import org.jspecify.annotations.NullMarked;

/** What stores measure, as meters of Micrometer: {@code new StorageMeterBinder(storage, "orders").bindTo(registry)}. */
@NullMarked
package io.taskmover.storage.micrometer;

import org.jspecify.annotations.NullMarked;

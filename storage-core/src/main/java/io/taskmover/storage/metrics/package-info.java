/** What stores measure: {@code Metric} lists all that there can be, {@code StorageMetrics} has what there is. */
@NullMarked
package io.taskmover.storage.metrics;

import org.jspecify.annotations.NullMarked;

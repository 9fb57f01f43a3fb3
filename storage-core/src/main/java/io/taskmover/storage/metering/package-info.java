/** The layer that counts and times what a store does for its callers, and tells the log of what was slow. */
@NullMarked
package io.taskmover.storage.metering;

import org.jspecify.annotations.NullMarked;

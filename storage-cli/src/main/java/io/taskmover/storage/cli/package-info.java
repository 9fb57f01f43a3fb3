/** The {@code storage} command: thin over the core. */
@NullMarked
package io.taskmover.storage.cli;

import org.jspecify.annotations.NullMarked;

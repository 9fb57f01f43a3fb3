/** Files of rows as streams of records: JSON Lines, JSON, CSV, plain or compressed. */
@NullMarked
package io.taskmover.storage.cli.input;

import org.jspecify.annotations.NullMarked;

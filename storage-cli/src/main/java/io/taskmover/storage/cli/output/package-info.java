/** Rows as text: JSON Lines, JSON, CSV, and tables for people. */
@NullMarked
package io.taskmover.storage.cli.output;

import org.jspecify.annotations.NullMarked;

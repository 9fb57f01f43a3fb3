/**
 * Versions of rows: a layer over any backend that keeps what each change of a row made of it, and what reads that: the versions of
 * a row, and tables as they were at a moment.
 */
@NullMarked
package io.taskmover.storage.history;

import org.jspecify.annotations.NullMarked;

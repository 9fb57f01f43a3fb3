/**
 * Tables, columns, rows and values: what every backend stores, and the rules that a row must satisfy.
 */
@NullMarked
package io.taskmover.storage.schema;

import org.jspecify.annotations.NullMarked;

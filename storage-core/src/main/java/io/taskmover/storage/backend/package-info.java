/**
 * The SPI: a backend opens transactions, a transaction reads and writes rows.
 */
@NullMarked
package io.taskmover.storage.backend;

import org.jspecify.annotations.NullMarked;

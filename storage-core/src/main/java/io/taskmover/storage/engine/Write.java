package io.taskmover.storage.engine;

import io.taskmover.storage.schema.Row;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction did to one row, all its writes of it taken together.
 *
 * @param base the row as the transaction found it; null if there was none
 * @param row the row as the transaction leaves it; null if it is deleted
 * @param insertOnly whether a row that someone else has put there is a duplicate and not a conflict
 */
record Write(Object id, @Nullable Row base, @Nullable Row row, boolean insertOnly) {}

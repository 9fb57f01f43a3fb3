package io.taskmover.storage.history;

import io.taskmover.storage.schema.Row;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A row as one change left it.
 *
 * @param number counts the changes of the row's key from 1; no number is given twice, not after the row was deleted either
 * @param at when the transaction of the change began to change rows; never before that of the version before
 * @param kind what the change was
 * @param who on whose behalf; null if nobody was named
 * @param why for what reason; null if none was given
 * @param row the row with the columns that its table has now, null if the change removed it. A column that the table did
 *     not have then has its default
 */
public record RowVersion(
        long number,
        Instant at,
        ChangeKind kind,
        @Nullable String who,
        @Nullable String why,
        @Nullable Row row) {}

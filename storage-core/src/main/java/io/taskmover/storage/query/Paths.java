package io.taskmover.storage.query;

import io.taskmover.storage.error.QueryException;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.RowType;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds the columns of one table that paths mean. */
final class Paths {
    private final TableSchema schema;
    private final RowType columns;

    Paths(TableSchema schema) {
        this.schema = schema;
        this.columns = schema.rowType();
    }

    /**
     * {@code path} with the name of a column as its first segment: itself, unless the column's name contains dots.
     *
     * @throws QueryException if it names no column, or leads into one that is not JSON
     */
    Path resolve(Path path) {
        Path resolved = find(path);
        if (resolved == null) {
            throw unknown(path);
        }
        return resolved;
    }

    /** The same, or null if the path names no column. */
    @Nullable
    Path find(Path path) {
        int position = columns.indexOf(path.column());
        if (position >= 0 && (!path.isNested() || columns.column(position).type() == DataType.JSON)) {
            return path;
        }
        if (path.isNested()) {
            Path joined = join(path.segments());
            if (joined != null) {
                return joined;
            }
        }
        if (position >= 0) {
            Column column = columns.column(position);
            throw new QueryException("Column '" + column.name() + "' of table '" + schema.name() + "' is "
                    + column.type() + "; '" + path + "' leads into it, which only a JSON column allows");
        }
        return null;
    }

    /** The longest run of leading segments that is a column's name when joined by dots. */
    private @Nullable Path join(List<String> segments) {
        for (int length = segments.size(); length > 1; length--) {
            int position = columns.indexOf(String.join(".", segments.subList(0, length)));
            if (position >= 0
                    && (length == segments.size() || columns.column(position).type() == DataType.JSON)) {
                List<String> joined = new ArrayList<>();
                joined.add(columns.column(position).name());
                joined.addAll(segments.subList(length, segments.size()));
                return new Path(joined);
            }
        }
        return null;
    }

    QueryException unknown(Path path) {
        return unknown(path, "");
    }

    /** @param hint more to say, or nothing: {@code ; …} */
    QueryException unknown(Path path, String hint) {
        String nearest = nearest(path.column());
        return new QueryException("Table '" + schema.name() + "' has no field '" + path + "'" + hint
                + (nearest == null ? "." : "; did you mean '" + nearest + "'?") + " Its columns are " + columns);
    }

    /** How an expression is called within a sentence. */
    String describe(Expression expression) {
        if (expression instanceof Path path) {
            return (path.isNested() ? "field '" : "column '") + path + "' of table '" + schema.name() + "'";
        }
        String text = QueryText.of(expression);
        return expression instanceof Expression.Literal ? text : "the expression " + text;
    }

    /** How an expression is called at the start of a sentence. */
    String subject(Expression expression) {
        String text = describe(expression);
        return expression instanceof Expression.Literal
                ? text
                : Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    private @Nullable String nearest(String name) {
        String best = null;
        int least = Math.max(2, name.length() / 3) + 1;
        for (Column column : columns.columns()) {
            int distance = distance(name.toLowerCase(Locale.ROOT), column.name().toLowerCase(Locale.ROOT));
            if (distance < least) {
                least = distance;
                best = column.name();
            }
        }
        return best;
    }

    /** Levenshtein's distance: how many characters to insert, drop or replace. */
    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[b.length()];
    }
}

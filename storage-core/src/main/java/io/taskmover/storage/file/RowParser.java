package io.taskmover.storage.file;

import io.taskmover.storage.error.ConstraintException;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowJson;
import io.taskmover.storage.schema.RowType;
import io.taskmover.storage.schema.TableSchema;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Makes rows of JSON that the store did not write, or wrote when the table was another. Immutable and thread-safe. */
final class RowParser {
    private final TableSchema schema;
    private final TableFiles files;
    private final Set<String> ignored;
    private final Predicate<Object> later;
    /** The columns whose members are looked at. */
    private final RowType stable;

    private final RowJson json;

    /**
     * @param schema the table as its rows shall be
     * @param unstable columns whose members are not looked at; rows get the columns' defaults
     * @param ignored members that are not columns and are of no account
     * @param later tells of a key whether its row is to be written after this
     */
    RowParser(
            TableSchema schema, TableFiles files, Set<String> unstable, Set<String> ignored, Predicate<Object> later) {
        this.schema = schema;
        this.files = files;
        this.ignored = ignored;
        this.later = later;
        this.stable = unstable.isEmpty()
                ? schema.rowType()
                : RowType.of(schema.columns().stream()
                        .filter(column -> !unstable.contains(column.name()))
                        .toList());
        this.json = RowJson.of(stable);
    }

    /** What was found: a row, that it is gone, or what is wrong with it. */
    sealed interface Parsed {
        Found found();
    }

    /** @param more members that are not columns, by name */
    record Whole(Found found, Object key, Row row, Map<String, @Nullable Object> more) implements Parsed {}

    record Gone(Found found, Object key) implements Parsed {}

    /** @param problem a sentence without the file's name */
    record Broken(Found found, String problem) implements Parsed {}

    /**
     * The row in JSON that the store wrote when the table had more columns; null if it has no member of those.
     *
     * @throws IllegalArgumentException if it cannot be understood
     */
    @Nullable
    Row withoutUnknown(byte[] bytes) {
        boolean[] unknown = new boolean[1];
        Row row = json.read(bytes, (name, value) -> unknown[0] = true);
        if (!unknown[0]) {
            return null;
        }
        return row.type() == schema.rowType() ? row : Changes.convert(row, schema.rowType());
    }

    /** What this would read of a row that was written when the table had these columns, or others. */
    Row asRead(Row row) {
        return Changes.convert(Changes.convert(row, stable), schema.rowType());
    }

    Parsed parse(Found found) {
        byte[] bytes = found.json();
        if (bytes == null) {
            Object key = found.key();
            return key == null ? new Broken(found, "it is gone") : new Gone(found, key);
        }
        Map<String, @Nullable Object> more = new TreeMap<>();
        try {
            Row row = json.read(bytes, (name, value) -> {
                if (!ignored.contains(name)) {
                    more.put(name, value);
                }
            });
            for (String name : more.keySet()) {
                var unused = Column.of(name, DataType.JSON);
            }
            if (row.type() != schema.rowType()) {
                row = Changes.convert(row, schema.rowType());
            }
            Object key = schema.keyOf(row);
            if (key == null) {
                return new Broken(found, "it lacks the key " + schema.primaryKey());
            }
            String misplaced = files.misplaced(key, found, later.test(key));
            if (misplaced != null) {
                return new Broken(found, misplaced);
            }
            schema.validate(row);
            return new Whole(found, key, row, more);
        } catch (IllegalArgumentException | SchemaException | ConstraintException e) {
            return new Broken(found, String.valueOf(e.getMessage()));
        }
    }
}

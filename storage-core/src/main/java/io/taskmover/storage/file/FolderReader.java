package io.taskmover.storage.file;

import io.taskmover.storage.error.ConstraintException;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowJson;
import io.taskmover.storage.schema.RowType;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the files of one table's rows. Immutable and thread-safe. */
final class FolderReader {
    private final TableSchema schema;
    private final Set<String> ignored;
    private final RowJson json;

    /**
     * @param schema the table as its rows shall be
     * @param unstable columns whose members are not looked at; rows get the columns' defaults
     * @param known members that are no longer columns, to be ignored
     */
    FolderReader(TableSchema schema, Set<String> unstable, Set<String> known) {
        this.schema = schema;
        this.ignored = known;
        this.json = RowJson.of(
                unstable.isEmpty()
                        ? schema.rowType()
                        : RowType.of(schema.columns().stream()
                                .filter(column -> !unstable.contains(column.name()))
                                .toList()));
    }

    /** What a file holds: a row, or what is wrong with it. */
    sealed interface Content {
        Path file();
    }

    /** @param more members that are not columns, by name */
    record Loaded(Path file, Object key, Row row, Map<String, @Nullable Object> more) implements Content {}

    /** @param problem a sentence without the file's name */
    record Broken(Path file, String problem) implements Content {}

    /** Reads one file. */
    Content read(Path file) throws IOException {
        byte[] bytes = Links.read(file);
        Map<String, @Nullable Object> more = new TreeMap<>();
        Row row;
        try {
            row = json.read(bytes, (name, value) -> {
                if (!ignored.contains(name)) {
                    more.put(name, value);
                }
            });
        } catch (IllegalArgumentException e) {
            return new Broken(file, String.valueOf(e.getMessage()));
        }
        for (String name : more.keySet()) {
            try {
                var unused = Column.of(name, DataType.JSON);
            } catch (SchemaException e) {
                return new Broken(file, String.valueOf(e.getMessage()));
            }
        }
        if (row.type() != schema.rowType()) {
            row = Changes.convert(row, schema.rowType());
        }
        Object key = schema.keyOf(row);
        if (key == null) {
            return new Broken(file, "it lacks the key " + schema.primaryKey());
        }
        String name = FileNames.ofKey(key);
        if (!name.equals(TableFolder.name(file))) {
            return new Broken(file, "it holds the row '" + key + "', whose file is named " + name);
        }
        try {
            schema.validate(row);
        } catch (ConstraintException e) {
            return new Broken(file, String.valueOf(e.getMessage()));
        }
        return new Loaded(file, key, row, more);
    }
}

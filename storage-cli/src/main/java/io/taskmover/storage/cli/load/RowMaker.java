package io.taskmover.storage.cli.load;

import io.taskmover.storage.cli.input.BadRecordException;
import io.taskmover.storage.cli.input.BadRecordException.Kind;
import io.taskmover.storage.cli.input.InputRecord;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes rows of a table from records. A row has the columns that its record names, so that the table's defaults hold
 * for the others; a version column is left out, since the store counts versions itself. Not thread-safe.
 */
public final class RowMaker {
    private final TableSchema schema;
    private Set<String> lastNames = Set.of();
    private @Nullable RowType lastType;

    public RowMaker(TableSchema schema) {
        this.schema = schema;
    }

    /** @param typed whether the record's values are JSON and not texts */
    public Row make(InputRecord record, boolean typed) throws BadRecordException {
        Map<String, @Nullable Object> values = record.values();
        RowType type = type(record);
        @Nullable Object[] row = new @Nullable Object[type.size()];
        for (int i = 0; i < row.length; i++) {
            Column column = type.column(i);
            Object value = values.get(column.name());
            try {
                row[i] = typed ? Values.ofJson(column.type(), value) : Values.ofText(column.type(), (String) value);
            } catch (IllegalArgumentException e) {
                throw new BadRecordException(
                        Kind.WRONG_TYPE, record.place(), "field '" + column.name() + "': " + e.getMessage());
            }
        }
        return Row.adopt(type, row);
    }

    private RowType type(InputRecord record) throws BadRecordException {
        Set<String> names = record.values().keySet();
        RowType last = lastType;
        if (last != null && names.equals(lastNames)) {
            return last;
        }
        List<Column> columns = new ArrayList<>();
        for (String name : names) {
            int position = schema.rowType().indexOf(name);
            if (position < 0) {
                throw new BadRecordException(
                        Kind.UNKNOWN_FIELD,
                        record.place(),
                        "table '" + schema.name() + "' has no column '" + name + "', only " + schema.rowType()
                                + "; leave the field out, or import into a new table");
            }
            if (!schema.versionColumn().filter(name::equals).isPresent()) {
                columns.add(schema.rowType().column(position));
            }
        }
        RowType type = RowType.of(columns);
        lastNames = Set.copyOf(names);
        lastType = type;
        return type;
    }
}

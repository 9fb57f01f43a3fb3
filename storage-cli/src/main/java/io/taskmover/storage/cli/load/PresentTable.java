package io.taskmover.storage.cli.load;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.cli.input.BadRecordException;
import io.taskmover.storage.cli.input.BadRecordException.Kind;
import io.taskmover.storage.cli.input.InputRecord;
import io.taskmover.storage.error.ConstraintException;
import io.taskmover.storage.error.Violation;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Checks records against a table that there is: its columns, types and rules, and the ids that it has. */
final class PresentTable extends TableCheck {
    private final BackendTransaction reading;
    private final TableSchema schema;
    private final RowMaker rows;
    private final boolean hasRows;

    PresentTable(BackendTransaction reading, TableSchema schema, boolean upsert) {
        super(upsert);
        this.reading = reading;
        this.schema = schema;
        this.rows = new RowMaker(schema);
        this.hasRows = reading.count(Select.from(schema.name())) > 0;
    }

    /** Whether the table has rows already. */
    boolean hasRows() {
        return hasRows;
    }

    @Override
    void check(InputRecord record, RecordSource source) throws BadRecordException {
        Row row = rows.make(record, source.file().format().typed());
        Object key = Keys.of(schema, row);
        if (key == null && !schema.generatedKey()) {
            throw new BadRecordException(
                    Kind.MALFORMED,
                    record.place(),
                    "no id; the key of table '" + schema.name() + "' is " + schema.primaryKey());
        }
        Optional<Row> stored = Optional.empty();
        if (key != null) {
            requireNew(key.getClass().getSimpleName() + key, key, record, source);
            stored = hasRows ? reading.find(schema.name(), key) : stored;
            if (stored.isPresent() && !upsert()) {
                throw new BadRecordException(
                        Kind.DUPLICATE,
                        record.place(),
                        "id '" + key + "' is in table '" + schema.name() + "' already; --upsert replaces it");
            }
        }
        validate(whole(row, stored), record);
    }

    /** The row as it would be stored, as far as its rules are concerned. */
    private Row whole(Row row, Optional<Row> stored) {
        @Nullable Object[] values = new @Nullable Object[schema.columns().size()];
        for (int i = 0; i < values.length; i++) {
            Column column = schema.rowType().column(i);
            int given = row.type().indexOf(column.name());
            if (given >= 0) {
                values[i] = row.get(given);
            } else {
                values[i] = stored.isPresent() ? stored.get().get(i) : column.defaultValue();
            }
            boolean assigned =
                    schema.versionColumn().filter(column.name()::equals).isPresent()
                            || (schema.generatedKey() && schema.primaryKey().contains(column.name()));
            if (values[i] == null && assigned) {
                values[i] = 1L;
            }
        }
        return Row.adopt(schema.rowType(), values);
    }

    private void validate(Row row, InputRecord record) throws BadRecordException {
        try {
            schema.validate(row);
        } catch (ConstraintException e) {
            throw new BadRecordException(
                    Kind.WRONG_TYPE,
                    record.place(),
                    "field "
                            + e.violations().stream().map(Violation::toString).collect(Collectors.joining("; field ")));
        }
    }

    @Override
    TableSchema schema() {
        return schema;
    }
}

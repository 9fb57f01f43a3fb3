package io.taskmover.storage.migration;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.MigrationException;
import io.taskmover.storage.schema.Blob;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Json;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@link Change#transformRows} and {@link Change#replaceValue}. */
final class RowsChange extends Change {
    private final String table;
    private final RowTransformation forth;
    private final @Nullable RowTransformation back;
    private final String words;
    private final Map<String, Object> json;

    /** @param back null to set the former rows aside */
    RowsChange(String table, RowTransformation forth, @Nullable RowTransformation back) {
        this(
                table,
                forth,
                back,
                "transform rows of " + table,
                Map.of("transformRows", Map.of("table", table, "back", back == null ? "aside" : "code")));
    }

    private RowsChange(
            String table,
            RowTransformation forth,
            @Nullable RowTransformation back,
            String words,
            Map<String, Object> json) {
        this.table = table;
        this.forth = forth;
        this.back = back;
        this.words = words;
        this.json = json;
    }

    static RowsChange replacing(String table, String column, @Nullable Object from, @Nullable Object to) {
        Map<String, @Nullable Object> body = new HashMap<>();
        body.put("table", table);
        body.put("column", column);
        body.put("from", from == null ? null : Json.canonical(from));
        body.put("to", to == null ? null : Json.canonical(to));
        return new RowsChange(
                table,
                row -> holds(row, column, from) ? row.with(column, coerced(row, column, to)) : row,
                null,
                "replace " + from + " by " + to + " in " + table + "." + column,
                Map.of("replaceValue", body));
    }

    private static boolean holds(Row row, String column, @Nullable Object value) {
        Object stored = row.get(column);
        Object wanted = coerced(row, column, value);
        if (stored instanceof BigDecimal a && wanted instanceof BigDecimal b) {
            return a.compareTo(b) == 0;
        }
        return Objects.equals(stored, wanted);
    }

    private static @Nullable Object coerced(Row row, String column, @Nullable Object value) {
        if (value == null) {
            return null;
        }
        DataType type = row.type().column(row.type().indexOf(column)).type();
        return type == DataType.BLOB && value instanceof String text
                ? Blob.of(Base64.getDecoder().decode(text))
                : type.coerce(value);
    }

    @Override
    public String toString() {
        return words;
    }

    @Override
    public boolean isDestructive() {
        return true;
    }

    @Override
    boolean isDestructiveBack() {
        return true;
    }

    @Override
    String rowsOf() {
        return table;
    }

    @Override
    List<String> tables() {
        return List.of(table);
    }

    @Override
    Schemas apply(Schemas before) {
        before.require(table);
        return before;
    }

    @Override
    List<Step> steps(Site site) {
        TableSchema schema = site.before().require(table);
        if (back != null) {
            return List.of(new Step.Batches(schema, (tx, rows) -> transform(tx, schema, forth, rows, null)));
        }
        TableSchema aside = aside(site);
        return List.of(
                Step.createTable(aside),
                new Step.Batches(schema, (tx, rows) -> transform(tx, schema, forth, rows, aside)));
    }

    @Override
    List<Step> stepsBack(Site site) {
        TableSchema schema = site.before().require(table);
        RowTransformation reverse = back;
        if (reverse != null) {
            return List.of(new Step.Batches(schema, (tx, rows) -> transform(tx, schema, reverse, rows, null)));
        }
        TableSchema aside = aside(site);
        return List.of(
                new Step.Batches(aside, (tx, rows) -> giveBack(tx, schema, aside, rows)), Step.dropTable(aside.name()));
    }

    /** What becomes of a row; null if it is deleted. */
    @Nullable
    Row preview(TableSchema schema, Row row) {
        return result(forth, schema, row);
    }

    private void transform(
            BackendTransaction transaction,
            TableSchema schema,
            RowTransformation transformation,
            List<Row> rows,
            @Nullable TableSchema aside) {
        List<Row> changed = new ArrayList<>();
        List<Object> deleted = new ArrayList<>();
        List<Row> kept = new ArrayList<>();
        for (Row row : rows) {
            Row result = result(transformation, schema, row);
            if (result != null && result.equals(row)) {
                continue;
            }
            if (result == null) {
                deleted.add(RowChanges.key(schema, row));
            } else {
                changed.add(result);
            }
            if (aside != null) {
                kept.add(keep(aside, row, result == null));
            }
        }
        if (aside != null) {
            transaction.write(aside.name(), WriteMode.UPSERT, kept);
        }
        transaction.write(table, WriteMode.UPDATE, changed);
        deleted.forEach(key -> transaction.delete(table, key));
    }

    private @Nullable Row result(RowTransformation transformation, TableSchema schema, Row row) {
        Row result;
        try {
            result = transformation.apply(row);
        } catch (RuntimeException e) {
            throw new MigrationException(
                    "Row '" + RowChanges.key(schema, row) + "' of table '" + table + "' cannot be transformed: " + e,
                    e);
        }
        if (result == null) {
            return null;
        }
        boolean same = result.type().equals(row.type())
                && Objects.equals(RowChanges.key(schema, result), RowChanges.key(schema, row))
                && schema.versionColumn()
                        .map(version -> Objects.equals(result.get(version), row.get(version)))
                        .orElse(true);
        if (!same) {
            throw new MigrationException("Row '" + RowChanges.key(schema, row) + "' of table '" + table
                    + "' was made a row of other columns, another key or another version: " + result
                    + ". A transformation changes the other values of a row, or deletes it");
        }
        return result;
    }

    private static void giveBack(
            BackendTransaction transaction, TableSchema schema, TableSchema aside, List<Row> kept) {
        List<Row> changed = new ArrayList<>();
        List<Row> deleted = new ArrayList<>();
        for (Row row : kept) {
            Optional<Row> now = RowChanges.current(transaction, schema.name(), aside, row);
            if (now.isEmpty()) {
                if (Boolean.TRUE.equals(row.get(goneColumn(schema)))) {
                    deleted.add(RowChanges.anew(schema, row));
                }
            } else {
                Row former = RowChanges.part(row, schema);
                Row current = now.get();
                changed.add(schema.versionColumn()
                        .map(version -> former.with(version, current.get(version)))
                        .orElse(former));
            }
        }
        transaction.write(schema.name(), WriteMode.INSERT, deleted);
        transaction.write(schema.name(), WriteMode.UPDATE, changed);
    }

    private static Row keep(TableSchema aside, Row row, boolean gone) {
        @Nullable Object[] values = new @Nullable Object[aside.rowType().size()];
        for (int i = 0; i < values.length - 1; i++) {
            values[i] = row.get(aside.rowType().column(i).name());
        }
        values[values.length - 1] = gone;
        return Row.adopt(aside.rowType(), values);
    }

    private TableSchema aside(Site site) {
        TableSchema schema = site.before().require(table);
        Column gone = Column.of(goneColumn(schema), DataType.BOOLEAN);
        return site.aside(schema, column -> true, List.of(gone));
    }

    /** The column that tells of a row set aside whether it was deleted. */
    private static String goneColumn(TableSchema schema) {
        String name = "_deleted";
        while (schema.rowType().indexOf(name) >= 0) {
            name += "_";
        }
        return name;
    }

    @Override
    Map<String, Object> json() {
        return json;
    }
}

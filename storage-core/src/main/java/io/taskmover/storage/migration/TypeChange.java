package io.taskmover.storage.migration;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.MigrationException;
import io.taskmover.storage.schema.Blob;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Json;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.SchemaJson;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@link Change#changeType}: another column gets the converted values, and then the name. The former values go aside in the same
 * batches.
 */
final class TypeChange extends Change {
    private final String table;
    private final Column column;
    private final @Nullable ValueConversion forth;
    private final @Nullable ValueConversion back;

    /** @param forth null, as {@code back}, for what loses nothing */
    TypeChange(String table, Column column, @Nullable ValueConversion forth, @Nullable ValueConversion back) {
        this.table = table;
        this.column = column;
        this.forth = forth;
        this.back = back;
    }

    @Override
    public String toString() {
        return "change type of " + table + "." + column.name() + " to " + column.type();
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
        ColumnUse.requireNone(before.require(table), column.name(), "cannot get another type");
        return before.changed(
                table, builder -> builder.removeColumn(column.name()).column(column));
    }

    @Override
    List<Step> steps(Site site) {
        TableSchema schema = site.before().require(table);
        Column former = schema.column(column.name());
        TableSchema aside = aside(site);
        List<Step> steps = new ArrayList<>();
        steps.add(Step.createTable(aside));
        steps.addAll(exchange(schema, former, column, (transaction, row) -> {
            transaction.write(aside.name(), WriteMode.UPSERT, List.of(RowChanges.part(row, aside)));
            return converted(forth, row, column, RowChanges.key(schema, row));
        }));
        return steps;
    }

    @Override
    List<Step> stepsBack(Site site) {
        TableSchema before = site.before().require(table);
        Column former = before.column(column.name());
        TableSchema after = apply(site.before()).require(table);
        TableSchema aside = aside(site);
        List<Step> steps = new ArrayList<>(exchange(after, column, former, (transaction, row) -> {
            Object key = RowChanges.key(before, row);
            Optional<Row> kept = transaction.find(aside.name(), key);
            boolean untouched = kept.isPresent()
                    && Objects.equals(converted(forth, kept.get(), column, key), row.get(column.name()));
            return untouched ? kept.get().get(column.name()) : converted(back, row, former, key);
        }));
        steps.add(Step.dropTable(aside.name()));
        return steps;
    }

    /** The value that a row gets, as a part of the transaction. */
    @FunctionalInterface
    private interface NewValue {
        @Nullable
        Object of(BackendTransaction transaction, Row row);
    }

    private List<Step> exchange(TableSchema schema, Column from, Column to, NewValue value) {
        Column arriving = RowChanges.nullable(to, "_new_" + to.name());
        List<Step> steps = new ArrayList<>();
        steps.add(Step.addColumn(table, arriving));
        TableSchema both = schema.toBuilder().column(arriving).build();
        steps.add(new Step.Batches(schema, (transaction, rows) -> {
            List<Row> changes = new ArrayList<>();
            for (Row row : rows) {
                changes.add(RowChanges.update(both, row, arriving.name(), value.of(transaction, row)));
            }
            transaction.write(table, WriteMode.UPDATE, changes);
        }));
        steps.add(Step.dropColumn(table, from.name()));
        steps.add(Step.renameColumn(table, arriving.name(), to.name()));
        if (to.notNull()) {
            steps.add(Step.setNotNull(table, to.name()));
        }
        return steps;
    }

    private @Nullable Object converted(@Nullable ValueConversion conversion, Row row, Column to, Object key) {
        Object value = row.get(to.name());
        try {
            Object result =
                    conversion != null ? conversion.convert(value) : value == null ? null : lossless(value, to.type());
            if (result == null && to.notNull()) {
                throw new IllegalArgumentException("the column takes no null");
            }
            String problem = result == null ? null : to.type().problem(result);
            if (problem != null) {
                throw new IllegalArgumentException("the new value " + problem);
            }
            return result;
        } catch (RuntimeException e) {
            // a conversion says why with the one, and has a bug with any other
            String reason = e instanceof IllegalArgumentException ? e.getMessage() : e.toString();
            throw new MigrationException(
                    "Row '" + key + "' of table '" + table + "': the value of '" + to.name()
                            + "' cannot become " + to.type() + ": " + reason
                            + ". Change that row, or give the change a conversion that knows what to do with it",
                    e);
        }
    }

    private static Object lossless(Object value, DataType type) {
        if (type != DataType.TEXT || value instanceof String) {
            return type.coerce(value);
        }
        if (value instanceof Blob) {
            throw new IllegalArgumentException("bytes have no text of their own");
        }
        return value instanceof Map<?, ?> || value instanceof List<?> ? Json.text(value) : value.toString();
    }

    private TableSchema aside(Site site) {
        return site.aside(site.before().require(table), kept -> kept.name().equals(column.name()), List.of());
    }

    @Override
    Map<String, Object> json() {
        Map<String, Object> json = new HashMap<>(Map.of("table", table, "column", SchemaJson.canonical(column)));
        if (forth != null) {
            json.put("conversion", "code");
        }
        return Map.of("changeType", json);
    }
}

package io.taskmover.storage.migration;

import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.TableSchema;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** The tables of a store at some point between changes. Immutable. */
final class Schemas {
    static final Schemas NONE = new Schemas(new TreeMap<>());

    private final Map<String, TableSchema> tables;

    private Schemas(Map<String, TableSchema> tables) {
        this.tables = tables;
    }

    static Schemas of(Collection<TableSchema> schemas) {
        Schemas all = NONE;
        for (TableSchema schema : schemas) {
            all = all.with(schema);
        }
        return all;
    }

    Optional<TableSchema> table(String name) {
        return Optional.ofNullable(tables.get(name));
    }

    /** @throws SchemaException if there is no such table */
    TableSchema require(String name) {
        return table(name)
                .orElseThrow(() ->
                        new SchemaException("There is no table '" + name + "'; the tables are " + tables.keySet()));
    }

    Collection<TableSchema> all() {
        return tables.values();
    }

    /** With a table in place of the one of its name, if there is one. */
    Schemas with(TableSchema schema) {
        Map<String, TableSchema> changed = copy();
        changed.put(schema.name(), schema);
        return new Schemas(changed);
    }

    Schemas without(String table) {
        Map<String, TableSchema> changed = copy();
        changed.remove(table);
        return new Schemas(changed);
    }

    /** With one table changed, which must be there. */
    Schemas changed(String table, UnaryOperator<TableSchema.Builder> change) {
        return with(change.apply(require(table).toBuilder()).build());
    }

    private Map<String, TableSchema> copy() {
        Map<String, TableSchema> copy = new TreeMap<>(DataType.TEXT::compare);
        copy.putAll(tables);
        return copy;
    }
}

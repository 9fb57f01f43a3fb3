package io.taskmover.storage.migration;

import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.schema.Json;
import io.taskmover.storage.schema.SchemaJson;
import io.taskmover.storage.schema.TableSchema;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** {@link Change#createTable}. */
final class TableCreation extends Change {
    private final TableSchema schema;

    TableCreation(TableSchema schema) {
        this.schema = schema;
    }

    @Override
    public String toString() {
        return "create table " + schema;
    }

    @Override
    boolean isDestructiveBack() {
        return true;
    }

    @Override
    List<String> tables() {
        return List.of(schema.name());
    }

    @Override
    Schemas apply(Schemas before) {
        if (before.table(schema.name()).isPresent()) {
            throw new SchemaException("There is a table '" + schema.name() + "' already");
        }
        return before.with(schema);
    }

    @Override
    List<Step> steps(Site site) {
        return List.of(Step.createTable(schema));
    }

    @Override
    List<Step> stepsBack(Site site) {
        return List.of(Step.dropTable(schema.name()));
    }

    @Override
    Map<String, Object> json() {
        return Map.of("createTable", Objects.requireNonNull(Json.parse(SchemaJson.line(schema))));
    }
}

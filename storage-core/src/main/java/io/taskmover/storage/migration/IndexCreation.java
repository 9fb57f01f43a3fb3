package io.taskmover.storage.migration;

import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.SchemaJson;
import java.util.List;
import java.util.Map;

/** {@link Change#createIndex}. */
final class IndexCreation extends Change {
    private final String table;
    private final Index index;

    IndexCreation(String table, Index index) {
        this.table = table;
        this.index = index;
    }

    @Override
    public String toString() {
        return "create " + (index.unique() ? "unique " : "") + "index " + index.name() + " on " + table
                + index.columns();
    }

    @Override
    List<String> tables() {
        return List.of(table);
    }

    @Override
    Schemas apply(Schemas before) {
        return before.changed(table, builder -> builder.index(index));
    }

    @Override
    List<Step> steps(Site site) {
        return List.of(Step.createIndex(table, index));
    }

    @Override
    List<Step> stepsBack(Site site) {
        return List.of(Step.dropIndex(table, index.name()));
    }

    @Override
    Map<String, Object> json() {
        return Map.of("createIndex", Map.of("table", table, "index", SchemaJson.canonical(index)));
    }
}

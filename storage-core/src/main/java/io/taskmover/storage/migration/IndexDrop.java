package io.taskmover.storage.migration;

import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.TableSchema;
import java.util.List;
import java.util.Map;

/** {@link Change#dropIndex}. */
final class IndexDrop extends Change {
    private final String table;
    private final String index;

    IndexDrop(String table, String index) {
        this.table = table;
        this.index = index;
    }

    @Override
    public String toString() {
        return "drop index " + index + " on " + table;
    }

    @Override
    List<String> tables() {
        return List.of(table);
    }

    @Override
    Schemas apply(Schemas before) {
        former(before);
        return before.changed(table, builder -> builder.removeIndex(index));
    }

    private Index former(Schemas before) {
        TableSchema schema = before.require(table);
        return schema.indexes().stream()
                .filter(each -> each.name().equals(index))
                .findFirst()
                .orElseThrow(() -> new SchemaException("Table '" + table + "' has no index '" + index
                        + "'; its indexes are "
                        + schema.indexes().stream().map(Index::name).toList()));
    }

    @Override
    List<Step> steps(Site site) {
        return List.of(Step.dropIndex(table, index));
    }

    @Override
    List<Step> stepsBack(Site site) {
        return List.of(Step.createIndex(table, former(site.before())));
    }

    @Override
    Map<String, Object> json() {
        return Map.of("dropIndex", Map.of("table", table, "index", index));
    }
}

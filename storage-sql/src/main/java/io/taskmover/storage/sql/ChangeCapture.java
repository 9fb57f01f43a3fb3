package io.taskmover.storage.sql;

import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a transaction does to rows, for the listeners of its commit. */
final class ChangeCapture {
    private final List<RowChange> changes = new ArrayList<>();

    private record Place(String table, Object id) {}

    void add(TableSchema table, @Nullable Row before, @Nullable Row after) {
        Row either = Objects.requireNonNull(after == null ? before : after);
        changes.add(new RowChange(table.name(), Objects.requireNonNull(table.keyOf(either)), before, after));
    }

    /** How many changes there are, to go back to. */
    int mark() {
        return changes.size();
    }

    void rollbackTo(int mark) {
        changes.subList(mark, changes.size()).clear();
    }

    /** One change for each row, but for those that came and went, in the order in which the rows were first touched. */
    List<RowChange> merged() {
        Map<Place, RowChange> merged = new LinkedHashMap<>();
        for (RowChange change : changes) {
            merged.merge(
                    new Place(change.table(), change.id()),
                    change,
                    (first, last) -> new RowChange(first.table(), first.id(), first.before(), last.after()));
        }
        merged.values().removeIf(change -> change.before() == null && change.after() == null);
        return List.copyOf(merged.values());
    }
}

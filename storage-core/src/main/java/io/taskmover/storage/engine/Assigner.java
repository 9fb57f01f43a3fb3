package io.taskmover.storage.engine;

import io.taskmover.storage.query.Assignments;
import io.taskmover.storage.query.Evaluation;
import io.taskmover.storage.query.Expression;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Applies the assignments of an update to rows. */
final class Assigner {
    private final RowShaper shaper;
    private final int[] columns;
    private final List<Function<Row, @Nullable Object>> values = new ArrayList<>();

    Assigner(Table table, Assignments changes) {
        Map<String, Expression> bound = changes.bind(table.schema()).values();
        RowType type = table.schema().rowType();
        this.shaper = table.shaper();
        this.columns = new int[bound.size()];
        for (Map.Entry<String, Expression> assignment : bound.entrySet()) {
            columns[values.size()] = type.indexOf(assignment.getKey());
            values.add(Evaluation.expression(assignment.getValue(), type));
        }
    }

    /** The row after the update; every expression sees it as it was before. */
    Row apply(Row row) {
        @Nullable Object[] changed = new @Nullable Object[columns.length];
        for (int i = 0; i < changed.length; i++) {
            changed[i] = values.get(i).apply(row);
        }
        return shaper.changed(row, columns, changed);
    }
}

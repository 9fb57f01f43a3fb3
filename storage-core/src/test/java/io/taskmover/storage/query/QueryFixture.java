package io.taskmover.storage.query;

import io.taskmover.storage.schema.Check;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import io.taskmover.storage.schema.TableSchema;
import java.util.List;
import java.util.Map;

/** A table with a column of every type, and short ways to bind and run conditions over its rows. */
final class QueryFixture {
    static final TableSchema THINGS = TableSchema.builder("things")
            .column("id", DataType.TEXT)
            .column("title", DataType.TEXT)
            .column("n", DataType.INTEGER)
            .column("m", DataType.INTEGER)
            .column("x", DataType.REAL)
            .column("price", DataType.DECIMAL)
            .column("open", DataType.BOOLEAN)
            .column("due", DataType.TIMESTAMP)
            .column("day", DataType.DATE)
            .column("hour", DataType.TIME)
            .column("ref", DataType.UUID)
            .column("bytes", DataType.BLOB)
            .column("doc", DataType.JSON)
            .column("dotted.name", DataType.TEXT)
            .column("dotted.doc", DataType.JSON)
            .column(Column.of("status", DataType.TEXT).withCheck(new Check.OneOf(List.of("NEW", "DONE", "inProgress"))))
            .column("version", DataType.INTEGER)
            .primaryKey("id")
            .version("version")
            .build();
    static final RowType TYPE = THINGS.rowType();

    private QueryFixture() {}

    static Row row(Map<String, ?> values) {
        return TYPE.row(values);
    }

    static Condition bind(Condition condition) {
        return Select.from("things").where(condition).bind(THINGS).condition();
    }

    static boolean holds(Condition condition, Row row) {
        return Evaluation.predicate(bind(condition), TYPE).test(row);
    }

    /** True, false, or null for unknown. */
    static Boolean truth(Condition condition, Row row) {
        return holds(condition, row) ? Boolean.TRUE : holds(condition.not(), row) ? Boolean.FALSE : null;
    }
}

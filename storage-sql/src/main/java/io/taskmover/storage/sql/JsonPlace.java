package io.taskmover.storage.sql;

import io.taskmover.storage.query.Path;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.sql.QueryShape.Kind;
import java.util.List;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.SortField;
import org.jspecify.annotations.Nullable;

/** A place in a JSON column as SQL. */
interface JsonPlace {

    /** Null if the database cannot look there. */
    static @Nullable JsonPlace of(StoredTable table, Path path) {
        int position = table.position(path.column());
        PhysicalColumn compared = table.compared(position);
        if (compared == null || table.rowType().column(position).type() != DataType.JSON) {
            return null;
        }
        return table.dialect().place(TableStatements.field(table, compared), path.members());
    }

    /** Missing, or JSON's null. */
    Condition isNull();

    /** What stands there, for a comparison with literals of a kind: null if it is of another; null if that is not exact. */
    @Nullable
    Operand operand(Kind kind);

    /** The order of places: false, true, numbers, text, and whatever else as null; null if the database has not that order. */
    @Nullable
    List<SortField<?>> sort(boolean descending);

    /** Something that can be compared with a literal, and the form that such a literal takes. */
    record Operand(Field<Object> field, Slot.Form form) {}
}

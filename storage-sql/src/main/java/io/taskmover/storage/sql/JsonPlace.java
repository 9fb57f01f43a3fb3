package io.taskmover.storage.sql;

import io.taskmover.storage.query.Path;
import io.taskmover.storage.schema.DataType;
import java.util.List;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.SortField;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** A place in a JSON column as SQL: each method gives the value there if it is of one kind, and null else. */
final class JsonPlace {
    private final Field<Object> value;
    private final Field<String> kind;

    private JsonPlace(Field<Object> value, Field<String> kind) {
        this.value = value;
        this.kind = kind;
    }

    /** Null if the database cannot look there. */
    static @Nullable JsonPlace of(StoredTable table, Path path) {
        int position = table.position(path.column());
        PhysicalColumn compared = table.compared(position);
        if (compared == null || table.rowType().column(position).type() != DataType.JSON) {
            return null;
        }
        String text = SqliteDialect.jsonPath(path.members());
        if (text == null) {
            return null;
        }
        Field<Object> json = TableStatements.field(table, compared);
        return new JsonPlace(SqliteDialect.jsonValue(json, text), SqliteDialect.jsonKind(json, text));
    }

    /** Missing, or JSON's null. */
    Condition isNull() {
        return kind.isNull().or(kind.eq(DSL.inline("null")));
    }

    Field<Object> text() {
        return DSL.when(kind.eq(DSL.inline("text")), value);
    }

    /** 1 or 0. */
    Field<Object> truth() {
        return DSL.when(kind.in(DSL.inline("true"), DSL.inline("false")), value);
    }

    /** An integer as such, any other number as a double. */
    Field<Object> number() {
        return DSL.when(kind.in(DSL.inline("integer"), DSL.inline("real")), value);
    }

    /** Any number as a double. */
    Field<Object> real() {
        return DSL.when(kind.in(DSL.inline("integer"), DSL.inline("real")), SqliteDialect.real(value));
    }

    /** The order of places: false, true, numbers, text, and whatever else as null. */
    List<SortField<?>> sort(boolean descending) {
        Field<Integer> rank = DSL.when(kind.eq(DSL.inline("false")), DSL.inline(0))
                .when(kind.eq(DSL.inline("true")), DSL.inline(1))
                .when(kind.in(DSL.inline("integer"), DSL.inline("real")), DSL.inline(2))
                .when(kind.eq(DSL.inline("text")), DSL.inline(3));
        Field<Object> scalar = DSL.when(kind.in(DSL.inline("integer"), DSL.inline("real"), DSL.inline("text")), value);
        return List.of(SqliteDialect.sort(rank, descending, true), SqliteDialect.sort(scalar, descending, true));
    }
}

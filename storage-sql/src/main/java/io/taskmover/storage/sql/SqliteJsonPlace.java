package io.taskmover.storage.sql;

import io.taskmover.storage.sql.QueryShape.Kind;
import java.util.List;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.SortField;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/** A place in JSON by SQLite's functions: each expression is the value there if it is of one kind, and null else. */
final class SqliteJsonPlace implements JsonPlace {
    private final Field<Object> value;
    private final Field<String> kind;

    private SqliteJsonPlace(Field<?> json, String path) {
        this.value = DSL.function("json_extract", SQLDataType.OTHER, json, DSL.inline(path));
        this.kind = DSL.function("json_type", SQLDataType.VARCHAR, json, DSL.inline(path));
    }

    /** Null if the path cannot be written such that every version of SQLite reads it. */
    static @Nullable SqliteJsonPlace of(Field<?> json, List<String> members) {
        StringBuilder path = new StringBuilder("$");
        for (String member : members) {
            // escapes inside of quoted names changed between the versions
            if (member.indexOf('"') >= 0
                    || member.indexOf('\\') >= 0
                    || member.chars().anyMatch(c -> c < ' ')) {
                return null;
            }
            path.append(".\"").append(member).append('"');
        }
        return new SqliteJsonPlace(json, path.toString());
    }

    @Override
    public Condition isNull() {
        return kind.isNull().or(kind.eq(DSL.inline("null")));
    }

    @Override
    public @Nullable Operand operand(Kind literal) {
        return switch (literal) {
            case TEXT ->
                new Operand(
                        DSL.when(kind.eq(DSL.inline("text")), value),
                        (statement, index, text) -> statement.setString(index, (String) text));
            case BOOLEAN ->
                new Operand(
                        DSL.when(kind.in(DSL.inline("true"), DSL.inline("false")), value),
                        (statement, index, truth) -> statement.setInt(index, (Boolean) truth ? 1 : 0));
            // an integer that a double can stand for compares alike with integers and, as a double, with the others
            case INTEGER -> new Operand(number(value), (statement, index, n) -> statement.setObject(index, n));
            case REAL, DECIMAL ->
                new Operand(
                        number(DSL.field("cast({0} as real)", Object.class, value)),
                        (statement, index, n) -> statement.setDouble(index, ((Number) n).doubleValue()));
            default -> null;
        };
    }

    private Field<Object> number(Field<Object> form) {
        return DSL.when(kind.in(DSL.inline("integer"), DSL.inline("real")), form);
    }

    @Override
    public List<SortField<?>> sort(boolean descending) {
        Field<Integer> rank = DSL.when(kind.eq(DSL.inline("false")), DSL.inline(0))
                .when(kind.eq(DSL.inline("true")), DSL.inline(1))
                .when(kind.in(DSL.inline("integer"), DSL.inline("real")), DSL.inline(2))
                .when(kind.eq(DSL.inline("text")), DSL.inline(3));
        Field<Object> scalar = DSL.when(kind.in(DSL.inline("integer"), DSL.inline("real"), DSL.inline("text")), value);
        return List.of(
                SqliteDialect.INSTANCE.sort(rank, descending, true),
                SqliteDialect.INSTANCE.sort(scalar, descending, true));
    }
}

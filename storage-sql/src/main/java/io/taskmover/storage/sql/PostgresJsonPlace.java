package io.taskmover.storage.sql;

import io.taskmover.storage.sql.QueryShape.Kind;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.SortField;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/**
 * A place in a column of type {@code json}. Text and truth are compared by the database. Numbers are left to
 * {@link io.taskmover.storage.query.Evaluation}: it compares them as doubles unless both are integers, which the
 * database's numbers cannot say without rounding twice.
 */
final class PostgresJsonPlace implements JsonPlace {
    private final Field<Object> place;
    private final Field<Object> text;
    private final Field<String> kind;

    PostgresJsonPlace(Field<Object> json, List<String> members) {
        Field<Object> object = json;
        for (String member : members.subList(0, members.size() - 1)) {
            object = DSL.field("({0} -> {1})", Object.class, object, literal(member));
        }
        String last = members.get(members.size() - 1);
        this.place = DSL.field("({0} -> {1})", Object.class, object, literal(last));
        this.text = DSL.field("({0} ->> {1})", Object.class, object, literal(last));
        this.kind = DSL.function("json_typeof", SQLDataType.VARCHAR, place);
    }

    /** A member's name; it is a part of the statement's shape, and jOOQ would take braces and question marks in it for its own. */
    private static Field<String> literal(String member) {
        return DSL.inline(member);
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
                        PostgresDialect.INSTANCE.binary(DSL.when(kind.eq(DSL.inline("string")), text)),
                        PostgresJsonPlace::bindText);
            case BOOLEAN -> new Operand(DSL.when(kind.eq(DSL.inline("boolean")), text), PostgresJsonPlace::bindTruth);
            default -> null;
        };
    }

    private static void bindText(PreparedStatement statement, int index, Object value) throws SQLException {
        statement.setString(index, (String) value);
    }

    /** "false" comes before "true", as it should. */
    private static void bindTruth(PreparedStatement statement, int index, Object value) throws SQLException {
        statement.setString(index, value.toString());
    }

    /** An order among numbers is not to be had exactly; see the class. */
    @Override
    public @Nullable List<SortField<?>> sort(boolean descending) {
        return null;
    }
}

package io.taskmover.storage.sql;

import io.taskmover.storage.query.Expression.Function;
import java.util.List;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.SQLDialect;
import org.jooq.SortField;
import org.jooq.conf.RenderNameCase;
import org.jooq.conf.RenderQuotedNames;
import org.jooq.conf.Settings;
import org.jooq.conf.StatementType;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/**
 * What SQLite's SQL has of its own. The planner asks only here; another database is another class like this.
 */
final class SqliteDialect {
    /** Renders statements for SQLite: names quoted as they are, values as parameters. */
    static final DSLContext SQL;

    static {
        // jOOQ greets on its logger when it is first used; a library is silent
        System.setProperty("org.jooq.no-logo", "true");
        System.setProperty("org.jooq.no-tips", "true");
        SQL = DSL.using(
                SQLDialect.SQLITE,
                new Settings()
                        .withRenderQuotedNames(RenderQuotedNames.ALWAYS)
                        .withRenderNameCase(RenderNameCase.AS_IS)
                        .withStatementType(StatementType.PREPARED_STATEMENT)
                        .withRenderFormatted(false));
    }

    private SqliteDialect() {}

    /** An identifier, quoted. */
    static String quote(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** A text, number or bytes as a part of a statement: a definition takes no parameters. */
    static String literal(Object value) {
        return SQL.renderInlined(DSL.inline(value));
    }

    /** The path to a place in JSON; null if it cannot be written such that every version of SQLite reads it. */
    static @Nullable String jsonPath(List<String> members) {
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
        return path.toString();
    }

    /** The kind of the JSON value at a place: null if it is missing. */
    static Field<String> jsonKind(Field<?> json, String path) {
        return DSL.function("json_type", SQLDataType.VARCHAR, json, DSL.inline(path));
    }

    /** The text, number or truth (as 1 or 0) at a place in JSON. */
    static Field<Object> jsonValue(Field<?> json, String path) {
        return DSL.function("json_extract", SQLDataType.OTHER, json, DSL.inline(path));
    }

    /** A number as a double. */
    static Field<Object> real(Field<Object> number) {
        return DSL.field("cast({0} as real)", Object.class, number);
    }

    /** Whether a text has a form, case-sensitively; see {@link LikePattern#glob}. */
    static Condition glob(Field<Object> text, Field<Object> pattern) {
        return DSL.condition("({0} glob {1})", text, pattern);
    }

    /**
     * What a function is called; null if it does something else at the edges. LENGTH counts code points here as there,
     * LOWER and UPPER map ASCII.
     */
    static @Nullable String function(Function function) {
        return switch (function) {
            case LENGTH -> "length";
            case LOWER -> "lower";
            case UPPER -> "upper";
            case ABS, LEFT, RIGHT -> null;
        };
    }

    /** Compares by bytes whatever collation the column was declared with. */
    static Field<Object> binary(Field<Object> text) {
        return DSL.field("{0} collate binary", Object.class, text);
    }

    /** A key of an order: nulls last when ascending, first when descending. */
    static SortField<?> sort(Field<?> key, boolean descending, boolean nullable) {
        SortField<?> sort = descending ? key.desc() : key.asc();
        // without nulls the clause changes nothing but keeps SQLite from reading some indexes in order
        return !nullable ? sort : descending ? sort.nullsFirst() : sort.nullsLast();
    }
}

package io.taskmover.storage.sql;

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

    /** The kind of the JSON value at a place: null if it is missing. */
    static Field<String> jsonKind(Field<?> json, String path) {
        return DSL.function("json_type", SQLDataType.VARCHAR, json, DSL.inline(path));
    }

    /** The text, number or truth (as 1 or 0) at a place in JSON. */
    static Field<Object> jsonValue(Field<?> json, String path) {
        return DSL.function("json_extract", SQLDataType.OTHER, json, DSL.inline(path));
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

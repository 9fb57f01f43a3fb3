package io.taskmover.storage.sql;

import io.taskmover.storage.backend.Explanation;
import io.taskmover.storage.query.Expression.Function;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Blob;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Json;
import io.taskmover.storage.schema.TableSchema;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.SQLDialect;
import org.jooq.SortField;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** SQLite: tables are STRICT, in the forms of {@code docs/formats/sqlite-types.md}. */
final class SqliteDialect implements Dialect {
    /** Everything that is a table to a user, by its name in the database. */
    private static final String PHYSICAL = "select name from sqlite_master where type = 'table'"
            + " and name not like 'sqlite#_%' escape '#' and name <> '" + OwnTables.BOOKKEEPING + "'"
            + " and sql not like 'create virtual table%'";

    private static final NameRules NAMES = new NameRules() {
        /** SQLite does not tell upper from lower case, and keeps names of tables and indexes in one room. */
        @Override
        public String folded(String name) {
            return name.toLowerCase(Locale.ROOT);
        }

        @Override
        public boolean isReserved(String name) {
            String folded = folded(name);
            return folded.startsWith("sqlite_") || folded.startsWith("_storage_");
        }

        @Override
        public String fit(String name, String suffix) {
            return name + suffix;
        }
    };

    static final SqliteDialect INSTANCE = new SqliteDialect();

    private static final DSLContext SQL = Rendering.of(SQLDialect.SQLITE);

    private SqliteDialect() {}

    @Override
    public DSLContext sql() {
        return SQL;
    }

    @Override
    public NameRules names() {
        return NAMES;
    }

    @Override
    public String insertion(String rendered) {
        return rendered;
    }

    /** There is one writer, and this is his transaction. */
    @Override
    public String locking(String select) {
        return select;
    }

    @Override
    public void stream(PreparedStatement statement) {
        // it always does
    }

    @Override
    public boolean typesValues() {
        return true;
    }

    @Override
    public ColumnCodec codec(DataType type) {
        return OwnCodecs.of(type);
    }

    @Override
    public ColumnCodec decimalKey() {
        return OwnCodecs.DECIMAL_KEY;
    }

    @Override
    public @Nullable JsonPlace place(Field<Object> json, List<String> members) {
        return SqliteJsonPlace.of(json, members);
    }

    @Override
    public String quote(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** A text, number or bytes as a part of a statement: a definition takes no parameters. */
    static String literal(Object value) {
        return SQL.renderInlined(DSL.inline(value));
    }

    @Override
    public String pattern(String like) {
        return LikePattern.glob(like);
    }

    /** By GLOB: SQLite's own LIKE folds case unless a pragma of the whole connection says no. */
    @Override
    public Condition like(Field<Object> text, Field<Object> pattern) {
        return DSL.condition("({0} glob {1})", text, pattern);
    }

    /**
     * What a function is called; null if it does something else at the edges. LENGTH counts code points here as there,
     * LOWER and UPPER map ASCII.
     */
    @Override
    public @Nullable String function(Function function) {
        return switch (function) {
            case LENGTH -> "length";
            case LOWER -> "lower";
            case UPPER -> "upper";
            case ABS, LEFT, RIGHT -> null;
        };
    }

    @Override
    public Field<Object> binary(Field<Object> text) {
        return DSL.field("{0} collate binary", Object.class, text);
    }

    @Override
    public SortField<?> sort(Field<?> key, boolean descending, boolean nullable) {
        SortField<?> sort = descending ? key.desc() : key.asc();
        // without nulls the clause changes nothing but keeps SQLite from reading some indexes in order
        return !nullable ? sort : descending ? sort.nullsFirst() : sort.nullsLast();
    }

    @Override
    public String createBookkeeping() {
        return "create table if not exists " + OwnTables.BOOKKEEPING
                + " (name text not null primary key, stored_as text not null unique, schema text not null,"
                + " names text not null) strict, without rowid";
    }

    /** Those whose key is not a number have no row ids, so that a row is found by one search and not two. */
    @Override
    public String createTable(StoredTable table, Set<String> taken) {
        TableSchema schema = table.schema();
        boolean rowId = schema.primaryKey().size() == 1
                && schema.column(schema.primaryKey().get(0)).type() == DataType.INTEGER;
        List<String> parts = new ArrayList<>();
        for (PhysicalColumn physical : table.written()) {
            String key = rowId && physical.position() == table.keyPositions()[0]
                    ? schema.generatedKey() ? " primary key autoincrement" : " primary key"
                    : "";
            parts.add(OwnTables.definition(table, physical) + key);
        }
        if (!rowId) {
            parts.add("primary key (" + OwnTables.key(table) + ")");
        }
        return "create table " + table.quotedName() + " (" + String.join(", ", parts) + ") strict"
                + (rowId ? "" : ", without rowid");
    }

    @Override
    public String declared(PhysicalColumn physical, DataType type) {
        return switch (type) {
            case TEXT, DECIMAL, TIMESTAMP, DATE, TIME, JSON -> "text";
            case INTEGER, BOOLEAN -> "integer";
            // a column declared real turns -0.0 into 0
            case REAL -> "any";
            case UUID, BLOB -> "blob";
        };
    }

    @Override
    public String literal(Column column, PhysicalColumn physical, Object value) {
        Object stored = switch (column.type()) {
            case TEXT, INTEGER, REAL -> value;
            case BOOLEAN -> (Boolean) value ? 1 : 0;
            case DECIMAL ->
                physical.codec() == OwnCodecs.DECIMAL_KEY ? DecimalKey.of((BigDecimal) value) : value.toString();
            case TIMESTAMP -> IsoText.instant((Instant) value);
            case DATE -> IsoText.date((LocalDate) value);
            case TIME -> IsoText.time((LocalTime) value);
            case JSON -> Json.text(value);
            case BLOB -> ((Blob) value).toBytes();
            case UUID -> OwnCodecs.uuidBytes((UUID) value);
        };
        return literal(stored);
    }

    @Override
    public boolean hasBookkeeping(Session session) throws SQLException {
        return session.queryLong("select count(*) from sqlite_master where name = '" + OwnTables.BOOKKEEPING + "'") > 0;
    }

    /** SQLite counts the changes. Begins the transaction's snapshot if nothing did before. */
    @Override
    public long catalogVersion(Session session) throws SQLException {
        return session.queryLong("pragma schema_version");
    }

    @Override
    public void catalogChanges(Session session) {
        // SQLite counts by itself
    }

    @Override
    public String physicalTables() {
        return PHYSICAL;
    }

    @Override
    public String takenNames() {
        return "select name from sqlite_master";
    }

    @Override
    public String ownerOfIndex() {
        return "select t.name from " + OwnTables.BOOKKEEPING + " t, json_each(t.names, '$.indexes') i"
                + " where i.key = ? union all select tbl_name from sqlite_master where type = 'index' and name = ?"
                + " and tbl_name not in (select stored_as from " + OwnTables.BOOKKEEPING + ")";
    }

    @Override
    public StoredTable readExisting(String table, Session session) throws SQLException {
        return SqliteExistingTables.read(table, session);
    }

    @Override
    public String addToExisting(StoredTable table, Column column, Session session) throws SQLException {
        return SqliteExistingTables.addColumn(table, column, session);
    }

    @Override
    public @Nullable String setNotNull(StoredTable changed, PhysicalColumn column) {
        return null;
    }

    @Override
    public Explanation explain(Session session, StoredTable table, Select select) throws SQLException {
        return SqliteExplanation.of(session, table, select);
    }

    @Override
    public void run(RowBatch batch) throws SQLException {
        SqliteBatch.run(batch);
    }

    @Override
    public List<String> problems(Session session, int most) throws SQLException {
        List<String> problems = session.queryTexts("pragma integrity_check(" + most + ")");
        if (problems.equals(List.of("ok"))) {
            problems.clear();
        }
        problems.addAll(session.queryTexts(
                "select 'a row of table ' || \"table\" || ' refers to a missing row of ' || \"parent\""
                        + " from pragma_foreign_key_check limit " + most));
        return problems;
    }
}

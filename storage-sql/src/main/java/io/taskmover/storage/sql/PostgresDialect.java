package io.taskmover.storage.sql;

import io.taskmover.storage.backend.Explanation;
import io.taskmover.storage.query.Expression.Function;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Blob;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Json;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.SQLDialect;
import org.jooq.SortField;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** PostgreSQL from 14 on: tables in the forms of {@code docs/formats/postgresql-types.md}. */
final class PostgresDialect implements Dialect {
    /** Holds one number, which every change of the catalog raises. */
    static final String VERSION = "_storage_catalog";

    private static final String DIVISION_BY_ZERO = "22012";

    private static final String SELECT_VERSION = "select version from " + VERSION;

    private static final NameRules NAMES = new NameRules() {
        /** NAMEDATALEN - 1: what is longer PostgreSQL cuts off. */
        private static final int MAX_BYTES = 63;

        /** The columns that every table has. */
        private static final Set<String> SYSTEM_COLUMNS =
                Set.of("tableoid", "xmin", "cmin", "xmax", "cmax", "ctid", "oid");

        @Override
        public String folded(String name) {
            return name;
        }

        @Override
        public boolean isReserved(String name) {
            // what begins with pg_ would be looked for among the database's own tables first
            return name.startsWith("pg_") || name.startsWith("_storage_") || SYSTEM_COLUMNS.contains(name);
        }

        @Override
        public String fit(String name, String suffix) {
            int room = MAX_BYTES - suffix.getBytes(StandardCharsets.UTF_8).length;
            StringBuilder fitting = new StringBuilder();
            int bytes = 0;
            for (int point : name.codePoints().toArray()) {
                String character = Character.toString(point);
                bytes += character.getBytes(StandardCharsets.UTF_8).length;
                if (bytes > room) {
                    break;
                }
                fitting.append(character);
            }
            return fitting + suffix;
        }
    };

    static final PostgresDialect INSTANCE = new PostgresDialect();

    private static final DSLContext SQL = Rendering.of(SQLDialect.POSTGRES);
    /** Rows that are fetched at once: enough that messages cost little, few enough to be held. */
    private static final int FETCHED_ROWS = 500;

    /** What is between the columns and the values of an insert. */
    private static final String VALUES = ") values (";

    private static final String OF_THIS_SCHEMA =
            "c.relnamespace = (select oid from pg_namespace where nspname =" + " current_schema())";

    private PostgresDialect() {}

    @Override
    public DSLContext sql() {
        return SQL;
    }

    @Override
    public String quote(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    @Override
    public NameRules names() {
        return NAMES;
    }

    /** The store takes numbers out of the sequence itself, also where the database insists on doing so. */
    @Override
    public String insertion(String rendered) {
        boolean inName = false;
        for (int i = 0; i < rendered.length(); i++) {
            if (rendered.charAt(i) == '"') {
                inName = !inName;
            } else if (!inName && rendered.startsWith(VALUES, i)) {
                return rendered.substring(0, i) + ") overriding system value values ("
                        + rendered.substring(i + VALUES.length());
            }
        }
        throw new AssertionError(rendered);
    }

    @Override
    public String locking(String select) {
        return select + " for update";
    }

    @Override
    public void stream(PreparedStatement statement) throws SQLException {
        if (statement.getFetchSize() != FETCHED_ROWS) {
            statement.setFetchSize(FETCHED_ROWS);
        }
    }

    /** A date is not written in an array as the database reads it, if its year has five digits. */
    @Override
    public boolean takesArraysOf(QueryShape.Kind kind) {
        return switch (kind) {
            case TEXT, INTEGER, BIG_INTEGER, REAL, DECIMAL, BOOLEAN, TIMESTAMP, TIME, UUID -> true;
            default -> false;
        };
    }

    @Override
    public boolean failureEndsTransaction() {
        return true;
    }

    @Override
    public ColumnCodec codec(DataType type) {
        return PostgresCodecs.of(type);
    }

    @Override
    public ColumnCodec decimalKey() {
        return OwnCodecs.DECIMAL_KEY;
    }

    @Override
    public Field<Object> binary(Field<Object> text) {
        return DSL.field("{0} collate \"C\"", Object.class, text);
    }

    @Override
    public Condition like(Field<Object> text, Field<Object> pattern) {
        return DSL.condition("({0} like {1} escape '')", text, pattern);
    }

    @Override
    public String pattern(String like) {
        return like;
    }

    /** LENGTH counts code points; LOWER and UPPER of text that is compared by code points map ASCII. */
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
    public JsonPlace place(Field<Object> json, List<String> members) {
        return new PostgresJsonPlace(json, members);
    }

    @Override
    public SortField<?> sort(Field<?> key, boolean descending, boolean nullable) {
        SortField<?> sort = descending ? key.desc() : key.asc();
        return !nullable ? sort : descending ? sort.nullsFirst() : sort.nullsLast();
    }

    @Override
    public String createBookkeeping() {
        return "create table if not exists " + OwnTables.BOOKKEEPING
                + " (name text collate \"C\" primary key, stored_as text collate \"C\" not null unique,"
                + " schema text not null, names text not null)";
    }

    @Override
    public String createTable(StoredTable table, Set<String> taken) {
        Set<String> used = new HashSet<>(taken);
        used.add(table.names().table());
        table.schema().indexes().forEach(index -> used.add(table.names().index(index.name())));
        String key = PhysicalNames.free(table.names().table(), "#pkey", NAMES, used::contains);
        used.add(key);
        String sequence = PhysicalNames.free(table.names().table(), "#seq", NAMES, used::contains);
        List<String> parts = new ArrayList<>();
        for (PhysicalColumn physical : table.written()) {
            boolean generated = table.schema().generatedKey() && physical.position() == table.keyPositions()[0];
            parts.add(OwnTables.definition(table, physical)
                    + (generated ? " generated by default as identity (sequence name " + quote(sequence) + ")" : ""));
        }
        parts.add("constraint " + quote(key) + " primary key (" + OwnTables.key(table) + ")");
        return "create table " + table.quotedName() + " (" + String.join(", ", parts) + ")";
    }

    @Override
    public String declared(PhysicalColumn physical, DataType type) {
        return switch (type) {
            case TEXT, DECIMAL, TIMESTAMP, TIME -> "text collate \"C\"";
            case INTEGER -> "bigint";
            case REAL -> "double precision";
            case BOOLEAN -> "boolean";
            case DATE -> "date";
            case UUID -> "uuid";
            case BLOB -> "bytea";
            case JSON -> "json";
        };
    }

    @Override
    public String literal(Column column, PhysicalColumn physical, Object value) {
        return switch (column.type()) {
            case INTEGER, BOOLEAN -> "'" + value + "'";
            case REAL -> "'" + value + "'";
            case TEXT -> text((String) value);
            case DECIMAL ->
                text(physical.codec() == OwnCodecs.DECIMAL_KEY ? DecimalKey.of((BigDecimal) value) : value.toString());
            case TIMESTAMP -> text(IsoText.instant((Instant) value));
            case TIME -> text(IsoText.time((LocalTime) value));
            case DATE, UUID -> text(value.toString());
            case JSON -> text(Json.text(value));
            case BLOB -> "'\\x" + HexFormat.of().formatHex(((Blob) value).toBytes()) + "'";
        };
    }

    /** A text as a literal, whatever the server thinks of backslashes. */
    static String text(String text) {
        String quoted = "'" + text.replace("'", "''").replace("\\", "\\\\") + "'";
        return text.indexOf('\\') < 0 ? quoted : "E" + quoted;
    }

    @Override
    public boolean hasBookkeeping(Session session) throws SQLException {
        return exists(session, OwnTables.BOOKKEEPING);
    }

    private static boolean exists(Session session, String table) throws SQLException {
        return session.queryLong(
                        "select count(*) from pg_class c where " + OF_THIS_SCHEMA + " and relname = '" + table + "'")
                > 0;
    }

    @Override
    public long catalogVersion(Session session) throws SQLException {
        ServerSession own = (ServerSession) session;
        if (!own.isBookkept()) {
            if (!exists(session, VERSION)) {
                return 0;
            }
            own.setBookkept(true);
        }
        return session.queryLong(SELECT_VERSION);
    }

    /** The driver sends both in one message. */
    @Override
    public String withCatalogVersion(String select) {
        return SELECT_VERSION + "; " + select;
    }

    /** What a statement is to return may fail, and undo what it did. */
    @Override
    public String ifCatalogVersion(long version, String write) {
        return write + " returning 1 / ((" + SELECT_VERSION + ") = " + version + ")::int";
    }

    @Override
    public boolean isOfAnotherCatalog(SQLException failure) {
        return DIVISION_BY_ZERO.equals(failure.getSQLState());
    }

    /** Changes come one after the other: each waits for the transaction of the one before it. */
    @Override
    public void catalogChanges(Session session) throws SQLException {
        session.queryTexts("select pg_advisory_xact_lock(hashtext('" + VERSION + "'), hashtext(current_schema()))");
        session.executeOnce("create table if not exists " + VERSION
                + " (only_row boolean primary key default true check (only_row), version bigint not null)");
        session.executeOnce("insert into " + VERSION + " as c (version) values (1)"
                + " on conflict (only_row) do update set version = c.version + 1");
    }

    /** Those with a primary key: the others have nothing to tell a row by. */
    @Override
    public String physicalTables() {
        return "select name from (select c.relname::text collate \"C\" as name from pg_class c where "
                + OF_THIS_SCHEMA + " and c.relkind in ('r', 'p') and left(c.relname, 9) <> '_storage_'"
                + " and exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary)) tables where true";
    }

    @Override
    public String takenNames() {
        return "select c.relname from pg_class c where " + OF_THIS_SCHEMA + " union select t.typname from pg_type t"
                + " where t.typnamespace = (select oid from pg_namespace where nspname = current_schema())";
    }

    @Override
    public String ownerOfIndex() {
        return "select name from " + OwnTables.BOOKKEEPING
                + " where names::json -> 'indexes' -> ? is not null union all"
                + " select tablename from pg_indexes where schemaname = current_schema() and indexname = ?"
                + " and tablename not in (select stored_as from " + OwnTables.BOOKKEEPING + ")";
    }

    @Override
    public @Nullable StoredTable readExisting(String table, Session session) throws SQLException {
        return PostgresExistingTables.read(table, session);
    }

    @Override
    public String addToExisting(StoredTable table, Column column, Session session) {
        return PostgresExistingTables.addColumn(table, column);
    }

    @Override
    public Explanation explain(Session session, StoredTable table, Select select) throws SQLException {
        return PostgresExplanation.of(session, table, select);
    }

    @Override
    public void run(RowBatch batch) throws SQLException {
        SavepointBatch.run(batch);
    }

    /** Foreign keys are the database's own matter, and its files are checked by tools of the server. */
    @Override
    public List<String> problems(Session session, int most) {
        return new ArrayList<>();
    }
}

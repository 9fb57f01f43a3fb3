package io.taskmover.storage.sql;

import io.taskmover.storage.backend.Explanation;
import io.taskmover.storage.query.Expression.Function;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Blob;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.Json;
import io.taskmover.storage.schema.TableSchema;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.SQLDialect;
import org.jooq.SortField;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** MariaDB from 10.11 on, and MySQL from 8.4 on: tables in the forms of {@code docs/formats/mariadb-types.md}. */
final class MariadbDialect implements Dialect {
    /** MariaDB: text by code points, spaces at its end count. */
    static final MariadbDialect MARIADB = new MariadbDialect("utf8mb4_nopad_bin", SQLDialect.MARIADB);
    /** MySQL has the same order by another name. */
    static final MariadbDialect MYSQL = new MariadbDialect("utf8mb4_0900_bin", SQLDialect.MYSQL);

    /** Holds one number, which every change of the catalog raises. */
    static final String VERSION = "_storage_catalog";

    private static final NameRules NAMES = new MariadbNames();

    /** Rows that are fetched at once: enough that messages cost little, few enough to be held. */
    private static final int FETCHED_ROWS = 500;

    private static final String ASCII = " character set ascii collate ascii_bin";

    private final String collation;

    private final DSLContext sql;

    private MariadbDialect(String collation, SQLDialect dialect) {
        this.collation = collation;
        this.sql = Rendering.of(dialect);
    }

    @Override
    public DSLContext sql() {
        return sql;
    }

    @Override
    public String quote(String name) {
        return '`' + name.replace("`", "``") + '`';
    }

    @Override
    public NameRules names() {
        return NAMES;
    }

    @Override
    public String insertion(String rendered) {
        return rendered;
    }

    @Override
    public String locking(String select) {
        return select + " for update";
    }

    /** In an index over a column it meets the entry of the former value, which it takes for a row that is gone. */
    @Override
    public boolean passesOverChangedRows(Session session) {
        return ((MariadbSession) session).isSnapshot();
    }

    @Override
    public void stream(PreparedStatement statement) throws SQLException {
        if (statement.getFetchSize() != FETCHED_ROWS) {
            statement.setFetchSize(FETCHED_ROWS);
        }
    }

    /** A deadlock ends a transaction, and what came after it would be no part of one. */
    @Override
    public boolean failureEndsTransaction() {
        return true;
    }

    /** The statement stores over whatever row a unique index finds. */
    @Override
    public boolean upsertsByKeyAlone(StoredTable table) {
        return table.own() && table.schema().indexes().stream().noneMatch(Index::unique);
    }

    @Override
    public boolean assignsKeys() {
        return true;
    }

    @Override
    public long assignedKey(Session session) throws SQLException {
        return session.queryLong("select last_insert_id()");
    }

    /** The last key that the server has given to a row of a table, or passed over; 0 for none. */
    long lastAssigned(Session session, StoredTable table) throws SQLException {
        if (this == MYSQL) {
            // what it says of tables is a day old otherwise
            session.executeOnce("set session information_schema_stats_expiry = 0");
        }
        List<String> next = session.queryTexts(
                "select auto_increment from information_schema.tables where table_schema = database()"
                        + " and auto_increment is not null and table_name = ?",
                List.of(table.names().table()));
        return next.isEmpty()
                ? 0
                : new BigInteger(next.get(0)).subtract(BigInteger.ONE).longValue();
    }

    @Override
    public ColumnCodec codec(DataType type) {
        return OwnCodecs.of(type);
    }

    @Override
    public ColumnCodec codec(TableSchema schema, Column column) {
        return schema.primaryKey().contains(column.name()) && !MariadbKeyCodec.isBounded(column.type())
                ? MariadbKeyCodec.of(schema, column)
                : codec(column.type());
    }

    @Override
    public boolean boundsOwnValues() {
        return true;
    }

    @Override
    public ColumnCodec decimalKey() {
        return OwnCodecs.DECIMAL_KEY;
    }

    @Override
    public Field<Object> binary(Field<Object> text) {
        return DSL.field("convert({0} using utf8mb4) collate " + collation, Object.class, text);
    }

    @Override
    public Condition like(Field<Object> text, Field<Object> pattern) {
        return DSL.condition("({0} like {1} escape '|')", characters(text), pattern);
    }

    /** In any other collation of the characters an escaped sign would mean something else. */
    @Override
    public Field<Object> characters(Field<Object> text) {
        return binary(text);
    }

    @Override
    public String pattern(String like) {
        return like.replace("|", "||");
    }

    /** LOWER and UPPER map more letters here than those of ASCII. */
    @Override
    public @Nullable String function(Function function) {
        return function == Function.LENGTH ? "char_length" : null;
    }

    /** The server's JSON functions tell numbers apart otherwise, and change with its version. */
    @Override
    public @Nullable JsonPlace place(Field<Object> json, List<String> members) {
        return null;
    }

    @Override
    public boolean searchesRows() {
        return false;
    }

    @Override
    public SortField<?> sort(Field<?> key, boolean descending, boolean nullable) {
        SortField<?> sort = descending ? key.desc() : key.asc();
        return !nullable ? sort : descending ? sort.nullsFirst() : sort.nullsLast();
    }

    @Override
    public String createBookkeeping() {
        return "create table if not exists " + OwnTables.BOOKKEEPING + " (name varchar(255) not null primary key,"
                + " stored_as varchar(64) not null unique, `schema` longtext not null, names longtext not null)"
                + options();
    }

    private String options() {
        return " engine=InnoDB default character set utf8mb4 collate " + collation;
    }

    @Override
    public String createTable(StoredTable table, Set<String> taken) {
        List<String> parts = new ArrayList<>();
        for (PhysicalColumn physical : table.written()) {
            boolean generated = table.schema().generatedKey() && physical.position() == table.keyPositions()[0];
            parts.add(OwnTables.definition(table, physical) + (generated ? " auto_increment" : ""));
        }
        parts.add("primary key (" + OwnTables.key(table) + ")");
        for (Index index : table.schema().indexes()) {
            parts.addAll(MariadbIndexes.definitions(table, index));
        }
        return "create table " + table.quotedName() + " (" + String.join(", ", parts) + ")" + options();
    }

    /** In one statement, for each is committed by itself. */
    @Override
    public boolean createsTablesWithIndexes() {
        return true;
    }

    @Override
    public String declared(PhysicalColumn physical, DataType type) {
        if (physical.codec() instanceof MariadbKeyCodec key) {
            return key.characters()
                    ? "varchar(" + key.most() + ") character set utf8mb4 collate " + collation
                    : "varbinary(" + key.most() + ")";
        }
        return switch (type) {
            case TEXT, JSON -> "longtext character set utf8mb4 collate " + collation;
            case INTEGER -> "bigint";
            case REAL -> "double";
            case BOOLEAN -> "tinyint";
            case DECIMAL -> "text" + ASCII;
            case TIMESTAMP -> "char(30)" + ASCII;
            case DATE -> "char(10)" + ASCII;
            case TIME -> "char(18)" + ASCII;
            case UUID -> "binary(16)";
            case BLOB -> "longblob";
        };
    }

    @Override
    public String literal(Column column, PhysicalColumn physical, Object value) {
        return switch (column.type()) {
            case INTEGER -> value.toString();
            case BOOLEAN -> (Boolean) value ? "1" : "0";
            case REAL -> real((Double) value);
            case TEXT -> text((String) value);
            case DECIMAL ->
                text(physical.codec() == OwnCodecs.DECIMAL_KEY ? DecimalKey.of((BigDecimal) value) : value.toString());
            case TIMESTAMP -> text(IsoText.instant((Instant) value));
            case DATE -> text(IsoText.date((LocalDate) value));
            case TIME -> text(IsoText.time((LocalTime) value));
            case JSON -> text(Json.text(value));
            case BLOB -> bytes(((Blob) value).toBytes());
            case UUID -> bytes(OwnCodecs.uuidBytes((UUID) value));
        };
    }

    /** A double as a default: without an exponent it would be a decimal. */
    static String real(double value) {
        String text = Double.toString(value);
        return "(" + text + (text.contains("E") ? "" : "e0") + ")";
    }

    /** A text as a default, without signs that have to be escaped, one way or the other. */
    static String text(String text) {
        return "(convert(x'" + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8)) + "' using utf8mb4))";
    }

    /** Bytes as a default: an expression, since a mere value cannot be read back out of the catalog. */
    static String bytes(byte[] bytes) {
        return "(unhex('" + HexFormat.of().formatHex(bytes) + "'))";
    }

    @Override
    public boolean hasBookkeeping(Session session) throws SQLException {
        return exists(session, OwnTables.BOOKKEEPING);
    }

    private static boolean exists(Session session, String table) throws SQLException {
        return session.queryLong("select count(*) from information_schema.tables where table_schema = database()"
                        + " and table_name = '" + table + "'")
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
        return session.queryLong("select version from " + VERSION);
    }

    /** Each definition commits by itself; what this library notes of it is committed with the number of the change. */
    @Override
    public void catalogChanges(Session session) throws SQLException {
        ((MariadbSession) session).lockCatalog();
    }

    @Override
    public void define(Session session, String definition) throws SQLException {
        ((MariadbSession) session).define(definition);
    }

    @Override
    public boolean catalogChanged(Session session) throws SQLException {
        MariadbSession own = (MariadbSession) session;
        boolean defined = own.hasDefined();
        if (defined) {
            if (!exists(session, VERSION)) {
                own.define("create table " + VERSION + versionColumns());
            }
            session.executeOnce("insert into " + VERSION
                    + " (only_row, version) values (1, 1) on duplicate key update version = version + 1");
            own.commit();
        }
        own.unlockCatalog();
        if (defined) {
            own.restart();
        }
        return defined;
    }

    @Override
    public boolean definesAtOnce() {
        return true;
    }

    @Override
    public String findColumn() {
        return "select column_name from information_schema.columns where table_schema = database() and table_name = ?"
                + " and column_name = ?";
    }

    @Override
    public String findIndex() {
        return "select index_name from information_schema.statistics where table_schema = database() and table_name = ?"
                + " and index_name = ? limit 1";
    }

    /** The definition of the table of {@link #VERSION}, behind its name. */
    String versionColumns() {
        return " (only_row tinyint not null primary key, version bigint not null)" + options();
    }

    /** Those with a primary key: the others have nothing to tell a row by. */
    @Override
    public String physicalTables() {
        return "select name from (select " + name("t.table_name") + " as name from information_schema.tables t"
                + " where t.table_schema = database() and t.table_type = 'BASE TABLE'"
                + " and left(t.table_name, 9) <> '" + MariadbNames.HIDDEN + "' and exists (select 1 from"
                + " information_schema.table_constraints c where c.table_schema = t.table_schema"
                + " and c.table_name = t.table_name and c.constraint_type = 'PRIMARY KEY')) tables where true";
    }

    /** A column of names as this library compares them. */
    private String name(String column) {
        return "convert(" + column + " using utf8mb4) collate " + collation;
    }

    @Override
    public String takenNames() {
        return "select table_name from information_schema.tables where table_schema = database()";
    }

    @Override
    public String ownerOfIndex() {
        return "select name from " + OwnTables.BOOKKEEPING
                + " where json_contains(json_keys(names, '$.indexes'), json_quote(?)) union all select "
                + name("table_name") + " from information_schema.statistics where table_schema = database() and "
                + name("index_name") + " = ? and index_name <> 'PRIMARY' and " + name("table_name")
                + " not in (select stored_as from " + OwnTables.BOOKKEEPING + ")";
    }

    @Override
    public String keepSchema() {
        return "insert into " + OwnTables.BOOKKEEPING + " (name, stored_as, `schema`, names) values (?, ?, ?, ?)"
                + " on duplicate key update `schema` = values(`schema`), names = values(names)";
    }

    @Override
    public String createIndex(StoredTable table, Index index) {
        return table.own() ? MariadbIndexes.create(table, index) : OwnTables.createIndex(table, index);
    }

    @Override
    public String dropIndex(StoredTable table, Index index) {
        return MariadbIndexes.drop(table, index);
    }

    @Override
    public @Nullable StoredTable readExisting(String table, Session session) throws SQLException {
        return MariadbExistingTables.read(table, session, this == MARIADB);
    }

    @Override
    public String addToExisting(StoredTable table, Column column, Session session) {
        return MariadbExistingTables.addColumn(table, column);
    }

    @Override
    public String setNotNull(StoredTable changed, PhysicalColumn column) {
        return "alter table " + changed.quotedName() + " modify column " + OwnTables.definition(changed, column);
    }

    @Override
    public Explanation explain(Session session, StoredTable table, Select select) throws SQLException {
        return MariadbExplanation.of(session, table, select);
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

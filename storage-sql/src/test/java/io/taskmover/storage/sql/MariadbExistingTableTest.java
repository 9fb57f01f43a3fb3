package io.taskmover.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.ConstraintException;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.query.Field;
import io.taskmover.storage.query.Restriction;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Blob;
import io.taskmover.storage.schema.Check;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.CompositeKey;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.Json;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Tables that were there before the library: read from the catalog, used as they are. */
class MariadbExistingTableTest {
    private final String url = MariadbServer.url(scheme());

    String scheme() {
        return "mariadb";
    }

    private StorageBackend open(String... statements) throws SQLException {
        try (Connection connection = MariadbServer.connect(url);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
        return StorageBackend.open(StorageConfig.of(url));
    }

    private static long count(StorageBackend store, String table, Restriction<?> restriction) {
        try (BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY)) {
            return transaction.count(Select.from(table).where(restriction.condition()));
        }
    }

    @Test
    void itsSchemaIsTheCatalogs() throws SQLException {
        try (StorageBackend store = open(
                "create table bills (no int auto_increment primary key, title varchar(40) not null default 'no\\'ne',"
                        + " price decimal(10,2), paid boolean default false, due date default '2026-01-02',"
                        + " made datetime(3) not null default current_timestamp(3), mood enum('good', 'bad'),"
                        + " `open` bit(1) default b'1', twice double generated always as (price * 2) stored,"
                        + " unique index bills_title (title), index bills_begin (title(3)), index bills_due (due, paid))",
                "create table nothing_to_tell_a_row_by (n integer)")) {
            TableSchema schema = store.schemaOf("bills");
            assertThat(schema.columns().stream().map(Column::name))
                    .containsExactly("no", "title", "price", "paid", "due", "made", "mood", "open");
            assertThat(schema.columns().stream().map(Column::type))
                    .containsExactly(
                            DataType.INTEGER,
                            DataType.TEXT,
                            DataType.DECIMAL,
                            DataType.BOOLEAN,
                            DataType.DATE,
                            DataType.TIMESTAMP,
                            DataType.TEXT,
                            DataType.BOOLEAN);
            assertThat(schema.generatedKey()).isTrue();
            assertThat(schema.indexes())
                    .containsExactly(
                            new Index("bills_due", List.of("due", "paid"), false),
                            new Index("bills_title", List.of("title"), true));
            Object key = store.insert("bills", Map.of("price", "3.9", "mood", "good"));
            Row gas = store.find("bills", key).orElseThrow();
            assertThat(gas.get("title")).isEqualTo("no'ne");
            assertThat(gas.get("price")).isEqualTo(new BigDecimal("3.90"));
            assertThat(gas.get("paid")).isEqualTo(false);
            assertThat(gas.get("due")).isEqualTo(LocalDate.parse("2026-01-02"));
            assertThat(gas.get("made")).isInstanceOf(Instant.class);
            assertThat(gas.get("open")).isEqualTo(true);
            assertThatThrownBy(() -> store.insert("bills", Map.of("title", "NO'NE ")))
                    .isInstanceOfSatisfying(
                            DuplicateKeyException.class,
                            e -> assertThat(e.index()).isEqualTo("bills_title"));
            try (BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY)) {
                assertThat(transaction.catalog().owns("bills")).isFalse();
                assertThat(transaction.catalog().tables()).containsExactly("bills");
            }
            assertThat(store.verify().problems()).isEmpty();
        }
    }

    @Test
    void keysAreAssignedByTheDatabase() throws SQLException {
        try (StorageBackend store = open(
                "create table t (id bigint auto_increment primary key, t text)",
                "insert into t (t) values ('theirs')")) {
            assertThat(store.insert("t", Map.of("t", "ours"))).isEqualTo(2L);
            store.insert("t", Map.of("id", 10, "t", "chosen"));
            assertThat(store.insert("t", Map.of("t", "next"))).isEqualTo(11L);
        }
    }

    @Test
    void aCompositeKeyIsUsedInItsOrder() throws SQLException {
        try (StorageBackend store =
                open("create table pairs (n integer, b varchar(9), a varchar(9), primary key (a, b))")) {
            assertThat(store.schemaOf("pairs").primaryKey()).containsExactly("a", "b");
            store.insert("pairs", Map.of("a", "x", "b", "y", "n", 1));
            assertThat(store.find("pairs", CompositeKey.of("x", "y"))
                            .orElseThrow()
                            .get("n"))
                    .isEqualTo(1L);
            assertThat(store.delete("pairs", CompositeKey.of("y", "x"))).isFalse();
        }
    }

    @Test
    void aKeyIsNotFoundByAnotherThatItsCollationHasAsEqual() throws SQLException {
        try (StorageBackend store = open(
                "create table t (id varchar(20) character set utf8mb4 collate utf8mb4_general_ci primary key, n int)")) {
            store.insert("t", Map.of("id", "Müller", "n", 1));
            assertThat(store.find("t", "Müller")).isPresent();
            for (String other : List.of("MÜLLER", "Muller", "Müller ")) {
                assertThat(store.find("t", other)).isEmpty();
                assertThat(store.update("t", other, Map.of("n", 2))).isFalse();
                assertThat(store.delete("t", other)).isFalse();
                assertThatThrownBy(() -> store.insert("t", Map.of("id", other)))
                        .isInstanceOf(DuplicateKeyException.class);
                Row row = Row.of(store.schemaOf("t").rowType(), other, 3L);
                assertThatThrownBy(() -> store.write("t", WriteMode.UPSERT, List.of(row)))
                        .isInstanceOf(StorageException.class);
            }
            assertThat(store.find("t", "Müller").orElseThrow().get("n")).isEqualTo(1L);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "decimal(5,2)|1.234|at most 2 digits after",
                "decimal(5,2)|1000|at most 3 digits before",
                "int|2147483648|int holds",
                "int unsigned|4294967296|int unsigned",
                "int unsigned|-1|int unsigned",
                "mediumint|-8388609|mediumint",
                "smallint|-32769|smallint",
                "tinyint|128|tinyint",
                "varchar(3)|abcd|at most 3 characters",
                "float|0.1|exactly",
                "datetime(6)|2026-01-01T00:00:00.000000001Z|at most 6 digits",
                "timestamp(3)|2026-01-01T00:00:00.0001Z|at most 3 digits",
                "datetime|2026-01-01T00:00:00.5Z|at most 0 digits",
                "time(6)|00:00:00.000000001|at most 6 digits",
                "timestamp|9000-01-01T00:00:00Z|the database says",
                "enum('a','b')|c|the database says",
                "varchar(3) character set latin1|日|the database says",
                "tinytext character set ascii|é|the database says"
            })
    void whatAColumnWouldRoundOrCutOffIsRefused(String type, String value, String rule) throws SQLException {
        try (StorageBackend store = open("create table t (id integer primary key, x " + type + ")")) {
            assertThatThrownBy(() -> store.insert("t", Map.of("id", 1, "x", value)))
                    .isInstanceOf(ConstraintException.class)
                    .hasMessageContaining(rule);
            assertThat(store.find("t", 1L)).isEmpty();
        }
    }

    @Test
    void whatIsLargestAndSmallestIsKept() throws SQLException {
        try (StorageBackend store = open("create table t (id int primary key, a tinyint, b mediumint unsigned, c bigint"
                + " unsigned, d float, e char(3), f varbinary(2), g json, h time(6), i timestamp(6) null, j double)")) {
            Map<String, Object> row = new HashMap<>();
            row.put("id", Integer.MIN_VALUE);
            row.put("a", -128);
            row.put("b", 16_777_215);
            row.put("c", Long.MAX_VALUE);
            row.put("d", (double) 0.1f);
            row.put("e", " é");
            row.put("f", Blob.of(new byte[] {0, 0}));
            row.put("g", Json.parse("{\"b\":[1.50,-0.0,1e3,null,\"x\"],\"a\":{}}"));
            row.put("h", LocalTime.parse("23:59:59.999999"));
            row.put("i", Instant.parse("2037-12-31T23:59:59.999999Z"));
            row.put("j", Double.MIN_VALUE);
            store.insert("t", row);
            Row read = store.find("t", (long) Integer.MIN_VALUE).orElseThrow();
            for (String column : List.of("c", "d", "e", "f", "g", "h", "i", "j")) {
                assertThat(read.get(column)).as(column).isEqualTo(row.get(column));
            }
            assertThat(read.get("a")).isEqualTo(-128L);
            assertThat(read.get("b")).isEqualTo(16_777_215L);
        }
    }

    @Test
    void conditionsHaveTheSameAnswersWhateverTheCollationOrTheType() throws SQLException {
        try (StorageBackend store = open(
                "create table t (id integer primary key, s text, c char(4), m enum('sad', 'happy'), x timestamp(3) null)",
                "insert into t values (1, 'B', 'ab', 'sad', '2026-01-01 00:00:00.5'), (2, 'a', 'b', 'happy', null)")) {
            assertThat(count(store, "t", Field.field("s").lessThan("a"))).isOne();
            assertThat(count(store, "t", Field.field("c").eq("ab"))).isOne();
            assertThat(count(store, "t", Field.field("c").eq("ab  "))).isZero();
            assertThat(count(store, "t", Field.field("m").lessThan("i"))).isOne();
            assertThat(count(store, "t", Field.field("x").eq(Instant.parse("2026-01-01T00:00:00.5Z"))))
                    .isOne();
            store.update("t", 1L, Map.of("m", "happy"));
            assertThat(count(store, "t", Field.field("m").eq("happy"))).isEqualTo(2);
        }
    }

    @Test
    void columnsThatTheLibraryCannotReadAreNamed() throws SQLException {
        try (StorageBackend store = open("create table t (id integer primary key, tags point)")) {
            assertThatThrownBy(() -> store.schemaOf("t"))
                    .isInstanceOf(SchemaException.class)
                    .hasMessageContaining("'tags'");
        }
    }

    @Test
    void rulesOfTheDatabaseAreToldAsSuch() throws SQLException {
        try (StorageBackend store = open(
                "create table parents (id integer primary key)",
                "create table t (id integer primary key, n integer check (n > 0), p integer, foreign key (p) references parents (id))")) {
            for (Map<String, Object> row :
                    List.<Map<String, Object>>of(Map.of("id", 1, "n", -1), Map.of("id", 1, "p", 7))) {
                assertThatThrownBy(() -> store.insert("t", row))
                        .isInstanceOf(ConstraintException.class)
                        .hasMessageContaining("the database says")
                        .hasMessageContaining("'1'");
            }
        }
    }

    private static Object sample(DataType type) {
        return switch (type) {
            case TEXT -> "it's \\ 12";
            case INTEGER -> Long.MIN_VALUE;
            case REAL -> -12.25;
            case DECIMAL -> new BigDecimal("12.500000000000000000000000000000");
            case BOOLEAN -> true;
            case TIMESTAMP -> Instant.parse("2026-11-23T05:38:47.123456Z");
            case DATE -> LocalDate.parse("2026-11-23");
            case TIME -> LocalTime.parse("05:38:47.5");
            case UUID -> UUID.fromString("01234567-89ab-cdef-0123-456789abcdef");
            case BLOB -> Blob.of(new byte[] {0, 1, -1});
            case JSON -> Json.parse("{\"a\":[1,2.50]}");
        };
    }

    @ParameterizedTest
    @EnumSource(DataType.class)
    void anAddedColumnIsReadBackAsItsTypeWithItsDefault(DataType type) throws SQLException {
        try (StorageBackend store = open("create table t (id integer primary key)", "insert into t values (1)")) {
            try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
                transaction.catalog().addColumn("t", new Column("x", type, true, sample(type), List.of()));
                transaction.commit();
            }
            assertThat(store.schemaOf("t").column("x").type()).isEqualTo(type);
            assertThat(store.find("t", 1L).orElseThrow().get("x")).isEqualTo(sample(type));
            store.insert("t", Map.of("id", 2));
            assertThat(store.find("t", 2L).orElseThrow().get("x")).isEqualTo(sample(type));
            Row row = store.find("t", 2L).orElseThrow();
            assertThat(store.write("t", WriteMode.UPSERT, List.of(row))).containsExactly(row);
            try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
                assertThatThrownBy(() -> transaction
                                .catalog()
                                .addColumn(
                                        "t",
                                        new Column("y", DataType.TEXT, false, null, List.of(new Check.Length(0, 5)))))
                        .isInstanceOf(UnsupportedException.class);
            }
        }
    }

    @Test
    void itIsNotAlteredByWritingToIt() throws SQLException {
        try (StorageBackend store = open("create table t (id integer primary key, n integer)")) {
            store.write(
                    "t", WriteMode.INSERT, List.of(Row.of(store.schemaOf("t").rowType(), 1L, 2L)));
        }
        try (Connection connection = MariadbServer.connect(url);
                Statement statement = connection.createStatement();
                ResultSet tables = statement.executeQuery("show tables")) {
            assertThat(tables.next()).isTrue();
            assertThat(tables.getString(1)).isEqualTo("t");
            assertThat(tables.next()).isFalse();
        }
    }
}

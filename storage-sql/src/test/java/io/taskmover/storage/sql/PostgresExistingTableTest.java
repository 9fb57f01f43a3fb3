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
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Tables that were there before the library: read from the catalog, used as they are. */
class PostgresExistingTableTest {
    private final String url = PostgresServer.url();

    private StorageBackend open(String... statements) throws SQLException {
        try (Connection connection = PostgresServer.connect(url);
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
                "create table bills (no serial primary key, title varchar(40) not null default 'none',"
                        + " price numeric(10,2), paid boolean default false, due date,"
                        + " made timestamptz not null default now(), twice numeric generated always as (price * 2) stored)",
                "create unique index bills_title on bills (title)",
                "create index bills_lower on bills (lower(title))",
                "create index bills_open on bills (due) where not paid",
                "create table nothing_to_tell_a_row_by (n integer)")) {
            TableSchema schema = store.schemaOf("bills");
            assertThat(schema.columns().stream().map(Column::name))
                    .containsExactly("no", "title", "price", "paid", "due", "made");
            assertThat(schema.columns().stream().map(Column::type))
                    .containsExactly(
                            DataType.INTEGER,
                            DataType.TEXT,
                            DataType.DECIMAL,
                            DataType.BOOLEAN,
                            DataType.DATE,
                            DataType.TIMESTAMP);
            assertThat(schema.generatedKey()).isTrue();
            assertThat(schema.indexes()).containsExactly(new Index("bills_title", List.of("title"), true));
            Object key = store.insert("bills", Map.of("title", "Gas", "price", "3.9"));
            Row gas = store.find("bills", key).orElseThrow();
            assertThat(gas.get("price")).isEqualTo(new BigDecimal("3.90"));
            assertThat(gas.get("paid")).isEqualTo(false);
            assertThat(gas.get("made")).isInstanceOf(Instant.class);
            assertThatThrownBy(() -> store.insert("bills", Map.of("title", "Gas")))
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
    void keysAreAssignedBySequencesAlsoWhereTheDatabaseInsists() throws SQLException {
        try (StorageBackend store = open(
                "create table always (id bigint generated always as identity primary key, t text)",
                "insert into always (t) values ('theirs')")) {
            assertThat(store.insert("always", Map.of("t", "ours"))).isEqualTo(2L);
            store.insert("always", Map.of("id", 10, "t", "chosen"));
            assertThat(store.insert("always", Map.of("t", "next"))).isEqualTo(11L);
        }
    }

    @Test
    void aCompositeKeyIsUsedInItsOrder() throws SQLException {
        try (StorageBackend store = open("create table pairs (n integer, b text, a text, primary key (a, b))")) {
            assertThat(store.schemaOf("pairs").primaryKey()).containsExactly("a", "b");
            store.insert("pairs", Map.of("a", "x", "b", "y", "n", 1));
            assertThat(store.find("pairs", CompositeKey.of("x", "y"))
                            .orElseThrow()
                            .get("n"))
                    .isEqualTo(1L);
            assertThat(store.delete("pairs", CompositeKey.of("y", "x"))).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "numeric(5,2)|1.234|at most 2 digits after",
                "numeric(5,2)|1000|at most 3 digits before",
                "integer|2147483648|int4",
                "smallint|-32769|int2",
                "varchar(3)|abcd|at most 3 characters",
                "char(3)|ab|exactly 3 characters",
                "real|0.1|exactly",
                "timestamptz|2026-01-01T00:00:00.000000001Z|at most 6 digits",
                "timestamp(3)|2026-01-01T00:00:00.0001Z|at most 3 digits",
                "time|00:00:00.000000001|at most 6 digits"
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
    void jsonbTakesWhatItKeeps() throws SQLException {
        try (StorageBackend store = open("create table t (id integer primary key, x jsonb)")) {
            Object kept = Json.parse("{\"b\":[1.50,-2,null,\"x\"],\"a\":{}}");
            store.insert("t", Map.of("id", 1, "x", kept));
            assertThat(store.find("t", 1L).orElseThrow().get("x")).isEqualTo(kept);
            assertThat(count(store, "t", Field.field("x.b").isNotNull())).isOne();
            for (Object lost : List.of(new BigDecimal("1E+3"), -0.0)) {
                assertThatThrownBy(() -> store.insert("t", Map.of("id", 2, "x", Map.of("a", List.of(lost)))))
                        .isInstanceOf(ConstraintException.class)
                        .hasMessageContaining("jsonb");
            }
        }
    }

    @Test
    void conditionsHaveTheSameAnswersWhateverTheCollationOrTheType() throws SQLException {
        try (StorageBackend store = open(
                "create type mood as enum ('sad', 'happy')",
                "create table t (id integer primary key, s text, c char(4), m mood, x timestamptz)",
                "insert into t values (1, 'B', 'ab', 'sad', '2026-01-01 00:00:00.5+00'), (2, 'a', 'b', 'happy', null)")) {
            assertThat(count(store, "t", Field.field("s").lessThan("a"))).isOne();
            assertThat(count(store, "t", Field.field("c").eq("ab  "))).isOne();
            assertThat(count(store, "t", Field.field("c").eq("ab"))).isZero();
            assertThat(count(store, "t", Field.field("m").lessThan("i"))).isOne();
            assertThat(count(store, "t", Field.field("x").eq(Instant.parse("2026-01-01T00:00:00.5Z"))))
                    .isOne();
            store.update("t", 1L, Map.of("m", "happy"));
            assertThat(count(store, "t", Field.field("m").eq("happy"))).isEqualTo(2);
        }
    }

    @Test
    void columnsThatTheLibraryCannotReadAreNamed() throws SQLException {
        try (StorageBackend store = open("create table t (id integer primary key, tags text[])")) {
            assertThatThrownBy(() -> store.schemaOf("t"))
                    .isInstanceOf(SchemaException.class)
                    .hasMessageContaining("'tags'");
        }
    }

    @Test
    void aUniqueConstraintThatTheSchemaCannotSayIsNamedAllTheSame() throws SQLException {
        try (StorageBackend store = open(
                "create table t (id integer primary key, s text)", "create unique index t_lower on t (lower(s))")) {
            store.insert("t", Map.of("id", 1, "s", "A"));
            assertThatThrownBy(() -> store.insert("t", Map.of("id", 2, "s", "a")))
                    .isInstanceOfSatisfying(
                            DuplicateKeyException.class,
                            e -> assertThat(e.index()).isEqualTo("t_lower"))
                    .hasMessageContaining("t_lower");
            assertThatThrownBy(() -> store.insert("t", Map.of("id", 1, "s", "b")))
                    .isInstanceOfSatisfying(
                            DuplicateKeyException.class,
                            e -> assertThat(e.index()).isNull());
        }
    }

    @Test
    void rulesOfTheDatabaseAreToldAsSuch() throws SQLException {
        try (StorageBackend store = open(
                "create table parents (id integer primary key)",
                "create table t (id integer primary key, n integer check (n > 0), p integer references parents)")) {
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
            case DECIMAL -> new BigDecimal("12.50");
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
        try (Connection connection = PostgresServer.connect(url);
                Statement statement = connection.createStatement();
                ResultSet relations = statement.executeQuery("select string_agg(relname, ',' order by relname)"
                        + " from pg_class where relnamespace = current_schema()::regnamespace")) {
            assertThat(relations.next()).isTrue();
            assertThat(relations.getString(1)).isEqualTo("t,t_pkey");
        }
    }
}

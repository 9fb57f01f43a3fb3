package io.taskmover.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Capabilities.Feature;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.QueryException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.schema.Blob;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Statements that a user writes, in what SQL the databases have in common. */
abstract class ExecuteSqlContract {
    private static final TableSchema NOTES = TableSchema.builder("notes")
            .column("id", DataType.TEXT)
            .column("n", DataType.INTEGER)
            .column("price", DataType.DECIMAL)
            .column("open", DataType.BOOLEAN)
            .column("at", DataType.TIMESTAMP)
            .column("day", DataType.DATE)
            .column("clock", DataType.TIME)
            .column("uid", DataType.UUID)
            .column("bytes", DataType.BLOB)
            .column("tags", DataType.JSON)
            .primaryKey("id")
            .build();

    @TempDir
    Path directory;

    private StorageBackend store;

    /** The URL of a new database. */
    abstract String url(Path directory);

    @BeforeEach
    void open() {
        store = StorageBackend.open(StorageConfig.of(url(directory)));
        store.createTable(NOTES);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void insert(String id, long n) {
        store.insert("notes", Map.of("id", id, "n", n));
    }

    private static List<Row> all(RowCursor cursor) {
        List<Row> rows = new ArrayList<>();
        try (cursor) {
            cursor.forEachRemaining(rows::add);
        }
        return rows;
    }

    private List<Row> read(String sql, @Nullable Object... parameters) {
        try (BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY)) {
            return all(transaction.executeSql(sql, Arrays.asList(parameters)));
        }
    }

    @Test
    void theDatabaseSaysThatItKnowsSql() {
        assertThat(store.capabilities().has(Feature.SQL)).isTrue();
    }

    @Test
    void rowsComeWithTheNamesAndTypesOfTheirColumns() {
        insert("a", 1);
        insert("b", 2);
        insert("c", 2);

        List<Row> rows = read(
                "select n as number, count(*) as how_many, 'x' as letter, cast(null as char(3)) as empty from notes where id > ?"
                        + " group by n order by n desc",
                "");

        assertThat(rows).extracting(Row::toMap).containsExactly(values(2, 2), values(1, 1));
        assertThat(rows.get(0).type().column(0).type()).isEqualTo(DataType.INTEGER);
        assertThat(rows.get(0).type().column(2).type()).isEqualTo(DataType.TEXT);
    }

    private static Map<String, @Nullable Object> values(long number, long count) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put("number", number);
        values.put("how_many", count);
        values.put("letter", "x");
        values.put("empty", null);
        return values;
    }

    @Test
    void parametersFindWhatThisLibraryStored() {
        Map<String, Object> values = Map.of(
                "id", "it's",
                "n", Long.MIN_VALUE,
                "price", new BigDecimal("1.50"),
                "open", true,
                "at", Instant.parse("2026-01-02T03:04:05.678901234Z"),
                "day", LocalDate.of(2026, 1, 2),
                "clock", LocalTime.parse("03:04:05.678901234"),
                "uid", UUID.fromString("00000000-0000-0001-8000-000000000002"),
                "bytes", Blob.of(new byte[] {0, -1}));
        store.insert("notes", values);

        values.forEach((column, value) -> assertThat(read("select id from notes where " + column + " = ?", value))
                .as(column)
                .hasSize(1));
        assertThat(read("select id from notes where id = ?", "' or ''='")).isEmpty();
        assertThat(read("select id from notes where coalesce(?, 5) = 5", (Object) null))
                .hasSize(1);
    }

    @Test
    void whatAStatementChangesIsPartOfTheTransactionAndCounted() {
        insert("a", 1);
        insert("b", 1);
        try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
            assertThat(all(transaction.executeSql("update notes set n = n + ?", List.of(1))))
                    .extracting(Row::toMap)
                    .containsExactly(Map.of("count", 2L));
            assertThat(transaction.find("notes", "a")).map(row -> row.get("n")).contains(2L);
        }
        assertThat(store.find("notes", "a")).map(row -> row.get("n")).contains(1L);
        try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
            transaction
                    .executeSql("delete from notes where id = ?", List.of("a"))
                    .close();
            transaction.commit();
        }
        assertThat(store.find("notes", "a")).isEmpty();
    }

    @Test
    void aTableOfOnesOwnIsMadeAndSeen() {
        try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
            transaction
                    .executeSql("create table mine (id int not null primary key, word varchar(10))", List.of())
                    .close();
            transaction
                    .executeSql("insert into mine (id, word) values (?, ?)", List.of(7, "seven"))
                    .close();
            transaction.commit();
        }
        assertThat(store.find("mine", 7L)).map(row -> row.get("word")).contains("seven");
    }

    @Test
    void rowsThatAreReadGoOnWhenTheTransactionWrites() {
        for (int i = 0; i < 5; i++) {
            insert("id" + i, i);
        }
        try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT);
                RowCursor rows = transaction.executeSql("select id from notes order by id", List.of())) {
            int count = 0;
            for (Row row = rows.next(); row != null; row = rows.next()) {
                transaction.delete("notes", row.get("id"));
                count++;
            }
            assertThat(count).isEqualTo(5);
            transaction.commit();
            assertThatThrownBy(rows::next).isInstanceOf(IllegalStateException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "commit",
                "  ROLLBACK",
                "-- so\n savepoint x",
                "/* so */ begin",
                "release savepoint x",
                "Start transaction",
                "set autocommit = 1",
                "SET TRANSACTION isolation level serializable",
                "lock tables notes write",
                "unlock tables"
            })
    void theTransactionIsNotEndedBehindItsBack(String statement) {
        try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
            transaction.write("notes", WriteMode.INSERT, List.of());
            assertThatThrownBy(() -> transaction.executeSql(statement, List.of()))
                    .isInstanceOf(QueryException.class)
                    .hasMessageContaining("transaction has methods");
            store.schemaOf("notes");
            transaction.commit();
        }
    }

    @Test
    void twoColumnsOfOneNameAreRefused() {
        assertThatThrownBy(() -> read("select 1 as a, 2 as a"))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("'a'");
    }

    @Test
    void aStatementThatTheDatabaseRefusesIsAnErrorOfTheStore() {
        try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
            assertThatThrownBy(() -> transaction.executeSql("update nothing set x = 1", List.of()))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("nothing");
            assertThatThrownBy(transaction::commit).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aTransactionThatOnlyReadsRefusesToWrite() {
        insert("a", 1);
        assertThatThrownBy(() -> read("delete from notes")).isInstanceOf(StorageException.class);
        assertThat(store.find("notes", "a")).isPresent();
    }
}

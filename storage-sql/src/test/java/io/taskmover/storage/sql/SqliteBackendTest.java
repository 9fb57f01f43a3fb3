package io.taskmover.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.ConstraintException;
import io.taskmover.storage.error.CorruptionException;
import io.taskmover.storage.error.LockedException;
import io.taskmover.storage.error.StorageIoException;
import io.taskmover.storage.error.StorageTimeoutException;
import io.taskmover.storage.query.Field;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is SQLite's own; what every backend does, the contract tests ask. */
class SqliteBackendTest {
    private static final TableSchema NOTES = TableSchema.builder("notes")
            .column("id", DataType.INTEGER)
            .column("text", DataType.TEXT)
            .primaryKey("id")
            .build();

    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("store.db");
    }

    private StorageBackend open(String options) {
        return StorageBackend.open(StorageConfig.of("sqlite:" + file() + options));
    }

    private void sql(String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static List<Row> rows(StorageBackend store, Select select) {
        List<Row> rows = new ArrayList<>();
        try (BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY);
                RowCursor cursor = transaction.select(select)) {
            for (Row row = cursor.next(); row != null; row = cursor.next()) {
                rows.add(row);
            }
        }
        return rows;
    }

    private static Row note(long id, String text) {
        return Row.of(NOTES.rowType(), id, text);
    }

    @Test
    void aWriterOfAnotherProcessIsWaitedForUntilTheTimeout() throws SQLException {
        try (StorageBackend store = open("?timeout=300ms")) {
            store.createTable(NOTES);
            try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file());
                    Statement statement = other.createStatement()) {
                statement.execute("begin immediate");
                assertThatThrownBy(() -> store.write("notes", WriteMode.INSERT, List.of(note(1, "a"))))
                        .isInstanceOf(LockedException.class)
                        .hasMessageContaining("Another process is writing");
                assertThat(store.find("notes", 1L)).isEmpty();
                statement.execute("rollback");
            }
            assertThat(store.write("notes", WriteMode.INSERT, List.of(note(1, "a"))))
                    .hasSize(1);
        }
    }

    @Test
    void aWriterOfThisProcessThatWaitsTooLongIsToldWhoHoldsTheTurn() {
        try (StorageBackend store = open("")) {
            store.createTable(NOTES);
            try (BackendTransaction first = store.begin(TransactionOptions.DEFAULT)) {
                assertThatThrownBy(() -> store.begin(TransactionOptions.DEFAULT.withTimeout(Duration.ofMillis(50))))
                        .isInstanceOf(StorageTimeoutException.class)
                        .hasMessageContaining(Thread.currentThread().getName());
                first.rollback();
            }
        }
    }

    @Test
    void theDatabaseIsInWriteAheadModeAndTheLogIsGoneAfterClosing() throws SQLException {
        try (StorageBackend store = open("")) {
            store.createTable(NOTES);
            assertThat(Files.exists(Path.of(file() + "-wal"))).isTrue();
        }
        assertThat(Files.exists(Path.of(file() + "-wal"))).isFalse();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                var mode = connection.createStatement().executeQuery("pragma journal_mode")) {
            assertThat(mode.getString(1)).isEqualTo("wal");
        }
    }

    @Test
    void anExistingTableIsReadByItsDeclarations() throws SQLException {
        sql(
                "create table bills (no integer primary key, title varchar(40) not null default 'none',"
                        + " price decimal(10,2), paid boolean default 0, due date, made datetime default current_timestamp)",
                "create unique index bills_title on bills (title)",
                "insert into bills (title, price, paid, due, made)"
                        + " values ('Rent', 12.5, 1, '2026-01-31', '2026-01-01 10:00:00')");
        try (StorageBackend store = open("")) {
            TableSchema schema = store.schemaOf("bills");
            assertThat(schema.columns().stream().map(Column::type))
                    .containsExactly(
                            DataType.INTEGER,
                            DataType.TEXT,
                            DataType.DECIMAL,
                            DataType.BOOLEAN,
                            DataType.DATE,
                            DataType.TIMESTAMP);
            assertThat(schema.generatedKey()).isTrue();
            assertThat(schema.indexes())
                    .singleElement()
                    .satisfies(index -> assertThat(index.unique()).isTrue());
            Row rent = store.find("bills", 1L).orElseThrow();
            assertThat(rent.get("price")).isEqualTo(new BigDecimal("12.50"));
            assertThat(rent.get("made")).isEqualTo(Instant.parse("2026-01-01T10:00:00Z"));
            Object key = store.insert("bills", Map.of("title", "Gas", "price", "3.99"));
            Row gas = store.find("bills", key).orElseThrow();
            assertThat(gas.get("paid")).isEqualTo(false);
            assertThat(gas.get("made")).isInstanceOf(Instant.class);
            assertThatThrownBy(() -> store.insert("bills", Map.of("title", "Tea", "price", "0.999")))
                    .isInstanceOf(ConstraintException.class)
                    .hasMessageContaining("at most 2 digits");
            assertThat(rows(
                            store,
                            Select.from("bills")
                                    .where(Field.field("made")
                                            .lessThan(Instant.parse("2026-01-01T10:00:01Z"))
                                            .condition())))
                    .containsExactly(rent);
            try (BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY)) {
                assertThat(transaction.catalog().owns("bills")).isFalse();
                assertThat(transaction.catalog().tables()).containsExactly("bills");
                assertThat(transaction
                                .explain(Select.from("bills")
                                        .where(Field.field("title").eq("Gas").condition()))
                                .index())
                        .isEqualTo("bills_title");
            }
        }
    }

    @Test
    void aColumnThatAnotherStoreAddsIsSeenByTheNextSelection() {
        try (StorageBackend one = open("");
                StorageBackend other = open("")) {
            one.createTable(NOTES);
            other.write("notes", WriteMode.INSERT, List.of(note(1, "a")));
            assertThat(other.select(Select.from("notes"), Row::toMap)).containsExactly(Map.of("id", 1L, "text", "a"));
            try (BackendTransaction transaction = one.begin(TransactionOptions.DEFAULT)) {
                transaction
                        .catalog()
                        .addColumn("notes", Column.of("n", DataType.INTEGER).withDefault(5L));
                transaction.commit();
            }
            assertThat(other.select(Select.from("notes"), Row::toMap))
                    .containsExactly(Map.of("id", 1L, "text", "a", "n", 5L));
        }
    }

    @Test
    void aFileThatIsNoDatabaseIsRefused() throws IOException {
        Files.writeString(file(), "This is no database, but it is long enough to be looked at as one. ".repeat(20));
        assertThatThrownBy(() -> open("")).isInstanceOf(CorruptionException.class);
    }

    @Test
    void aMissingFileIsNotMadeIfThatIsNotWanted() {
        assertThatThrownBy(() -> open("?autoCreate=false")).isInstanceOf(StorageIoException.class);
        assertThat(file()).doesNotExist();
    }

    @Test
    void verifyFindsADamagedPage() throws IOException {
        try (StorageBackend store = open("")) {
            store.createTable(NOTES);
            List<Row> rows = new ArrayList<>();
            for (long id = 1; id <= 2_000; id++) {
                rows.add(note(id, "x".repeat(100)));
            }
            store.write("notes", WriteMode.INSERT, rows);
            assertThat(store.verify().problems()).isEmpty();
        }
        try (RandomAccessFile damaged = new RandomAccessFile(file().toFile(), "rw")) {
            damaged.seek(4096 * 10L);
            damaged.write(new byte[512]);
        }
        try (StorageBackend store = open("")) {
            assertThat(store.verify().clean()).isFalse();
        }
    }
}

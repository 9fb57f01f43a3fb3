package io.taskmover.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.schema.Blob;
import io.taskmover.storage.schema.Check;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Json;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Columns that are added to tables which the library did not make, and removed from them. */
class ExistingTableColumnsTest {
    @TempDir
    Path directory;

    private StorageBackend open(String table) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("store.db"));
                Statement statement = connection.createStatement()) {
            statement.execute(table);
            statement.execute("insert into bills (no) values (1)");
        }
        return StorageBackend.open(StorageConfig.of("sqlite:" + directory.resolve("store.db")));
    }

    private static void add(StorageBackend store, Column column) {
        try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
            transaction.catalog().addColumn("bills", column);
            transaction.commit();
        }
    }

    private static Object sample(DataType type) {
        return switch (type) {
            case TEXT -> "it's 12";
            case INTEGER -> Long.MIN_VALUE;
            case REAL -> -12.25;
            case DECIMAL -> new BigDecimal("12.5");
            case BOOLEAN -> true;
            case TIMESTAMP -> Instant.parse("2026-11-23T05:38:47.123Z");
            case DATE -> LocalDate.parse("2026-11-23");
            case TIME -> LocalTime.parse("05:38:47.5");
            case UUID -> UUID.fromString("01234567-89ab-cdef-0123-456789abcdef");
            case BLOB -> Blob.of(new byte[] {0, 1, -1});
            case JSON -> Json.parse("{\"a\":[1,2.50]}");
        };
    }

    @ParameterizedTest
    @EnumSource(DataType.class)
    void anAddedColumnIsReadBackAsItsType(DataType type) throws SQLException {
        try (StorageBackend store = open("create table bills (no integer primary key)")) {
            add(store, Column.of("extra", type));
            assertThat(store.schemaOf("bills").column("extra").type()).isEqualTo(type);
            assertThat(store.find("bills", 1L).orElseThrow().get("extra")).isNull();
            Object key = store.insert("bills", Map.of("extra", sample(type)));
            assertThat(store.find("bills", key).orElseThrow().get("extra")).isEqualTo(sample(type));
        }
    }

    @ParameterizedTest
    @EnumSource(DataType.class)
    void rowsThatExistAndNewOnesGetTheDefaultOfAnAddedColumn(DataType type) throws SQLException {
        try (StorageBackend store = open("create table bills (no integer primary key)")) {
            add(store, new Column("extra", type, true, sample(type), List.of()));
            assertThat(store.find("bills", 1L).orElseThrow().get("extra")).isEqualTo(sample(type));
            Object key = store.insert("bills", Map.of());
            assertThat(store.find("bills", key).orElseThrow().get("extra")).isEqualTo(sample(type));
        }
    }

    @Test
    void jsonNumbersKeepTheirForm() throws SQLException {
        try (StorageBackend store = open("create table bills (no integer primary key)")) {
            add(store, Column.of("extra", DataType.JSON));
            Object number = Json.parse("1.50");
            Object key = store.insert("bills", Map.of("extra", number));
            assertThat(store.find("bills", key).orElseThrow().get("extra")).isEqualTo(number);
        }
    }

    @ParameterizedTest
    @EnumSource(DataType.class)
    void aStrictTableTakesTheTypesThatItHas(DataType type) throws SQLException {
        try (StorageBackend store = open("create table bills (no integer primary key) strict")) {
            switch (type) {
                case TEXT, INTEGER, REAL, BLOB -> {
                    add(store, Column.of("extra", type));
                    assertThat(store.schemaOf("bills").column("extra").type()).isEqualTo(type);
                }
                default ->
                    assertThatThrownBy(() -> add(store, Column.of("extra", type)))
                            .isInstanceOf(UnsupportedException.class)
                            .hasMessageContaining("'extra'")
                            .hasMessageContaining("STRICT");
            }
        }
    }

    @Test
    void whatCannotBeKeptIsRefused() throws SQLException {
        try (StorageBackend store = open("create table bills (no integer primary key)")) {
            Column exact = new Column(
                    "extra", DataType.DECIMAL, false, new BigDecimal("0.12345678901234567890123"), List.of());
            assertThatThrownBy(() -> add(store, exact))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("stores exactly");
            Column checked = new Column("extra", DataType.TEXT, false, null, List.of(new Check.Length(0, 5)));
            assertThatThrownBy(() -> add(store, checked))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("checks");
            assertThat(store.schemaOf("bills").columns()).hasSize(1);
        }
    }

    @Test
    void anAddedColumnCanBeRemoved() throws SQLException {
        try (StorageBackend store = open("create table bills (no integer primary key)")) {
            add(store, Column.of("extra", DataType.DECIMAL));
            try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
                transaction.catalog().dropColumn("bills", "extra");
                transaction.commit();
            }
            assertThat(store.schemaOf("bills").columns()).hasSize(1);
            assertThat(store.find("bills", 1L)).isPresent();
        }
    }
}

package io.taskmover.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.CompositeKey;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ObjectAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that the driver takes many at a time fail as those that it takes one by one. */
class SqliteBatchTest {
    private static final TableSchema TAGS = TableSchema.builder("tags")
            .column("id", DataType.TEXT)
            .column("label", DataType.TEXT)
            .primaryKey("id")
            .unique("label")
            .build();

    @TempDir
    Path directory;

    private StorageBackend open() {
        return StorageBackend.open(StorageConfig.of("sqlite:" + directory.resolve("store.db")));
    }

    private static Row tag(int id, String label) {
        return Row.of(TAGS.rowType(), "id" + id, label);
    }

    private static List<Row> tags(int count) {
        List<Row> tags = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tags.add(tag(i, "label " + i));
        }
        return tags;
    }

    private static ObjectAssert<DuplicateKeyException> assertRefused(
            StorageBackend store, String table, WriteMode mode, List<Row> rows) {
        var refusal = assertThatThrownBy(() -> store.write(table, mode, rows))
                .asInstanceOf(InstanceOfAssertFactories.type(DuplicateKeyException.class));
        try (BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY)) {
            assertThat(transaction.count(Select.from(table)))
                    .describedAs("all or nothing")
                    .isZero();
        }
        return refusal;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 499, 500, 501, 1_199})
    void theRowThatFailsIsNamedWhereverItStands(int place) {
        try (StorageBackend store = open()) {
            store.createTable(TAGS);
            for (WriteMode mode : List.of(WriteMode.INSERT, WriteMode.UPSERT)) {
                List<Row> rows = tags(1_200);
                rows.set(place, tag(place, "label 0"));
                assertRefused(store, "tags", mode, rows).satisfies(refusal -> {
                    assertThat(refusal.id()).isEqualTo("id" + place);
                    assertThat(refusal.index()).isEqualTo("ux_tags_label");
                });
            }
        }
    }

    @Test
    void aRowThatWaitsIsRefusedBeforeALaterOneThatBreaksARule() {
        try (StorageBackend store = open()) {
            store.createTable(TAGS);
            List<Row> rows = tags(10);
            rows.set(3, tag(0, "again"));
            rows.set(5, tag(5, "\0"));
            assertRefused(store, "tags", WriteMode.INSERT, rows)
                    .satisfies(refusal -> assertThat(refusal.id()).isEqualTo("id0"));
        }
    }

    @Test
    void aRowThatComesAgainInTheSameBatchMeetsItsFirstVersion() {
        TableSchema counted = TableSchema.builder("counted")
                .column("id", DataType.TEXT)
                .column("v", DataType.INTEGER)
                .primaryKey("id")
                .version("v")
                .build();
        try (StorageBackend store = open()) {
            store.createTable(counted);
            List<Row> stored = store.write(
                    "counted",
                    WriteMode.UPSERT,
                    List.of(
                            Row.of(counted.rowType(), "a", null),
                            Row.of(counted.rowType(), "b", 0L),
                            Row.of(counted.rowType(), "a", 1L),
                            Row.of(counted.rowType(), "c", null)));
            assertThat(stored).extracting(row -> row.get("v")).containsExactly(1L, 1L, 2L, 1L);
            assertThat(store.find("counted", "a").orElseThrow().get("v")).isEqualTo(2L);
            assertThatThrownBy(() -> store.write(
                            "counted",
                            WriteMode.UPSERT,
                            List.of(Row.of(counted.rowType(), "d", null), Row.of(counted.rowType(), "d", null))))
                    .isInstanceOfSatisfying(
                            DuplicateKeyException.class,
                            refusal -> assertThat(refusal.id()).isEqualTo("d"));
        }
    }

    @Test
    void theRowOfATableOfKeysOnlyIsNamed() {
        TableSchema pairs = TableSchema.builder("pairs")
                .column("a", DataType.INTEGER)
                .column("b", DataType.INTEGER)
                .primaryKey("a", "b")
                .unique("b")
                .build();
        try (StorageBackend store = open()) {
            store.createTable(pairs);
            List<Row> rows = new ArrayList<>();
            for (long[] pair : new long[][] {{1, 1}, {1, 1}, {2, 2}, {3, 1}, {4, 4}}) {
                rows.add(Row.of(pairs.rowType(), pair[0], pair[1]));
            }
            assertRefused(store, "pairs", WriteMode.UPSERT, rows)
                    .satisfies(refusal -> assertThat(refusal.id()).isEqualTo(new CompositeKey(List.of(3L, 1L))));
        }
    }

    @Test
    void noRowIsNamedWhereATriggerMakesChangesOfItsOwn() throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("store.db"));
                Statement statement = connection.createStatement()) {
            statement.execute("create table words (id text primary key not null, word text not null unique)");
            statement.execute("create table log (word text)");
            statement.execute(
                    "create trigger logged after insert on words begin insert into log values (new.word); end");
        }
        try (StorageBackend store = open()) {
            TableSchema words = store.schemaOf("words");
            assertRefused(
                            store,
                            "words",
                            WriteMode.INSERT,
                            List.of(
                                    Row.of(words.rowType(), "a", "x"),
                                    Row.of(words.rowType(), "b", "y"),
                                    Row.of(words.rowType(), "c", "x"),
                                    Row.of(words.rowType(), "d", "z"),
                                    Row.of(words.rowType(), "e", "w")))
                    .satisfies(refusal -> assertThat(refusal.id()).isNull());
        }
    }
}

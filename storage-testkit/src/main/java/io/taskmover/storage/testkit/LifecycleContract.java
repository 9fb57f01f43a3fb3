package io.taskmover.storage.testkit;

import static io.taskmover.storage.query.Field.field;
import static io.taskmover.storage.schema.DataType.INTEGER;
import static io.taskmover.storage.schema.DataType.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Capabilities.Feature;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.Verification;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Opening, closing, opening again, verifying. */
interface LifecycleContract extends Contract {

    private static TableSchema.Builder columns(TableSchema.Builder table) {
        table.column("id", INTEGER);
        for (DataType type : DataType.values()) {
            table.column("of " + type, type);
        }
        return table.primaryKey("id").index("of TEXT").unique("of UUID");
    }

    private static List<Row> fill(TestTable table) {
        List<Row> rows = new ArrayList<>();
        for (long id = 1; id <= 3; id++) {
            List<Object> values = new ArrayList<>(List.of(id));
            for (DataType type : DataType.values()) {
                List<Object> samples = TypeSamples.of(type);
                values.add(samples.get((int) id % samples.size()));
            }
            rows.add(table.row(values.toArray()));
        }
        return table.store().write(table.name(), WriteMode.INSERT, rows);
    }

    @Test
    default void everythingIsThereAfterReopeningIfTheStoreIsDurable() {
        try (OwnStore store = subject().ownStore()) {
            TestTable table = store.table("every type", LifecycleContract::columns);
            List<Row> rows = fill(table);
            store.reopen();
            assertKept(store, table, rows);
            store.reopen();
            assertKept(store, table, rows);
        }
    }

    private void assertKept(OwnStore store, TestTable table, List<Row> rows) {
        TestTable reopened = table.in(store.backend());
        if (capabilities().has(Feature.DURABLE)) {
            assertThat(store.backend().schemaOf(table.name())).isEqualTo(table.schema());
            assertThat(reopened.rows()).isEqualTo(rows);
            assertThat(reopened.find(1)).contains(rows.get(0));
            assertThat(reopened.ids(field("of TEXT").eq(rows.get(0).get("of TEXT"))))
                    .contains(1L);
            assertThat(store.backend().verify().problems()).isEmpty();
        } else {
            assertThatThrownBy(reopened::rows).isInstanceOf(SchemaException.class);
        }
    }

    @Test
    default void changesDeletionsAndAlterationsSurviveReopening() {
        try (OwnStore store = subject().ownStore()) {
            TestTable table = store.table(
                    "notes", t -> t.column("id", TEXT).column("n", INTEGER).primaryKey("id"));
            table.write(WriteMode.INSERT, table.row("a", 1), table.row("b", 2), table.row("c", 3));
            table.write(WriteMode.UPDATE, table.row("a", 10));
            table.store().delete("notes", "b");
            try (BackendTransaction transaction = table.begin()) {
                transaction
                        .catalog()
                        .addColumn("notes", Column.of("color", TEXT).withDefault("red"));
                transaction.catalog().createIndex("notes", Index.of("notes", false, "color"));
                transaction.commit();
            }
            try (BackendTransaction transaction = table.begin()) {
                table.write(transaction, WriteMode.INSERT, table.row("lost", 0));
            }
            List<Row> before = table.rows();
            store.reopen();
            TestTable reopened = table.in(store.backend());
            if (!capabilities().has(Feature.DURABLE)) {
                assertThatThrownBy(reopened::rows).isInstanceOf(SchemaException.class);
                return;
            }
            assertThat(reopened.rows()).isEqualTo(before).hasSize(2);
            assertThat(reopened.ids(field("color").eq("red"))).containsExactly("a", "c");
            store.backend().write("notes", WriteMode.UPSERT, List.of(reopened.row("d", 4)));
            store.reopen();
            assertThat(table.in(store.backend()).ids()).containsExactly("a", "c", "d");
        }
    }

    @Test
    default void aDroppedTableStaysGoneAfterReopening() {
        try (OwnStore store = subject().ownStore()) {
            TestTable table = store.table("gone", t -> t.column("id", TEXT).primaryKey("id"));
            table.insert("a");
            try (BackendTransaction transaction = table.begin()) {
                transaction.catalog().drop("gone");
                transaction.commit();
            }
            store.reopen();
            assertThatThrownBy(() -> table.in(store.backend()).rows()).isInstanceOf(SchemaException.class);
            assertThat(store.table("gone", t -> t.column("id", TEXT).primaryKey("id"))
                            .rows())
                    .isEmpty();
        }
    }

    @Test
    default void aStoreOpenedForReadingRefusesToWrite() {
        try (OwnStore store = subject().ownStore()) {
            TestTable table = store.table("notes", t -> t.column("id", TEXT).primaryKey("id"));
            table.insert("a");
            StorageBackend readOnly = store.reopen("mode", "ro");
            TestTable reopened = table.in(readOnly);
            if (capabilities().has(Feature.DURABLE)) {
                assertThat(reopened.ids()).containsExactly("a");
            }
            assertThatThrownBy(() -> reopened.insert("b")).isInstanceOf(UnsupportedException.class);
            assertThatThrownBy(() -> readOnly.createTable(TableSchema.builder("more")
                            .column("id", TEXT)
                            .primaryKey("id")
                            .build()))
                    .isInstanceOf(UnsupportedException.class);
        }
    }

    @Test
    default void aClosedStoreRefusesEverythingAndClosesTwice() {
        OwnStore store = subject().ownStore();
        TestTable table = store.table("notes", t -> t.column("id", TEXT).primaryKey("id"));
        table.insert("a");
        StorageBackend backend = store.backend();
        backend.close();
        assertThatThrownBy(() -> backend.begin(TransactionOptions.DEFAULT)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> backend.find("notes", "a")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> table.insert("b")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> backend.delete("notes", "a")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(backend::verify).isInstanceOf(IllegalStateException.class);
        assertThatCode(backend::close).doesNotThrowAnyException();
    }

    @Test
    default void capabilitiesAreTheSameAfterClosing() {
        OwnStore store = subject().ownStore();
        StorageBackend backend = store.backend();
        backend.close();
        assertThat(backend.capabilities()).isEqualTo(capabilities());
        assertThat(capabilities().isolation()).contains(capabilities().defaultIsolation());
    }

    @Test
    default void verifyCountsTablesAndRowsAndFindsNothingWrong() {
        try (OwnStore store = subject().ownStore()) {
            TestTable table = store.table("every type", LifecycleContract::columns);
            fill(table);
            store.table("empty", t -> t.column("id", TEXT).primaryKey("id"));
            Verification verification = store.backend().verify();
            assertThat(verification.problems()).isEmpty();
            assertThat(verification.clean()).isTrue();
            assertThat(verification.tables()).isEqualTo(2);
            assertThat(verification.rows()).isEqualTo(3);
        }
    }
}

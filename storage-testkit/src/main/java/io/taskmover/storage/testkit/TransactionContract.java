package io.taskmover.storage.testkit;

import static io.taskmover.storage.query.Field.field;
import static io.taskmover.storage.schema.DataType.INTEGER;
import static io.taskmover.storage.schema.DataType.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.Savepoint;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.StorageTimeoutException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.query.Assignments;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Sort;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.TableSchema;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Commit, rollback, reads of own writes, failed writes, the end, read-only transactions. */
interface TransactionContract extends Contract {

    /** A table {@code (id, n)} with an index on {@code n} and the rows a = 1, b = 2. */
    private TestTable pair() {
        TestTable table = table(
                t -> t.column("id", TEXT).column("n", INTEGER).primaryKey("id").index("n"));
        table.write(WriteMode.INSERT, table.row("a", 1), table.row("b", 2));
        return table;
    }

    @Test
    default void whatATransactionWroteIsThereAfterItsCommit() {
        TestTable table = pair();
        try (BackendTransaction transaction = table.begin()) {
            table.write(transaction, WriteMode.INSERT, table.row("c", 3));
            table.write(transaction, WriteMode.UPDATE, table.row("a", 10));
            transaction.delete(table.name(), "b");
            transaction.commit();
        }
        assertThat(table.rows()).containsExactly(table.row("a", 10), table.row("c", 3));
    }

    @Test
    default void rollbackAndCloseUndoEverything() {
        TestTable table = pair();
        for (boolean explicit : new boolean[] {true, false}) {
            try (BackendTransaction transaction = table.begin()) {
                table.write(transaction, WriteMode.INSERT, table.row("c", 3));
                table.write(transaction, WriteMode.UPDATE, table.row("a", 10));
                transaction.delete(table.name(), Condition.all());
                if (explicit) {
                    transaction.rollback();
                }
            }
            assertThat(table.rows()).containsExactly(table.row("a", 1), table.row("b", 2));
        }
    }

    @Test
    default void aTransactionReadsItsOwnWrites() {
        TestTable table = pair();
        try (BackendTransaction transaction = table.begin()) {
            table.write(transaction, WriteMode.INSERT, table.row("c", 0));
            assertThat(transaction.find(table.name(), "c")).contains(table.row("c", 0));
            assertThat(TestTable.rows(transaction, table.select().orderBy(List.of(Sort.asc("n")))))
                    .containsExactly(table.row("c", 0), table.row("a", 1), table.row("b", 2));
            assertThat(transaction.count(table.select())).isEqualTo(3);

            table.write(transaction, WriteMode.UPDATE, table.row("a", 5));
            assertThat(transaction.find(table.name(), "a")).contains(table.row("a", 5));
            assertThat(TestTable.rows(
                            transaction, table.select().where(field("n").eq(1L).condition())))
                    .isEmpty();
            assertThat(TestTable.rows(
                            transaction,
                            table.select().where(field("n").greaterThan(1L).condition())))
                    .containsExactly(table.row("a", 5), table.row("b", 2));

            assertThat(transaction.update(table.name(), field("n").eq(5L).condition(), Assignments.of(Map.of("n", 6L))))
                    .isEqualTo(1);
            assertThat(transaction.find(table.name(), "a")).contains(table.row("a", 6));

            assertThat(transaction.delete(table.name(), "b")).isTrue();
            assertThat(transaction.delete(table.name(), "b")).isFalse();
            assertThat(transaction.find(table.name(), "b")).isEmpty();
            assertThat(table.ids(transaction)).containsExactly("a", "c");
            assertThat(TestTable.rows(transaction, table.select().limit(1L).offset(1)))
                    .containsExactly(table.row("c", 0));

            assertThat(transaction.delete(table.name(), field("n").atLeast(0L).condition()))
                    .isEqualTo(2);
            assertThat(transaction.count(table.select())).isZero();
            table.write(transaction, WriteMode.INSERT, table.row("a", 7));
            transaction.commit();
        }
        assertThat(table.rows()).containsExactly(table.row("a", 7));
    }

    @Test
    default void aRowInsertedAndDeletedInOneTransactionWasNeverThere() {
        TestTable table = pair();
        try (BackendTransaction transaction = table.begin()) {
            table.write(transaction, WriteMode.INSERT, table.row("c", 3));
            transaction.delete(table.name(), "c");
            transaction.commit();
        }
        assertThat(table.ids()).containsExactly("a", "b");
    }

    @Test
    default void anEmptyTransactionCommits() {
        try (BackendTransaction transaction = subject().shared().begin(TransactionOptions.DEFAULT)) {
            transaction.commit();
        }
    }

    @Test
    default void afterAFailedWriteOnlyTheWayBackIsOpen() {
        TestTable table = pair();
        try (BackendTransaction transaction = table.begin()) {
            Savepoint before = transaction.savepoint();
            table.write(transaction, WriteMode.INSERT, table.row("c", 3));
            assertThatThrownBy(() -> table.write(transaction, WriteMode.INSERT, table.row("a", 9)))
                    .isInstanceOf(DuplicateKeyException.class);
            assertEverythingIsRefused(table, transaction, before);
            assertThatThrownBy(transaction::commit).isInstanceOf(IllegalStateException.class);
        }
        assertThat(table.rows()).containsExactly(table.row("a", 1), table.row("b", 2));
    }

    @Test
    default void everyKindOfFailedWriteFailsTheTransaction() {
        TestTable table = pair();
        Map<String, Consumer<BackendTransaction>> failures = new LinkedHashMap<>();
        failures.put("update", t -> table.write(t, WriteMode.UPDATE, table.row("x", 9)));
        failures.put("constraint", t -> table.write(t, WriteMode.UPSERT, table.partial("n", 9)));
        failures.put("missing table", t -> t.delete("none", "a"));
        failures.put(
                "condition", t -> t.delete(table.name(), field("none").eq(1L).condition()));
        failures.put("assignment", t -> t.update(table.name(), Condition.all(), Assignments.of(Map.of("id", "z"))));
        failures.put("catalog", t -> t.catalog().create(table.schema()));
        failures.forEach((name, failure) -> {
            try (BackendTransaction transaction = table.begin()) {
                table.write(transaction, WriteMode.UPSERT, table.row("c", 3));
                assertThatThrownBy(() -> failure.accept(transaction)).as(name).isInstanceOf(StorageException.class);
                assertThatThrownBy(() -> transaction.find(table.name(), "a"))
                        .as(name)
                        .isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(transaction::commit).as(name).isInstanceOf(IllegalStateException.class);
                transaction.rollback();
            }
        });
        assertThat(table.ids()).containsExactly("a", "b");
    }

    @Test
    default void nothingWorksAfterTheEnd() {
        TestTable table = pair();
        for (boolean commits : new boolean[] {true, false}) {
            BackendTransaction transaction = table.begin();
            Savepoint savepoint = transaction.savepoint();
            if (commits) {
                transaction.commit();
            } else {
                transaction.rollback();
            }
            assertEverythingIsRefused(table, transaction, savepoint);
            assertThatThrownBy(() -> transaction.rollbackTo(savepoint)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(transaction::commit).isInstanceOf(IllegalStateException.class);
            assertThatCode(() -> {
                        transaction.rollback();
                        transaction.close();
                        transaction.close();
                    })
                    .doesNotThrowAnyException();
        }
        assertThat(table.rows()).containsExactly(table.row("a", 1), table.row("b", 2));
    }

    private static void assertEverythingIsRefused(
            TestTable table, BackendTransaction transaction, Savepoint savepoint) {
        Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
        calls.put("catalog", () -> transaction.catalog().tables());
        calls.put("find", () -> transaction.find(table.name(), "a"));
        calls.put("select", () -> {
            try (RowCursor rows = transaction.select(table.select())) {
                rows.next();
            }
        });
        calls.put("count", () -> transaction.count(table.select()));
        calls.put("write", () -> table.write(transaction, WriteMode.UPSERT, table.row("x", 9)));
        calls.put("update", () -> transaction.update(table.name(), Condition.all(), Assignments.of(Map.of("n", 9L))));
        calls.put("delete", () -> transaction.delete(table.name(), Condition.all()));
        calls.put("delete by key", () -> transaction.delete(table.name(), "a"));
        calls.put("explain", () -> transaction.explain(table.select()));
        calls.put("savepoint", transaction::savepoint);
        calls.put("release", () -> transaction.release(savepoint));
        calls.forEach((name, call) -> assertThatThrownBy(call).as(name).isInstanceOf(IllegalStateException.class));
    }

    @Test
    default void aReadOnlyTransactionReadsAndRefusesToWrite() {
        TestTable table = pair();
        Map<String, Consumer<BackendTransaction>> writes = new LinkedHashMap<>();
        writes.put("write", t -> table.write(t, WriteMode.INSERT, table.row("c", 3)));
        writes.put("update", t -> t.update(table.name(), Condition.all(), Assignments.of(Map.of("n", 9L))));
        writes.put("delete", t -> t.delete(table.name(), Condition.all()));
        writes.put("delete by key", t -> t.delete(table.name(), "a"));
        writes.put(
                "create",
                t -> t.catalog()
                        .create(TableSchema.builder("never")
                                .column("id", TEXT)
                                .primaryKey("id")
                                .build()));
        writes.put("drop", t -> t.catalog().drop(table.name()));
        writes.put("add column", t -> t.catalog().addColumn(table.name(), Column.of("more", TEXT)));
        writes.put("drop column", t -> t.catalog().dropColumn(table.name(), "n"));
        writes.put("drop index", t -> t.catalog().dropIndex(table.name(), "ix_" + table.name() + "_n"));
        writes.forEach((name, write) -> {
            try (BackendTransaction transaction = table.store().begin(TransactionOptions.READ_ONLY)) {
                assertThat(transaction.find(table.name(), "a")).contains(table.row("a", 1));
                assertThatThrownBy(() -> write.accept(transaction)).as(name).isInstanceOf(UnsupportedException.class);
            }
        });
        try (BackendTransaction transaction = table.store().begin(TransactionOptions.READ_ONLY)) {
            assertThat(table.ids(transaction)).containsExactly("a", "b");
            transaction.commit();
        }
        assertThat(table.rows()).containsExactly(table.row("a", 1), table.row("b", 2));
    }

    @Test
    default void aTransactionThatTakesTooLongIsRolledBackAndSaysSo() {
        TestTable table = pair();
        try (BackendTransaction late =
                table.store().begin(TransactionOptions.DEFAULT.withTimeout(Duration.ofMillis(30)))) {
            table.write(late, WriteMode.UPDATE, table.row("a", 10));
            assertThatThrownBy(() -> {
                        while (true) {
                            late.find(table.name(), "b");
                        }
                    })
                    .isInstanceOf(StorageTimeoutException.class)
                    .hasMessageContaining("rolled back");
            // it is, although nobody has closed it: another one may write
            table.write(WriteMode.UPDATE, table.row("a", 20));
            assertThatThrownBy(late::commit)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("timeout");
        }
        assertThat(table.rows()).containsExactly(table.row("a", 20), table.row("b", 2));
    }

    @Test
    default void oneTransactionSpansTables() {
        TestTable one = pair();
        TestTable two = pair();
        try (BackendTransaction transaction = one.begin()) {
            one.write(transaction, WriteMode.INSERT, one.row("c", 3));
            two.write(transaction, WriteMode.INSERT, two.row("c", 3));
            assertThat(transaction.find(two.name(), "c")).isPresent();
        }
        assertThat(one.find("c").isPresent() || two.find("c").isPresent()).isFalse();
        try (BackendTransaction transaction = one.begin()) {
            one.write(transaction, WriteMode.INSERT, one.row("c", 3));
            two.write(transaction, WriteMode.INSERT, two.row("c", 3));
            transaction.commit();
        }
        assertThat(one.find("c").isPresent() && two.find("c").isPresent()).isTrue();
    }
}

package io.taskmover.storage.testkit;

import static io.taskmover.storage.query.Field.field;
import static io.taskmover.storage.schema.DataType.INTEGER;
import static io.taskmover.storage.schema.DataType.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Savepoint;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.query.Condition;
import org.junit.jupiter.api.Test;

/** Savepoints: nested, rolled back to, released, healing a failed transaction. */
interface SavepointContract extends Contract {

    /** A table {@code (id, n)} with a unique index on {@code n} and the row a = 1. */
    private TestTable one() {
        TestTable table = table(
                t -> t.column("id", TEXT).column("n", INTEGER).primaryKey("id").unique("n"));
        table.insert("a", 1);
        return table;
    }

    @Test
    default void rollingBackToASavepointUndoesWhatCameAfterIt() {
        TestTable table = one();
        try (BackendTransaction transaction = table.begin()) {
            table.write(transaction, WriteMode.INSERT, table.row("b", 2));
            Savepoint savepoint = transaction.savepoint();
            table.write(transaction, WriteMode.INSERT, table.row("c", 3));
            table.write(transaction, WriteMode.UPDATE, table.row("b", 20));
            transaction.delete(table.name(), "a");
            transaction.rollbackTo(savepoint);
            assertThat(TestTable.rows(transaction, table.select()))
                    .containsExactly(table.row("a", 1), table.row("b", 2));
            assertThat(TestTable.rows(
                            transaction, table.select().where(field("n").eq(2L).condition())))
                    .containsExactly(table.row("b", 2));
            transaction.commit();
        }
        assertThat(table.rows()).containsExactly(table.row("a", 1), table.row("b", 2));
    }

    @Test
    default void aSavepointStaysAfterARollbackToIt() {
        TestTable table = one();
        try (BackendTransaction transaction = table.begin()) {
            Savepoint savepoint = transaction.savepoint();
            for (int i = 0; i < 3; i++) {
                transaction.delete(table.name(), Condition.all());
                table.write(transaction, WriteMode.INSERT, table.row("x" + i, i));
                transaction.rollbackTo(savepoint);
                assertThat(table.ids(transaction)).containsExactly("a");
            }
            transaction.commit();
        }
        assertThat(table.ids()).containsExactly("a");
    }

    @Test
    default void savepointsNest() {
        TestTable table = one();
        try (BackendTransaction transaction = table.begin()) {
            Savepoint outer = transaction.savepoint();
            table.write(transaction, WriteMode.INSERT, table.row("b", 2));
            Savepoint middle = transaction.savepoint();
            table.write(transaction, WriteMode.INSERT, table.row("c", 3));
            Savepoint inner = transaction.savepoint();
            table.write(transaction, WriteMode.INSERT, table.row("d", 4));
            transaction.rollbackTo(inner);
            assertThat(table.ids(transaction)).containsExactly("a", "b", "c");
            transaction.rollbackTo(middle);
            assertThat(table.ids(transaction)).containsExactly("a", "b");
            assertThatThrownBy(() -> transaction.rollbackTo(inner)).isInstanceOf(IllegalArgumentException.class);
            transaction.rollbackTo(outer);
            assertThat(table.ids(transaction)).containsExactly("a");
            assertThatThrownBy(() -> transaction.release(middle)).isInstanceOf(IllegalArgumentException.class);
            table.write(transaction, WriteMode.INSERT, table.row("e", 5));
            transaction.commit();
        }
        assertThat(table.ids()).containsExactly("a", "e");
    }

    @Test
    default void releasingASavepointKeepsTheWorkAndForgetsLaterOnes() {
        TestTable table = one();
        try (BackendTransaction transaction = table.begin()) {
            Savepoint outer = transaction.savepoint();
            table.write(transaction, WriteMode.INSERT, table.row("b", 2));
            Savepoint middle = transaction.savepoint();
            table.write(transaction, WriteMode.INSERT, table.row("c", 3));
            Savepoint inner = transaction.savepoint();
            transaction.release(middle);
            assertThat(table.ids(transaction)).containsExactly("a", "b", "c");
            assertThatThrownBy(() -> transaction.rollbackTo(inner)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> transaction.rollbackTo(middle)).isInstanceOf(IllegalArgumentException.class);
            transaction.rollbackTo(outer);
            assertThat(table.ids(transaction)).containsExactly("a");
            table.write(transaction, WriteMode.INSERT, table.row("d", 4));
            transaction.release(outer);
            transaction.commit();
        }
        assertThat(table.ids()).containsExactly("a", "d");
    }

    @Test
    default void aSavepointOfAnotherTransactionIsRefused() {
        TestTable table = one();
        Savepoint foreign;
        try (BackendTransaction transaction = table.begin()) {
            foreign = transaction.savepoint();
        }
        try (BackendTransaction transaction = table.begin()) {
            transaction.savepoint();
            assertThatThrownBy(() -> transaction.rollbackTo(foreign)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> transaction.release(foreign)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    default void aSavepointHealsAFailedTransaction() {
        TestTable table = one();
        try (BackendTransaction transaction = table.begin()) {
            table.write(transaction, WriteMode.INSERT, table.row("b", 2));
            Savepoint savepoint = transaction.savepoint();
            assertThatThrownBy(() -> table.write(transaction, WriteMode.INSERT, table.row("c", 3), table.row("d", 1)))
                    .isInstanceOf(DuplicateKeyException.class);
            transaction.rollbackTo(savepoint);
            assertThat(table.ids(transaction)).containsExactly("a", "b");
            table.write(transaction, WriteMode.INSERT, table.row("c", 30));
            transaction.commit();
        }
        assertThat(table.rows()).containsExactly(table.row("a", 1), table.row("b", 2), table.row("c", 30));
    }

    @Test
    default void rollingBackUndoesWhatReleasedSavepointsKept() {
        TestTable table = one();
        try (BackendTransaction transaction = table.begin()) {
            Savepoint savepoint = transaction.savepoint();
            table.write(transaction, WriteMode.INSERT, table.row("b", 2));
            transaction.release(savepoint);
            transaction.rollback();
        }
        assertThat(table.ids()).containsExactly("a");
    }

    @Test
    default void uniqueValuesUndoneAreFreeWithinTheTransaction() {
        TestTable table = one();
        try (BackendTransaction transaction = table.begin()) {
            Savepoint savepoint = transaction.savepoint();
            table.write(transaction, WriteMode.INSERT, table.row("b", 2));
            transaction.rollbackTo(savepoint);
            table.write(transaction, WriteMode.INSERT, table.row("c", 2));
            transaction.commit();
        }
        assertThat(table.rows()).containsExactly(table.row("a", 1), table.row("c", 2));
    }
}

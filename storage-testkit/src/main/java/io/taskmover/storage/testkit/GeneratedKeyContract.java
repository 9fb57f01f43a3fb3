package io.taskmover.storage.testkit;

import static io.taskmover.storage.schema.DataType.INTEGER;
import static io.taskmover.storage.schema.DataType.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Capabilities.Feature;
import io.taskmover.storage.backend.Savepoint;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.ConstraintException;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Keys that the store assigns: they rise, and none is given out twice. */
interface GeneratedKeyContract extends Contract {

    private static TableSchema.Builder columns(TableSchema.Builder table) {
        return table.column("id", INTEGER)
                .column("name", TEXT)
                .primaryKey("id")
                .generatedKey()
                .unique("name");
    }

    private TestTable numbered() {
        return table(GeneratedKeyContract::columns);
    }

    private static long id(Row row) {
        return (Long) Objects.requireNonNull(row.get("id"));
    }

    @Test
    default void theStoreAssignsKeysThatAreNullOrAbsent() {
        TestTable table = numbered();
        List<Row> stored = table.write(WriteMode.INSERT, table.row(null, "a"), table.partial("name", "b"));
        assertThat(id(stored.get(0))).isPositive();
        assertThat(id(stored.get(1))).isGreaterThan(id(stored.get(0)));
        assertThat(table.rows()).isEqualTo(stored);
        assertThat(table.write(WriteMode.UPSERT, table.partial("name", "c")))
                .allSatisfy(row -> assertThat(id(row)).isGreaterThan(id(stored.get(1))));
    }

    @Test
    default void anExplicitKeyMovesTheNextAboveItself() {
        TestTable table = numbered();
        table.insert(1_000, "explicit");
        assertThat(id(table.insert(null, "next"))).isGreaterThan(1_000);
        table.write(WriteMode.UPSERT, table.row(5_000_000_000L, "far"));
        assertThat(id(table.insert(null, "after"))).isGreaterThan(5_000_000_000L);
        table.insert(-7, "negative");
        assertThat(id(table.insert(null, "last"))).isGreaterThan(5_000_000_000L);
    }

    @Test
    default void aDeletedKeyIsNotAssignedAgain() {
        TestTable table = numbered();
        long last = id(table.insert(null, "a"));
        table.store().delete(table.name(), last);
        assertThat(id(table.insert(null, "b"))).isGreaterThan(last);
    }

    @Test
    default void aKeyOfAWriteRolledBackIsNotAssignedAgain() {
        TestTable table = numbered();
        long lost;
        try (BackendTransaction transaction = table.begin()) {
            lost = id(table.write(transaction, WriteMode.INSERT, table.row(null, "a"))
                    .get(0));
            Savepoint savepoint = transaction.savepoint();
            long undone = id(table.write(transaction, WriteMode.INSERT, table.row(null, "b"))
                    .get(0));
            transaction.rollbackTo(savepoint);
            assertThat(id(table.write(transaction, WriteMode.INSERT, table.row(null, "c"))
                            .get(0)))
                    .isGreaterThan(undone);
        }
        assertThat(table.rows()).isEmpty();
        assertThat(id(table.insert(null, "d"))).isGreaterThan(lost);
    }

    @Test
    default void keysAreGeneratedAboveTheOneThatTheyAreRaisedTo() {
        TestTable table = numbered();
        try (BackendTransaction transaction = table.begin()) {
            assertThat(transaction.catalog().lastGeneratedKey(table.name())).isZero();
            transaction.catalog().raiseGeneratedKey(table.name(), 41);
            transaction.commit();
        }
        long first = id(table.insert(null, "a"));
        assertThat(first).isGreaterThan(41);
        table.store().delete(table.name(), first);
        try (BackendTransaction transaction = table.begin()) {
            assertThat(transaction.catalog().lastGeneratedKey(table.name())).isGreaterThanOrEqualTo(first);
            transaction.catalog().raiseGeneratedKey(table.name(), 5); // they are above it already
            transaction.commit();
        }
        assertThat(id(table.insert(null, "b"))).isGreaterThan(first);
    }

    @Test
    default void aRefusedInsertDoesNotStopTheNumbering() {
        TestTable table = numbered();
        long first = id(table.insert(null, "a"));
        assertThatThrownBy(() -> table.insert(null, "a")).isInstanceOf(DuplicateKeyException.class);
        assertThat(id(table.insert(null, "b"))).isGreaterThan(first);
    }

    @Test
    default void anUpdateNeedsItsKey() {
        TestTable table = numbered();
        assertThatThrownBy(() -> table.write(WriteMode.UPDATE, table.row(null, "a")))
                .isInstanceOf(ConstraintException.class);
    }

    @Test
    default void whenTheNumbersAreUsedUpAnInsertFails() {
        TestTable table = numbered();
        table.insert(Long.MAX_VALUE, "last");
        assertThatThrownBy(() -> table.insert(null, "one more")).isInstanceOf(StorageException.class);
        assertThat(table.ids()).containsExactly(Long.MAX_VALUE);
    }

    @Test
    default void keysGoOnWhereTheyWereAfterReopening() {
        try (OwnStore store = subject().ownStore()) {
            TestTable table = store.table("numbered", GeneratedKeyContract::columns);
            List<Long> used = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                used.add(id(table.insert(null, "n" + i)));
            }
            table.store().delete("numbered", used.get(2));
            store.reopen();
            if (!capabilities().has(Feature.DURABLE)) {
                assertThatThrownBy(() -> table.in(store.backend()).rows()).isInstanceOf(StorageException.class);
                return;
            }
            TestTable reopened = table.in(store.backend());
            assertThat(id(reopened.insert(null, "next"))).isGreaterThan(used.get(2));
        }
    }
}

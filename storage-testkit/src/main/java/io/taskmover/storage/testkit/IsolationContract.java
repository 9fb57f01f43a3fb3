package io.taskmover.storage.testkit;

import static io.taskmover.storage.query.Field.field;
import static io.taskmover.storage.schema.DataType.INTEGER;
import static io.taskmover.storage.schema.DataType.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Capabilities.Feature;
import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.StorageTimeoutException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.schema.Row;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What transactions that run beside each other see and forbid each other. */
interface IsolationContract extends Contract {

    /** A short patience for a writer that must wait for another. */
    TransactionOptions IMPATIENT = TransactionOptions.DEFAULT.withTimeout(Duration.ofMillis(150));

    /** A table {@code (id, n)} with an index on {@code n} and the rows a = 1, b = 2. */
    private TestTable accounts() {
        TestTable table = table(
                t -> t.column("id", TEXT).column("n", INTEGER).primaryKey("id").index("n"));
        table.write(WriteMode.INSERT, table.row("a", 1), table.row("b", 2));
        return table;
    }

    @Test
    default void anIsolationIsGrantedOrRefused() {
        for (Isolation level : Isolation.values()) {
            boolean met = capabilities().isolation().stream().anyMatch(had -> had.compareTo(level) >= 0);
            TransactionOptions options = TransactionOptions.READ_ONLY.withIsolation(level);
            if (met) {
                try (BackendTransaction transaction = subject().shared().begin(options)) {
                    transaction.commit();
                }
            } else {
                assertThatThrownBy(() -> subject().shared().begin(options)).isInstanceOf(UnsupportedException.class);
            }
        }
    }

    @Test
    default void nobodySeesWhatIsNotCommitted() {
        TestTable table = accounts();
        try (BackendTransaction writer = table.begin()) {
            table.write(writer, WriteMode.UPDATE, table.row("a", 10));
            table.write(writer, WriteMode.INSERT, table.row("c", 3));
            writer.delete(table.name(), "b");
            assertThat(table.rows()).containsExactly(table.row("a", 1), table.row("b", 2));
            assertThat(table.ids(field("n").eq(10L))).isEmpty();
            assertThat(table.count(table.select())).isEqualTo(2);
            writer.commit();
        }
        assertThat(table.rows()).containsExactly(table.row("a", 10), table.row("c", 3));
    }

    @Test
    default void aSnapshotStaysAsItWasWhileOthersCommit() {
        TestTable table = accounts();
        try (BackendTransaction reader = table.store().begin(TransactionOptions.READ_ONLY);
                RowCursor cursor = reader.select(table.select())) {
            assertThat(cursor.next()).isEqualTo(table.row("a", 1));
            table.write(WriteMode.UPDATE, table.row("a", 10), table.row("b", 20));
            table.insert("c", 3);
            assertThat(cursor.next()).isEqualTo(table.row("b", 2));
            assertThat(cursor.next()).isNull();
            assertThat(TestTable.rows(reader, table.select())).containsExactly(table.row("a", 1), table.row("b", 2));
            assertThat(reader.find(table.name(), "c")).isEmpty();
            assertThat(TestTable.rows(
                            reader, table.select().where(field("n").eq(2L).condition())))
                    .containsExactly(table.row("b", 2));
            table.store().delete(table.name(), "a");
            assertThat(reader.find(table.name(), "a")).contains(table.row("a", 1));
            assertThat(reader.count(table.select())).isEqualTo(2);
        }
        assertThat(table.rows()).containsExactly(table.row("b", 20), table.row("c", 3));
    }

    @Test
    default void ofTwoThatWriteOneRowTheLaterFails() {
        TestTable table = accounts();
        try (BackendTransaction first = table.begin()) {
            Row seen = first.find(table.name(), "a").orElseThrow();
            table.write(first, WriteMode.UPDATE, seen.with("n", 10L));
            if (!capabilities().has(Feature.CONCURRENT_WRITERS)) {
                assertAnotherWriterWaits(table);
                first.commit();
            } else {
                try (BackendTransaction second = table.begin()) {
                    assertThat(second.find(table.name(), "a")).contains(table.row("a", 1));
                    first.commit();
                    assertThatThrownBy(() -> {
                                table.write(second, WriteMode.UPDATE, table.row("a", 20));
                                second.commit();
                            })
                            .isInstanceOf(ConflictException.class)
                            .satisfies(error -> assertThat(((ConflictException) error).retryable())
                                    .isTrue());
                }
            }
        }
        assertThat(table.rows()).containsExactly(table.row("a", 10), table.row("b", 2));
    }

    private static void assertAnotherWriterWaits(TestTable table) {
        assertThatThrownBy(() -> {
                    try (BackendTransaction second = table.store().begin(IMPATIENT)) {
                        table.write(second, WriteMode.UPDATE, table.row("a", 20));
                        second.commit();
                    }
                })
                .isInstanceOf(StorageTimeoutException.class);
    }

    @Test
    default void ofTwoThatInsertOneKeyTheLaterFails() {
        TestTable table = accounts();
        try (BackendTransaction first = table.begin()) {
            table.write(first, WriteMode.INSERT, table.row("c", 1));
            if (!capabilities().has(Feature.CONCURRENT_WRITERS)) {
                assertAnotherWriterWaits(table);
                first.commit();
            } else {
                try (BackendTransaction second = table.begin()) {
                    assertThat(second.find(table.name(), "c")).isEmpty();
                    first.commit();
                    assertThatThrownBy(() -> {
                                table.write(second, WriteMode.INSERT, table.row("c", 2));
                                second.commit();
                            })
                            .isInstanceOf(StorageException.class)
                            .isInstanceOfAny(ConflictException.class, DuplicateKeyException.class);
                }
            }
        }
        assertThat(table.value("c", "n")).isEqualTo(1L);
    }

    @Test
    default void twoThatWriteDifferentRowsBothCommit() {
        TestTable table = accounts();
        try (BackendTransaction first = table.begin()) {
            table.write(first, WriteMode.UPDATE, table.row("a", 10));
            if (!capabilities().has(Feature.CONCURRENT_WRITERS)) {
                assertAnotherWriterWaits(table);
                first.commit();
                table.write(WriteMode.UPDATE, table.row("b", 20));
            } else {
                try (BackendTransaction second = table.begin()) {
                    table.write(second, WriteMode.UPDATE, table.row("b", 20));
                    first.commit();
                    second.commit();
                }
            }
        }
        assertThat(table.rows()).containsExactly(table.row("a", 10), table.row("b", 20));
    }

    @Test
    default void serializableForbidsWriteSkew() {
        TestTable table = accounts();
        TransactionOptions serializable = TransactionOptions.DEFAULT.withIsolation(Isolation.SERIALIZABLE);
        if (!capabilities().isolation().contains(Isolation.SERIALIZABLE)) {
            assertThatThrownBy(() -> table.store().begin(serializable)).isInstanceOf(UnsupportedException.class);
            return;
        }
        boolean firstWrote;
        // each gives away what the other one's account still holds: one of the two orders is impossible
        try (BackendTransaction first = table.store().begin(serializable)) {
            assertThat(table.ids(first)).hasSize(2);
            if (!capabilities().has(Feature.CONCURRENT_WRITERS)) {
                table.write(first, WriteMode.UPDATE, table.row("a", 0));
                assertAnotherWriterWaits(table);
                first.commit();
                return;
            }
            try (BackendTransaction second = table.store().begin(serializable)) {
                assertThat(table.ids(second)).hasSize(2);
                firstWrote = isWritten(table, first, "a");
                boolean secondWrote = isWritten(table, second, "b");
                if (firstWrote && secondWrote) {
                    first.commit();
                    assertThatThrownBy(second::commit).isInstanceOf(ConflictException.class);
                } else {
                    // where what is read is locked, the first who writes there waits in vain, and the other goes on
                    assertThat(secondWrote).isNotEqualTo(firstWrote);
                    (firstWrote ? first : second).commit();
                }
            }
        }
        assertThat(table.rows())
                .containsExactly(table.row("a", firstWrote ? 0 : 1), table.row("b", firstWrote ? 2 : 0));
    }

    /** Empties an account, or leaves the transaction that is told to run again. */
    private static boolean isWritten(TestTable table, BackendTransaction transaction, String account) {
        try {
            table.write(transaction, WriteMode.UPDATE, table.row(account, 0));
            return true;
        } catch (ConflictException | StorageTimeoutException e) {
            assertThat(e.retryable()).isTrue();
            transaction.rollback();
            return false;
        }
    }
}

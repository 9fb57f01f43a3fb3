package io.taskmover.storage.memory;

import static io.taskmover.storage.memory.Accounts.balance;
import static io.taskmover.storage.memory.Accounts.ids;
import static io.taskmover.storage.memory.Accounts.insert;
import static io.taskmover.storage.memory.Accounts.row;
import static io.taskmover.storage.memory.Accounts.setBalance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.Savepoint;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.query.Assignments;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.query.Sort;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import io.taskmover.storage.schema.TableSchema;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IsolationTest {
    private static final TransactionOptions READ_COMMITTED =
            TransactionOptions.DEFAULT.withIsolation(Isolation.READ_COMMITTED);
    private static final Select IN_EAST = Select.from("accounts")
            .where(Condition.eq(Path.of("branch"), "east"))
            .orderBy(List.of(Sort.asc("balance")));

    private final StorageBackend store = Accounts.open();

    @BeforeEach
    void twoAccounts() {
        insert(store, row(1, "ann", "east", 50), row(2, "bob", "east", 50));
    }

    @AfterEach
    void nothingIsBroken() {
        assertThat(store.verify().problems()).isEmpty();
        store.close();
    }

    private BackendTransaction begin() {
        return store.begin(TransactionOptions.DEFAULT);
    }

    @Test
    void dirtyWritesAreNeverRead() {
        try (BackendTransaction writer = begin();
                BackendTransaction reader = store.begin(READ_COMMITTED)) {
            setBalance(writer, 1, 0);
            assertThat(balance(reader, 1)).isEqualTo(50);
            writer.rollback();
            assertThat(balance(reader, 1)).isEqualTo(50);
        }
    }

    @Test
    void anUpdateIsNotLost() {
        try (BackendTransaction first = begin();
                BackendTransaction second = begin()) {
            setBalance(first, 1, balance(first, 1) + 10);
            setBalance(second, 1, balance(second, 1) + 10);
            first.commit();

            assertThatExceptionOfType(ConflictException.class)
                    .isThrownBy(second::commit)
                    .satisfies(e -> {
                        assertThat(e.table()).isEqualTo("accounts");
                        assertThat(e.id()).isEqualTo(1L);
                        assertThat(e.retryable()).isTrue();
                    });
        }
        assertThat(store.find("accounts", 1L).orElseThrow().get("balance")).isEqualTo(60L);
    }

    @Test
    void aConflictThatIsCertainIsToldAtTheWrite() {
        try (BackendTransaction late = begin()) {
            balance(late, 1);
            store.write("accounts", WriteMode.UPDATE, List.of(row(1, "ann", "east", 60)));

            assertThatThrownBy(() -> setBalance(late, 1, 70)).isInstanceOf(ConflictException.class);
            assertThatThrownBy(() -> balance(late, 1)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aSnapshotIsNotSkewed() {
        try (BackendTransaction reader = begin()) {
            assertThat(balance(reader, 1)).isEqualTo(50);
            try (BackendTransaction writer = begin()) {
                setBalance(writer, 1, 0);
                setBalance(writer, 2, 100);
                writer.commit();
            }
            assertThat(balance(reader, 2)).isEqualTo(50);
            assertThat(ids(reader, IN_EAST)).containsExactly(1L, 2L);
        }
    }

    @Test
    void readCommittedSeesEachCommitAtItsNextStatement() {
        try (BackendTransaction reader = store.begin(READ_COMMITTED)) {
            assertThat(balance(reader, 1)).isEqualTo(50);
            store.delete("accounts", 2L);
            assertThat(ids(reader, IN_EAST)).containsExactly(1L);
        }
    }

    @Test
    void aCursorOfReadCommittedKeepsTheSnapshotOfItsStatement() {
        try (BackendTransaction reader = store.begin(READ_COMMITTED);
                RowCursor rows = reader.select(IN_EAST)) {
            assertThat(rows.next()).isNotNull();
            store.delete("accounts", 2L);
            assertThat(reader.count(IN_EAST)).isEqualTo(1);
            assertThat(rows.next()).isNotNull();
            assertThat(rows.next()).isNull();
        }
    }

    @Test
    void readCommittedDoesNotTakeAnOvertakenWriteAlongIntoAChangedTable() {
        TableSchema notes = TableSchema.builder("notes")
                .column("id", DataType.INTEGER)
                .column("text", DataType.TEXT)
                .column("version", DataType.INTEGER)
                .primaryKey("id")
                .version("version")
                .build();
        store.createTable(notes);
        Row first = store.write("notes", WriteMode.INSERT, List.of(Row.of(notes.rowType(), 1L, "a", 0L)))
                .get(0);
        try (BackendTransaction writer = store.begin(READ_COMMITTED)) {
            writer.write("notes", WriteMode.UPDATE, List.of(first.with("text", "mine")));
            store.write("notes", WriteMode.UPDATE, List.of(first.with("text", "theirs")));
            assertThatExceptionOfType(ConflictException.class)
                    .isThrownBy(() -> writer.catalog().addColumn("notes", Column.of("more", DataType.TEXT)));
        }
        assertThat(store.find("notes", 1L).orElseThrow().get("text")).isEqualTo("theirs");

        try (BackendTransaction writer = store.begin(READ_COMMITTED)) {
            setBalance(writer, 1, 0);
            assertThat(store.delete("accounts", 1L)).isTrue();
            assertThatExceptionOfType(ConflictException.class)
                    .isThrownBy(() -> writer.catalog().addColumn("accounts", Column.of("more", DataType.TEXT)));
        }
        assertThat(store.find("accounts", 1L)).isEmpty();
    }

    @Test
    void readCommittedDoesNotChangeATableBackThatAnotherChanged() {
        try (BackendTransaction writer = store.begin(READ_COMMITTED)) {
            setBalance(writer, 1, 0);
            try (BackendTransaction other = begin()) {
                other.catalog().addColumn("accounts", Column.of("more", DataType.TEXT));
                other.commit();
            }
            assertThatExceptionOfType(ConflictException.class)
                    .isThrownBy(() -> writer.catalog().addColumn("accounts", Column.of("less", DataType.TEXT)));
        }
        assertThat(store.schemaOf("accounts").rowType().indexOf("more")).isNotNegative();
    }

    @Test
    void readCommittedWritesOverALaterCommitButNotOverADelete() {
        try (BackendTransaction writer = store.begin(READ_COMMITTED)) {
            setBalance(writer, 1, 70);
            store.write("accounts", WriteMode.UPDATE, List.of(row(1, "ann", "east", 60)));
            writer.commit();
        }
        assertThat(store.find("accounts", 1L).orElseThrow().get("balance")).isEqualTo(70L);
        try (BackendTransaction writer = store.begin(READ_COMMITTED)) {
            setBalance(writer, 1, 80);
            store.delete("accounts", 1L);
            assertThatThrownBy(writer::commit).isInstanceOf(ConflictException.class);
        }
    }

    @Test
    void readCommittedCommitsNothingThatWasMadeOfARowWhichChanged() {
        Condition first = Condition.eq(Path.of("id"), 1L);
        RowType someColumns = RowType.of(List.of(Column.of("id", DataType.INTEGER), Column.of("owner", DataType.TEXT)));
        List<Consumer<BackendTransaction>> statements = List.of(
                writer -> writer.update("accounts", first, Assignments.of(Map.of("owner", "amy"))),
                writer -> writer.delete(
                        "accounts", Condition.eq(Path.of("balance"), 50L).and(first)),
                writer -> writer.write("accounts", WriteMode.UPSERT, List.of(Row.of(someColumns, 1L, "amy"))));
        for (Consumer<BackendTransaction> statement : statements) {
            try (BackendTransaction writer = store.begin(READ_COMMITTED)) {
                statement.accept(writer);
                store.write("accounts", WriteMode.UPDATE, List.of(row(1, "ann", "east", 60)));

                assertThatExceptionOfType(ConflictException.class)
                        .isThrownBy(writer::commit)
                        .satisfies(e -> assertThat(e.retryable()).isTrue());
            }
            assertThat(store.find("accounts", 1L)).contains(row(1, "ann", "east", 60));
            store.write("accounts", WriteMode.UPDATE, List.of(row(1, "ann", "east", 50)));
        }
        try (BackendTransaction writer = store.begin(READ_COMMITTED)) {
            writer.update("accounts", first, Assignments.of(Map.of("owner", "amy")));
            store.write("accounts", WriteMode.UPDATE, List.of(row(2, "bob", "east", 60)));
            writer.commit();
        }
        assertThat(store.find("accounts", 1L)).contains(row(1, "amy", "east", 50));
    }

    @Test
    void anOldSnapshotFindsThroughAnIndexWhatItSaw() {
        try (BackendTransaction old = begin()) {
            store.write("accounts", WriteMode.UPDATE, List.of(row(1, "ann", "west", 7)));
            store.delete("accounts", 2L);
            insert(store, row(3, "cid", "east", 1));

            assertThat(ids(old, IN_EAST)).containsExactly(1L, 2L);
            assertThat(old.explain(IN_EAST).index()).isEqualTo("ix_accounts_branch_balance");
        }
        try (BackendTransaction now = begin()) {
            assertThat(ids(now, IN_EAST)).containsExactly(3L);
        }
    }

    @Test
    void ownWritesStandInOrderAmongCommittedRows() {
        insert(store, row(3, "cid", "east", 10), row(4, "dan", "east", 90));
        try (BackendTransaction transaction = begin()) {
            setBalance(transaction, 1, 95);
            transaction.delete("accounts", 3L);
            transaction.write("accounts", WriteMode.INSERT, List.of(row(5, "eve", "east", 60)));

            assertThat(ids(transaction, IN_EAST)).containsExactly(2L, 5L, 4L, 1L);
            assertThat(ids(transaction, IN_EAST.limit(1L).offset(1))).containsExactly(5L);
        }
    }

    @Test
    void aUniqueValueTakenByALaterCommitIsADuplicateAtCommit() {
        try (BackendTransaction late = begin()) {
            late.write("accounts", WriteMode.INSERT, List.of(row(8, "zoe", "west", 1)));
            insert(store, row(9, "zoe", "west", 1));

            assertThatThrownBy(late::commit).isInstanceOf(DuplicateKeyException.class);
        }
        assertThat(store.find("accounts", 8L)).isEmpty();
    }

    @Test
    void rollingBackToASavepointUndoesRowsKeysAndTablesAndHeals() {
        try (BackendTransaction transaction = begin()) {
            setBalance(transaction, 1, 1);
            Savepoint savepoint = transaction.savepoint();
            setBalance(transaction, 1, 2);
            transaction.write("accounts", WriteMode.INSERT, List.of(row(3, "cid", "east", 3)));
            transaction.catalog().dropIndex("accounts", "ix_accounts_balance");
            transaction.catalog().drop("accounts");
            assertThatThrownBy(() -> transaction.delete("accounts", 1L)).hasMessageContaining("no table");
            transaction.rollbackTo(savepoint);

            assertThat(balance(transaction, 1)).isEqualTo(1);
            transaction.write("accounts", WriteMode.INSERT, List.of(row(4, "cid", "east", 4)));
            transaction.commit();
        }
        assertThat(store.find("accounts", 3L)).isEmpty();
        assertThat(store.find("accounts", 4L)).map(Row::toMap).isPresent();
        assertThat(store.schemaOf("accounts")).isEqualTo(Accounts.SCHEMA);
    }
}

package io.taskmover.storage.memory;

import static io.taskmover.storage.memory.Accounts.ids;
import static io.taskmover.storage.memory.Accounts.insert;
import static io.taskmover.storage.memory.Accounts.row;
import static io.taskmover.storage.memory.Accounts.setBalance;
import static io.taskmover.storage.query.Field.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.backend.Savepoint;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.query.Assignments;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.TableSchema;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a serializable transaction read must not have changed when it commits; what it did not read may. */
class SerializableTest {
    private static final TransactionOptions SERIALIZABLE =
            TransactionOptions.DEFAULT.withIsolation(Isolation.SERIALIZABLE);
    private static final Condition IN_EAST = Condition.eq(Path.of("branch"), "east");
    private static final Condition POOR = field("balance").lessThan(40L).condition();

    private final StorageBackend store = Accounts.open();

    @BeforeEach
    void accounts() {
        insert(store, row(1, "ann", "east", 50), row(2, "bob", "east", 50), row(3, "cem", "west", 50));
        insert(store, row(99, "noted", "north", 0));
    }

    @AfterEach
    void nothingIsBroken() {
        assertThat(store.verify().problems()).isEmpty();
        store.close();
    }

    /** Ways to read. */
    enum Reading {
        ROWS(tx -> ids(tx, Select.from("accounts").where(IN_EAST))),
        FIRST_ROW(tx -> ids(tx, Select.from("accounts").where(IN_EAST).limit(1L))),
        COUNT(tx -> tx.count(Select.from("accounts").where(IN_EAST))),
        UPDATE(tx -> tx.update("accounts", IN_EAST.and(POOR), Assignments.of(Map.of("owner", "nobody")))),
        DELETE(tx -> tx.delete("accounts", IN_EAST.and(POOR)));

        private final Consumer<BackendTransaction> read;

        Reading(Consumer<BackendTransaction> read) {
            this.read = read;
        }
    }

    /** Reads, lets another one commit, writes something that has nothing to do with either, and commits. */
    private void run(Consumer<BackendTransaction> read, Consumer<StorageBackend> other) {
        try (BackendTransaction transaction = store.begin(SERIALIZABLE)) {
            read.accept(transaction);
            other.accept(store);
            setBalance(transaction, 99, 1);
            transaction.commit();
        }
    }

    private void assertConflict(Consumer<BackendTransaction> read, Consumer<StorageBackend> other) {
        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> run(read, other))
                .satisfies(conflict -> {
                    assertThat(conflict.retryable()).isTrue();
                    assertThat(conflict).hasMessageContaining("run the transaction again");
                });
        assertThat(store.find("accounts", 99L).orElseThrow().get("balance")).isEqualTo(0L);
    }

    private void assertNoConflict(Consumer<BackendTransaction> read, Consumer<StorageBackend> other) {
        run(read, other);
        assertThat(store.find("accounts", 99L).orElseThrow().get("balance")).isEqualTo(1L);
    }

    @ParameterizedTest
    @EnumSource
    void aRowThatComesToWhatWasAskedForIsAConflict(Reading reading) {
        assertConflict(reading.read, other -> insert(other, row(4, "dan", "east", 1)));
    }

    @ParameterizedTest
    @EnumSource
    void aRowThatLeavesWhatWasAskedForIsAConflict(Reading reading) {
        insert(store, row(4, "dan", "east", 1));
        // the writes are of row 4 too, and the read is what is to be tested
        assertConflict(
                reading == Reading.UPDATE || reading == Reading.DELETE ? Reading.COUNT.read : reading.read,
                other -> other.update("accounts", 4L, Map.of("branch", "west")));
    }

    @ParameterizedTest
    @EnumSource
    void aRowThatIsDeletedFromWhatWasAskedForIsAConflict(Reading reading) {
        insert(store, row(4, "dan", "east", 1));
        assertConflict(reading.read, other -> other.delete("accounts", 4L));
    }

    @ParameterizedTest
    @EnumSource
    void aRowThatWasNotAskedForIsNone(Reading reading) {
        assertNoConflict(reading.read, other -> {
            insert(other, row(4, "dan", "west", 1));
            other.update("accounts", 3L, Map.of("balance", 7L));
            other.delete("accounts", 4L);
        });
    }

    @Test
    void aRowThatWasFoundAndChangedIsAConflictThatNamesIt() {
        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> run(
                        tx -> tx.find("accounts", 1L), other -> other.update("accounts", 1L, Map.of("balance", 7L))))
                .satisfies(conflict -> {
                    assertThat(conflict.table()).isEqualTo("accounts");
                    assertThat(conflict.id()).isEqualTo(1L);
                });
        assertNoConflict(tx -> tx.find("accounts", 1L), other -> other.update("accounts", 2L, Map.of("balance", 7L)));
    }

    @Test
    void aRowThatWasLookedForInVainAndIsThereNowIsAConflict() {
        assertConflict(tx -> tx.find("accounts", 4L), other -> insert(other, row(4, "dan", "east", 1)));
        assertConflict(tx -> tx.delete("accounts", 5L), other -> insert(other, row(5, "eve", "east", 1)));
        assertNoConflict(tx -> tx.find("accounts", 6L), other -> insert(other, row(7, "fay", "east", 1)));
    }

    @Test
    void ofTwoThatEachReadWhatTheOtherWritesOneFails() {
        try (BackendTransaction first = store.begin(SERIALIZABLE);
                BackendTransaction second = store.begin(SERIALIZABLE)) {
            assertThat(ids(first, Select.from("accounts").where(IN_EAST))).hasSize(2);
            assertThat(ids(second, Select.from("accounts").where(IN_EAST))).hasSize(2);
            setBalance(first, 1, 0);
            setBalance(second, 2, 0);
            second.commit();
            assertThatThrownBy(first::commit).isInstanceOf(ConflictException.class);
        }
    }

    @Test
    void whoOnlyReadsNeverFails() {
        for (TransactionOptions options : List.of(SERIALIZABLE, SERIALIZABLE.asReadOnly())) {
            try (BackendTransaction reader = store.begin(options)) {
                assertThat(reader.count(Select.from("accounts"))).isEqualTo(4);
                store.update("accounts", 1L, Map.of("balance", 7L));
                assertThat(Accounts.balance(reader, 1)).isNotEqualTo(7L);
                reader.commit();
            }
            store.update("accounts", 1L, Map.of("balance", 50L));
        }
    }

    @Test
    void ownWritesAreNoConflict() {
        assertNoConflict(
                tx -> {
                    tx.write("accounts", WriteMode.INSERT, List.of(row(4, "dan", "east", 1)));
                    assertThat(ids(tx, Select.from("accounts").where(IN_EAST))).hasSize(3);
                    tx.delete("accounts", 4L);
                    assertThat(tx.count(Select.from("accounts"))).isEqualTo(4);
                },
                other -> {});
    }

    @Test
    void whatWasReadAndUndoneWasReadNevertheless() {
        assertConflict(
                tx -> {
                    Savepoint savepoint = tx.savepoint();
                    setBalance(tx, 1, 7);
                    tx.rollbackTo(savepoint);
                },
                other -> other.update("accounts", 1L, Map.of("balance", 8L)));
        assertConflict(
                tx -> {
                    Savepoint savepoint = tx.savepoint();
                    assertThatThrownBy(() -> tx.write("accounts", WriteMode.INSERT, List.of(row(9, "bob", "south", 1))))
                            .isInstanceOf(DuplicateKeyException.class);
                    tx.rollbackTo(savepoint);
                },
                other -> other.update("accounts", 2L, Map.of("owner", "no longer bob")));
    }

    @Test
    void aFormOfATableThatWasReadAndUndoneIsTheTablesRows() {
        Consumer<BackendTransaction> read = tx -> {
            Savepoint savepoint = tx.savepoint();
            tx.catalog().addColumn("accounts", Column.of("extra", DataType.TEXT));
            assertThat(ids(
                            tx,
                            Select.from("accounts")
                                    .where(field("extra").isNull().condition())))
                    .hasSize(4);
            assertThat(tx.find("accounts", 1L).orElseThrow().get("extra")).isNull();
            tx.rollbackTo(savepoint);
        };
        assertConflict(read, other -> other.update("accounts", 3L, Map.of("balance", 8L)));
        assertNoConflict(read, other -> {});
    }

    @Test
    void tablesThatCameAndWereUndoneAreNone() {
        TableSchema schema = TableSchema.builder("more")
                .column("id", DataType.INTEGER)
                .primaryKey("id")
                .build();
        assertNoConflict(
                tx -> {
                    Savepoint savepoint = tx.savepoint();
                    tx.catalog().create(schema);
                    assertThat(tx.count(Select.from("more"))).isZero();
                    tx.rollbackTo(savepoint);
                },
                other -> {});
    }

    @Test
    void whichTablesThereAreIsReadToo() {
        TableSchema schema = TableSchema.builder("more")
                .column("id", DataType.INTEGER)
                .primaryKey("id")
                .build();
        assertConflict(
                tx -> assertThat(tx.catalog().tables()).containsExactly("accounts"),
                other -> other.createTable(schema));
        assertConflict(
                tx -> assertThatThrownBy(() -> tx.find("most", 1L)).isInstanceOf(SchemaException.class),
                other -> other.createTable(TableSchema.builder("most")
                        .column("id", DataType.INTEGER)
                        .primaryKey("id")
                        .build()));
    }

    @Test
    void aTableThatWasReadAndChangedIsAConflict() {
        assertConflict(tx -> tx.find("accounts", 1L), other -> {
            try (BackendTransaction change = other.begin(TransactionOptions.DEFAULT)) {
                change.catalog().addColumn("accounts", Column.of("extra", DataType.TEXT));
                change.commit();
            }
        });
    }

    @Test
    void nothingIsKeptOfCommitsWhenNobodyIsToBeChecked() {
        BackendTransaction old = store.begin(SERIALIZABLE);
        store.update("accounts", 1L, Map.of("balance", 7L));
        old.rollback();
        // one that begins later does not meet what was committed before
        assertNoConflict(tx -> tx.find("accounts", 1L), other -> {});
    }
}

package io.taskmover.storage.testkit;

import static io.taskmover.storage.query.Field.field;
import static io.taskmover.storage.schema.DataType.INTEGER;
import static io.taskmover.storage.schema.DataType.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.error.NotFoundException;
import io.taskmover.storage.error.QueryException;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.query.Assignments;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.schema.Row;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The version column: counted by the store, checked at every write. */
interface VersionContract extends Contract {

    /** A table {@code (id, n, version)} with version column {@code version}. */
    private TestTable versioned() {
        return table(t -> t.column("id", TEXT)
                .column("n", INTEGER)
                .column("version", INTEGER)
                .primaryKey("id")
                .version("version"));
    }

    @Test
    default void anInsertStoresVersionOne() {
        TestTable table = versioned();
        List<Row> stored = table.write(
                WriteMode.INSERT,
                table.row("null", 0, null),
                table.row("zero", 0, 0),
                table.partial("id", "absent", "n", 0));
        assertThat(stored).extracting(row -> row.get("version")).containsOnly(1L);
        assertThat(table.rows()).extracting(row -> row.get("version")).containsOnly(1L);
    }

    @Test
    default void anInsertThatClaimsAVersionIsAConflict() {
        TestTable table = versioned();
        assertThatThrownBy(() -> table.insert("a", 0, 3)).isInstanceOf(ConflictException.class);
        assertThat(table.rows()).isEmpty();
    }

    @Test
    default void rowsThatAreLoadedKeepTheirVersions() {
        TestTable table = versioned();
        load(table, table.row("a", 7, 5), table.row("b", 8, 1));
        assertThat(table.rows()).containsExactly(table.row("a", 7, 5), table.row("b", 8, 1));
        assertThat(table.write(WriteMode.UPDATE, table.row("a", 9, 5))).containsExactly(table.row("a", 9, 6));
        assertThatThrownBy(() -> load(table, table.row("c", 1, 1), table.row("a", 7, 5)))
                .isInstanceOf(DuplicateKeyException.class);
        assertThatThrownBy(() -> load(table, table.partial("id", "d", "n", 1))).isInstanceOf(SchemaException.class);
        assertThat(table.rows()).containsExactly(table.row("a", 9, 6), table.row("b", 8, 1));
    }

    private static void load(TestTable table, Row... rows) {
        try (BackendTransaction transaction = table.begin()) {
            transaction.load(table.name(), List.of(rows));
            transaction.commit();
        }
    }

    @Test
    default void anUpdateOfTheStoredVersionRaisesIt() {
        TestTable table = versioned();
        table.insert("a", 0, 0);
        assertThat(table.write(WriteMode.UPDATE, table.row("a", 7, 1))).containsExactly(table.row("a", 7, 2));
        assertThat(table.write(WriteMode.UPDATE, table.partial("id", "a", "version", 2)))
                .containsExactly(table.row("a", 7, 3));
        assertThat(table.rows()).containsExactly(table.row("a", 7, 3));
    }

    @Test
    default void anUpdateOfAnotherVersionIsAConflictThatTellsBoth() {
        TestTable table = versioned();
        table.insert("a", 0, 0);
        table.write(WriteMode.UPDATE, table.row("a", 1, 1));
        ConflictException error = catchThrowableOfType(
                ConflictException.class, () -> table.write(WriteMode.UPDATE, table.row("a", 2, 1)));
        assertThat(error.table()).isEqualTo(table.name());
        assertThat(error.id()).isEqualTo("a");
        assertThat(error.expected()).isEqualTo(1L);
        assertThat(error.actual()).isEqualTo(2L);
        assertThat(error.retryable()).isTrue();
        assertThat(table.rows()).containsExactly(table.row("a", 1, 2));
    }

    @Test
    default void anUpdateWithoutAVersionIsAConflict() {
        TestTable table = versioned();
        Row there = table.insert("a", 0, 0);
        assertThatThrownBy(() -> table.write(WriteMode.UPDATE, table.row("a", 1, null)))
                .isInstanceOf(ConflictException.class);
        assertThatThrownBy(() -> table.write(WriteMode.UPDATE, table.row("a", 1, 0)))
                .isInstanceOf(ConflictException.class);
        assertThatThrownBy(() -> table.write(WriteMode.UPDATE, table.partial("id", "a", "n", 1)))
                .isInstanceOf(ConflictException.class);
        assertThat(table.rows()).containsExactly(there);
    }

    @Test
    default void anUpdateOfAMissingRowIsNotFoundWhateverItsVersion() {
        TestTable table = versioned();
        assertThatThrownBy(() -> table.write(WriteMode.UPDATE, table.row("a", 1, 1)))
                .isInstanceOf(NotFoundException.class);
    }

    @Test
    default void anUpsertInsertsAtVersionZeroAndUpdatesAtTheStoredOne() {
        TestTable table = versioned();
        assertThat(table.write(WriteMode.UPSERT, table.row("a", 1, 0), table.partial("id", "b", "n", 1)))
                .containsExactly(table.row("a", 1, 1), table.row("b", 1, 1));
        assertThat(table.write(WriteMode.UPSERT, table.row("a", 2, 1))).containsExactly(table.row("a", 2, 2));
    }

    @Test
    default void anUpsertAtVersionZeroOfARowThatIsThereIsADuplicate() {
        TestTable table = versioned();
        Row there = table.insert("a", 0, 0);
        assertThatThrownBy(() -> table.write(WriteMode.UPSERT, table.row("a", 1, 0)))
                .isInstanceOf(DuplicateKeyException.class);
        assertThatThrownBy(() -> table.write(WriteMode.UPSERT, table.row("a", 1, null)))
                .isInstanceOf(DuplicateKeyException.class);
        assertThat(table.rows()).containsExactly(there);
    }

    @Test
    default void anUpsertAtAVersionOfAMissingRowIsAConflict() {
        TestTable table = versioned();
        ConflictException error = catchThrowableOfType(
                ConflictException.class, () -> table.write(WriteMode.UPSERT, table.row("a", 1, 4)));
        assertThat(error.expected()).isEqualTo(4L);
        assertThat(error.actual()).isNull();
        assertThat(table.rows()).isEmpty();
    }

    @Test
    default void anInsertOfAnExistingKeyIsADuplicateWhateverItsVersion() {
        TestTable table = versioned();
        table.insert("a", 0, 0);
        for (int version : new int[] {0, 1, 7}) {
            assertThatThrownBy(() -> table.insert("a", 1, version)).isInstanceOf(DuplicateKeyException.class);
        }
        assertThat(table.rows()).containsExactly(table.row("a", 0, 1));
    }

    @Test
    default void theVersionOfEveryRowOfABatchIsChecked() {
        for (WriteMode mode : List.of(WriteMode.UPDATE, WriteMode.UPSERT)) {
            TestTable table = versioned();
            table.write(WriteMode.INSERT, table.row("a", 0, 0), table.row("b", 0, 0), table.row("c", 0, 0));
            table.write(WriteMode.UPDATE, table.row("c", 0, 1));
            List<Row> before = table.rows();
            assertThatThrownBy(
                            () -> table.write(mode, table.row("a", 9, 1), table.row("b", 9, 1), table.row("c", 9, 1)))
                    .isInstanceOf(ConflictException.class)
                    .satisfies(error ->
                            assertThat(((ConflictException) error).id()).isEqualTo("c"));
            assertThat(table.rows()).isEqualTo(before);
        }
    }

    @Test
    default void aBatchThatWritesARowTwiceNeedsTheVersionInBetween() {
        TestTable table = versioned();
        table.insert("a", 0, 0);
        assertThat(table.write(WriteMode.UPDATE, table.row("a", 1, 1), table.row("a", 2, 2)))
                .containsExactly(table.row("a", 1, 2), table.row("a", 2, 3));
        assertThatThrownBy(() -> table.write(WriteMode.UPDATE, table.row("a", 3, 3), table.row("a", 4, 3)))
                .isInstanceOf(ConflictException.class);
        assertThat(table.rows()).containsExactly(table.row("a", 2, 3));
    }

    @Test
    default void aConditionalUpdateRaisesVersionsAndCannotAssignThem() {
        TestTable table = versioned();
        table.write(WriteMode.INSERT, table.row("a", 0, 0), table.row("b", 5, 0));
        try (BackendTransaction transaction = table.begin()) {
            assertThat(transaction.update(table.name(), field("n").eq(5L).condition(), Assignments.of(Map.of("n", 6L))))
                    .isEqualTo(1);
            transaction.commit();
        }
        assertThat(table.rows()).containsExactly(table.row("a", 0, 1), table.row("b", 6, 2));
        try (BackendTransaction transaction = table.begin()) {
            assertThatThrownBy(() ->
                            transaction.update(table.name(), Condition.all(), Assignments.of(Map.of("version", 9L))))
                    .isInstanceOf(QueryException.class);
        }
    }

    @Test
    default void aRowInsertedAnewStartsAtVersionOne() {
        TestTable table = versioned();
        table.insert("a", 0, 0);
        table.write(WriteMode.UPDATE, table.row("a", 1, 1));
        table.store().delete(table.name(), "a");
        assertThat(table.insert("a", 2, 0)).isEqualTo(table.row("a", 2, 1));
    }

    @Test
    default void versionsRaisedInATransactionThatRollsBackAreAsBefore() {
        TestTable table = versioned();
        Row there = table.insert("a", 0, 0);
        try (BackendTransaction transaction = table.begin()) {
            table.write(transaction, WriteMode.UPDATE, table.row("a", 1, 1));
            table.write(transaction, WriteMode.UPDATE, table.row("a", 2, 2));
        }
        assertThat(table.rows()).containsExactly(there);
    }
}

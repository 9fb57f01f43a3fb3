package io.taskmover.storage.testkit;

import static io.taskmover.storage.schema.DataType.INTEGER;
import static io.taskmover.storage.schema.DataType.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.ConstraintException;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.error.NotFoundException;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.CompositeKey;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Insert, update, upsert and delete of rows by key. */
interface WriteContract extends Contract {

    /** A table {@code (id, name default 'nobody', age)}. */
    private TestTable people() {
        return table(t -> t.column("id", TEXT)
                .column(Column.of("name", TEXT).withDefault("nobody"))
                .column("age", INTEGER)
                .primaryKey("id"));
    }

    @Test
    default void anInsertedRowIsFoundAsItWasStored() {
        TestTable people = people();
        Row stored = people.insert("a", "Ada", 36);
        assertThat(stored).isEqualTo(people.row("a", "Ada", 36));
        assertThat(people.find("a")).contains(stored);
        assertThat(people.find("b")).isEmpty();
    }

    @Test
    default void anInsertGivesMissingColumnsTheirDefaultsAndReturnsAllColumns() {
        TestTable people = people();
        List<Row> stored = people.write(WriteMode.INSERT, people.partial("id", "a"));
        assertThat(stored).containsExactly(people.row("a", "nobody", null));
        assertThat(people.rows()).isEqualTo(stored);
    }

    @Test
    default void anExplicitNullIsStoredInPlaceOfTheDefault() {
        TestTable people = people();
        people.write(WriteMode.INSERT, people.partial("id", "a", "name", null));
        assertThat(people.value("a", "name")).isNull();
    }

    @Test
    default void aPartialRowMayNameItsColumnsInAnyOrder() {
        TestTable people = people();
        List<Row> stored = people.write(WriteMode.INSERT, people.partial("age", 36, "id", "a"));
        assertThat(stored).containsExactly(people.row("a", "nobody", 36));
    }

    @Test
    default void insertingATakenKeyIsADuplicateThatChangesNothing() {
        TestTable people = people();
        Row first = people.insert("a", "Ada", 36);
        DuplicateKeyException error =
                catchThrowableOfType(DuplicateKeyException.class, () -> people.insert("a", "Eve", 1));
        assertThat(error.table()).isEqualTo(people.name());
        assertThat(error.id()).isEqualTo("a");
        assertThat(error.index()).isNull();
        assertThat(error.retryable()).isFalse();
        assertThat(error).hasMessageContaining(people.name()).hasMessageContaining("a");
        assertThat(people.rows()).containsExactly(first);
    }

    @Test
    default void anUpdateChangesTheColumnsItNamesAndReturnsTheWholeRow() {
        TestTable people = people();
        people.insert("a", "Ada", 36);
        List<Row> stored = people.write(WriteMode.UPDATE, people.partial("id", "a", "age", 37));
        assertThat(stored).containsExactly(people.row("a", "Ada", 37));
        assertThat(people.rows()).isEqualTo(stored);
    }

    @Test
    default void anUpdateDoesNotBringBackDefaults() {
        TestTable people = people();
        people.insert("a", null, 36);
        people.write(WriteMode.UPDATE, people.partial("id", "a", "age", 37));
        assertThat(people.value("a", "name")).isNull();
    }

    @Test
    default void updatingAMissingRowIsNotFound() {
        TestTable people = people();
        NotFoundException error = catchThrowableOfType(
                NotFoundException.class, () -> people.write(WriteMode.UPDATE, people.row("a", "Ada", 36)));
        assertThat(error.table()).isEqualTo(people.name());
        assertThat(error.id()).isEqualTo("a");
        assertThat(people.rows()).isEmpty();
    }

    @Test
    default void anUpsertInsertsWhatIsMissingAndUpdatesWhatIsThere() {
        TestTable people = people();
        assertThat(people.write(WriteMode.UPSERT, people.partial("id", "a", "age", 1)))
                .containsExactly(people.row("a", "nobody", 1));
        people.write(WriteMode.UPSERT, people.partial("id", "a", "name", "Ada"));
        assertThat(people.write(WriteMode.UPSERT, people.partial("id", "a", "age", 2)))
                .containsExactly(people.row("a", "Ada", 2));
        assertThat(people.rows()).containsExactly(people.row("a", "Ada", 2));
    }

    @Test
    default void aRowThatNamesOnlyItsKeyCanBeInsertedUpdatedAndUpserted() {
        TestTable people = people();
        Row key = people.partial("id", "a");
        Row stored = people.row("a", "nobody", null);
        assertThat(people.write(WriteMode.INSERT, key)).containsExactly(stored);
        assertThat(people.write(WriteMode.UPDATE, key)).containsExactly(stored);
        assertThat(people.write(WriteMode.UPSERT, key)).containsExactly(stored);
    }

    @Test
    default void aBatchReturnsItsRowsInTheOrderGiven() {
        TestTable people = people();
        Row c = people.row("c", "C", 3);
        Row a = people.row("a", "A", 1);
        Row b = people.row("b", "B", 2);
        assertThat(people.write(WriteMode.INSERT, c, a, b)).containsExactly(c, a, b);
        assertThat(people.rows()).containsExactly(a, b, c);
    }

    @Test
    default void anEmptyBatchDoesNothing() {
        TestTable people = people();
        for (WriteMode mode : WriteMode.values()) {
            assertThat(people.write(mode)).isEmpty();
        }
    }

    @Test
    default void aBatchMayMixRowsOfDifferentColumns() {
        TestTable people = people();
        people.insert("a", "Ada", 36);
        people.write(
                WriteMode.UPSERT,
                people.partial("id", "a", "age", 37),
                people.partial("id", "b", "name", "Bob"),
                people.row("c", "Cid", 3));
        assertThat(people.rows())
                .containsExactly(people.row("a", "Ada", 37), people.row("b", "Bob", null), people.row("c", "Cid", 3));
    }

    @Test
    default void ifOneRowOfABatchIsADuplicateNoneIsWritten() {
        TestTable people = people();
        Row there = people.insert("b", "Bob", 2);
        assertThatThrownBy(() -> people.write(
                        WriteMode.INSERT, people.row("a", "A", 1), people.row("b", "B", 2), people.row("c", "C", 3)))
                .isInstanceOf(DuplicateKeyException.class);
        assertThat(people.rows()).containsExactly(there);
    }

    @Test
    default void ifOneRowOfABatchIsMissingNoneIsUpdated() {
        TestTable people = people();
        Row there = people.insert("a", "Ada", 1);
        assertThatThrownBy(() -> people.write(WriteMode.UPDATE, people.row("a", "Eve", 9), people.row("x", "X", 9)))
                .isInstanceOf(NotFoundException.class);
        assertThat(people.rows()).containsExactly(there);
    }

    @Test
    default void aBatchInsertsAKeyOnce() {
        TestTable people = people();
        assertThatThrownBy(() -> people.write(WriteMode.INSERT, people.row("a", "A", 1), people.row("a", "B", 2)))
                .isInstanceOf(DuplicateKeyException.class);
        assertThat(people.rows()).isEmpty();
    }

    @Test
    default void aBatchThatUpsertsAKeyTwiceWritesOneAfterTheOther() {
        TestTable people = people();
        List<Row> stored = people.write(
                WriteMode.UPSERT, people.partial("id", "a", "name", "A"), people.partial("id", "a", "age", 2));
        assertThat(stored).containsExactly(people.row("a", "A", null), people.row("a", "A", 2));
        assertThat(people.rows()).containsExactly(people.row("a", "A", 2));
    }

    @Test
    default void aBatchOfThousandsIsWrittenWhole() {
        TestTable people = people();
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            rows.add(people.row(String.format("p%05d", i), "n" + i, i));
        }
        assertThat(people.store().write(people.name(), WriteMode.INSERT, rows)).isEqualTo(rows);
        assertThat(people.rows()).isEqualTo(rows);
    }

    @Test
    default void aRowWithoutItsKeyIsRefused() {
        TestTable people = people();
        for (WriteMode mode : WriteMode.values()) {
            assertThatThrownBy(() -> people.write(mode, people.partial("name", "Ada")))
                    .isInstanceOf(ConstraintException.class)
                    .hasMessageContaining("id");
            assertThatThrownBy(() -> people.write(mode, people.partial("id", null, "name", "Ada")))
                    .isInstanceOf(ConstraintException.class)
                    .hasMessageContaining("id");
        }
        assertThat(people.rows()).isEmpty();
    }

    @Test
    default void aRowWithAnUnknownColumnIsRefused() {
        TestTable people = people();
        Row row = Row.of(RowType.of(List.of(Column.of("id", TEXT), Column.of("shoe", TEXT))), "a", "42");
        for (WriteMode mode : WriteMode.values()) {
            assertThatThrownBy(() -> people.write(mode, row))
                    .isInstanceOf(SchemaException.class)
                    .hasMessageContaining("shoe");
        }
    }

    @Test
    default void aValueOfAnotherTypeIsRefused() {
        TestTable people = people();
        assertThatThrownBy(() ->
                        people.write(WriteMode.INSERT, Row.of(people.schema().rowType(), "a", "Ada", "36")))
                .isInstanceOf(ConstraintException.class)
                .hasMessageContaining("age");
        assertThat(people.rows()).isEmpty();
    }

    @Test
    default void deletingByKeyTellsWhetherThereWasARow() {
        TestTable people = people();
        people.insert("a", "Ada", 36);
        assertThat(people.store().delete(people.name(), "a")).isTrue();
        assertThat(people.store().delete(people.name(), "a")).isFalse();
        assertThat(people.find("a")).isEmpty();
        assertThat(people.insert("a", "Eve", 1)).isEqualTo(people.row("a", "Eve", 1));
    }

    @Test
    default void everyAccessToAMissingTableNamesIt() {
        String missing = subject().newName();
        TestTable people = people();
        Row row = people.row("a", "Ada", 36);
        var store = subject().shared();
        assertThatThrownBy(() -> store.find(missing, "a")).satisfies(missingTable(missing));
        assertThatThrownBy(() -> store.write(missing, WriteMode.INSERT, List.of(row)))
                .satisfies(missingTable(missing));
        assertThatThrownBy(() -> store.delete(missing, "a")).satisfies(missingTable(missing));
    }

    private static Consumer<Throwable> missingTable(String name) {
        return error -> assertThat(error)
                .isInstanceOf(SchemaException.class)
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("'" + name + "'");
    }

    @Test
    default void compositeKeysIdentifyRowsByAllTheirParts() {
        TestTable seats = table(t -> t.column("hall", TEXT)
                .column("number", INTEGER)
                .column("guest", TEXT)
                .primaryKey("number", "hall"));
        seats.insert("red", 2, "Ada");
        seats.insert("red", 1, "Bob");
        seats.insert("blue", 2, null);
        assertThat(seats.find(CompositeKey.of(2L, "red"))).contains(seats.row("red", 2, "Ada"));
        assertThat(seats.find(CompositeKey.of(1L, "blue"))).isEmpty();
        assertThat(seats.ids())
                .containsExactly(CompositeKey.of(1L, "red"), CompositeKey.of(2L, "blue"), CompositeKey.of(2L, "red"));
        DuplicateKeyException error =
                catchThrowableOfType(DuplicateKeyException.class, () -> seats.insert("red", 2, "Eve"));
        assertThat(error.id()).isEqualTo(CompositeKey.of(2L, "red"));
        seats.write(WriteMode.UPDATE, seats.partial("hall", "blue", "number", 2, "guest", "Cid"));
        assertThat(seats.find(CompositeKey.of(2L, "blue"))).contains(seats.row("blue", 2, "Cid"));
        assertThat(seats.store().delete(seats.name(), CompositeKey.of(2L, "red")))
                .isTrue();
        assertThat(seats.ids()).containsExactly(CompositeKey.of(1L, "red"), CompositeKey.of(2L, "blue"));
        assertThatThrownBy(() -> seats.write(WriteMode.INSERT, seats.partial("hall", "red")))
                .isInstanceOf(ConstraintException.class)
                .hasMessageContaining("number");
    }

    @Test
    default void everyColumnCanBePartOfTheKey() {
        TestTable pairs = table(t -> t.column("a", TEXT).column("b", TEXT).primaryKey("a", "b"));
        pairs.insert("x", "y");
        assertThat(pairs.write(WriteMode.UPSERT, pairs.row("x", "y"), pairs.row("x", "z")))
                .containsExactly(pairs.row("x", "y"), pairs.row("x", "z"));
        assertThat(pairs.write(WriteMode.UPDATE, pairs.row("x", "z"))).containsExactly(pairs.row("x", "z"));
        assertThat(pairs.rows()).hasSize(2);
    }
}

package io.taskmover.storage.testkit;

import static io.taskmover.storage.query.Field.field;
import static io.taskmover.storage.schema.DataType.INTEGER;
import static io.taskmover.storage.schema.DataType.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.query.Assignments;
import io.taskmover.storage.schema.CompositeKey;
import io.taskmover.storage.schema.Row;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Listeners hear of every commit, in order, with the rows as they were and as they are. */
interface CommitListenerContract extends Contract {

    private static TestTable notes(OwnStore store) {
        return store.table(
                "notes", t -> t.column("id", TEXT).column("n", INTEGER).primaryKey("id"));
    }

    private static List<List<RowChange>> listen(OwnStore store) {
        List<List<RowChange>> heard = new CopyOnWriteArrayList<>();
        store.backend().onCommit((origin, changes) -> heard.add(changes));
        return heard;
    }

    @Test
    default void listenersHearOfEveryKindOfWriteWithBeforeAndAfter() {
        try (OwnStore store = subject().ownStore()) {
            TestTable notes = notes(store);
            List<List<RowChange>> heard = listen(store);
            Row one = notes.row("a", 1);
            Row two = notes.row("a", 2);
            notes.write(WriteMode.INSERT, one);
            notes.write(WriteMode.UPDATE, two);
            notes.write(WriteMode.UPSERT, one, notes.row("b", 5));
            notes.store().delete("notes", "a");
            assertThat(heard)
                    .containsExactly(
                            List.of(new RowChange("notes", "a", null, one)),
                            List.of(new RowChange("notes", "a", one, two)),
                            List.of(
                                    new RowChange("notes", "a", two, one),
                                    new RowChange("notes", "b", null, notes.row("b", 5))),
                            List.of(new RowChange("notes", "a", one, null)));
        }
    }

    @Test
    default void aCommitThatWritesARowOftenHasOneChangeOfIt() {
        try (OwnStore store = subject().ownStore()) {
            TestTable notes = notes(store);
            notes.insert("a", 1);
            List<List<RowChange>> heard = listen(store);
            try (BackendTransaction transaction = notes.begin()) {
                for (int n = 2; n < 5; n++) {
                    notes.write(transaction, WriteMode.UPDATE, notes.row("a", n));
                }
                notes.write(transaction, WriteMode.INSERT, notes.row("passing", 0));
                transaction.delete("notes", "passing");
                notes.write(transaction, WriteMode.INSERT, notes.row("b", 7));
                assertThat(heard).isEmpty();
                transaction.commit();
            }
            assertThat(heard).hasSize(1);
            assertThat(heard.get(0))
                    .containsExactlyInAnyOrder(
                            new RowChange("notes", "a", notes.row("a", 1), notes.row("a", 4)),
                            new RowChange("notes", "b", null, notes.row("b", 7)));
        }
    }

    @Test
    default void listenersHearOfConditionalChanges() {
        try (OwnStore store = subject().ownStore()) {
            TestTable notes = notes(store);
            notes.write(WriteMode.INSERT, notes.row("a", 1), notes.row("b", 2), notes.row("c", 3));
            List<List<RowChange>> heard = listen(store);
            try (BackendTransaction transaction = notes.begin()) {
                transaction.update("notes", field("n").lessThan(3L).condition(), Assignments.of(Map.of("n", 0L)));
                transaction.delete("notes", field("n").eq(3L).condition());
                transaction.commit();
            }
            assertThat(heard).hasSize(1);
            assertThat(heard.get(0))
                    .containsExactlyInAnyOrder(
                            new RowChange("notes", "a", notes.row("a", 1), notes.row("a", 0)),
                            new RowChange("notes", "b", notes.row("b", 2), notes.row("b", 0)),
                            new RowChange("notes", "c", notes.row("c", 3), null));
        }
    }

    @Test
    default void listenersHearNothingOfWhatWasRolledBackOrRefused() {
        try (OwnStore store = subject().ownStore()) {
            TestTable notes = notes(store);
            notes.insert("a", 1);
            List<List<RowChange>> heard = listen(store);
            try (BackendTransaction transaction = notes.begin()) {
                notes.write(transaction, WriteMode.INSERT, notes.row("b", 2));
            }
            assertThatThrownBy(() -> notes.insert("a", 2)).isInstanceOf(DuplicateKeyException.class);
            try (BackendTransaction transaction = notes.begin()) {
                var savepoint = transaction.savepoint();
                notes.write(transaction, WriteMode.INSERT, notes.row("undone", 2));
                transaction.rollbackTo(savepoint);
                notes.write(transaction, WriteMode.INSERT, notes.row("c", 3));
                transaction.commit();
            }
            assertThat(heard).containsExactly(List.of(new RowChange("notes", "c", null, notes.row("c", 3))));
        }
    }

    @Test
    default void everyListenerHearsAndSeesTheCommittedState() {
        try (OwnStore store = subject().ownStore()) {
            TestTable pairs = store.table(
                    "pairs", t -> t.column("a", TEXT).column("b", INTEGER).primaryKey("a", "b"));
            List<Object> seen = new CopyOnWriteArrayList<>();
            store.backend()
                    .onCommit((origin, changes) -> changes.forEach(change -> seen.add(
                            store.backend().find(change.table(), change.id()).isPresent())));
            List<List<RowChange>> heard = listen(store);
            pairs.insert("x", 1);
            assertThat(seen).containsExactly(true);
            assertThat(heard)
                    .containsExactly(
                            List.of(new RowChange("pairs", CompositeKey.of("x", 1L), null, pairs.row("x", 1))));
        }
    }

    @Test
    default void changesOfTheCatalogAreHeardWithoutRows() {
        try (OwnStore store = subject().ownStore()) {
            List<List<RowChange>> heard = listen(store);
            notes(store);
            assertThat(heard).containsExactly(List.of());
        }
    }
}

package io.taskmover.storage.memory;

import static io.taskmover.storage.memory.Accounts.insert;
import static io.taskmover.storage.memory.Accounts.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Row;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryBackendTest {

    @Test
    void isFoundByItsScheme() {
        try (StorageBackend store = StorageBackend.open(StorageConfig.of("memory:"))) {
            assertThat(store).isInstanceOf(MemoryBackend.class);
        }
    }

    @Test
    void aRowThatWasWrittenIsFoundAsTheVeryRow() {
        try (StorageBackend store = Accounts.open()) {
            Row stored = store.write("accounts", WriteMode.INSERT, List.of(row(1, "ann", "east", 5)))
                    .get(0);

            assertThat(store.find("accounts", 1L)).containsSame(stored);
            assertThat(stored.type()).isSameAs(Accounts.SCHEMA.rowType());
        }
    }

    @Test
    void eachStoreIsAStoreOfItsOwn() {
        try (StorageBackend one = Accounts.open();
                StorageBackend other = Accounts.open()) {
            insert(one, row(1, "ann", "east", 5));

            assertThat(other.find("accounts", 1L)).isEmpty();
        }
    }

    @Test
    void isUsableOnlyBetweenConnectAndClose() {
        StorageBackend store = new MemoryBackend();
        assertThatThrownBy(() -> store.find("accounts", 1L)).isInstanceOf(IllegalStateException.class);
        store.connect(StorageConfig.of("memory:"));
        store.createTable(Accounts.SCHEMA);
        BackendTransaction open = store.begin(TransactionOptions.DEFAULT);
        store.close();
        store.close();

        assertThatThrownBy(() -> store.find("accounts", 1L)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> insert(store, row(1, "ann", "east", 5))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> store.begin(TransactionOptions.DEFAULT)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(open::commit).isInstanceOf(IllegalStateException.class);
        open.close();
    }

    @Test
    void aStoreOpenedReadOnlyRefusesWrites() {
        try (StorageBackend store = StorageBackend.open(StorageConfig.of("memory:?mode=ro"))) {
            assertThatThrownBy(() -> store.createTable(Accounts.SCHEMA)).isInstanceOf(UnsupportedException.class);
            assertThatThrownBy(() -> insert(store, row(1, "ann", "east", 5)))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("read-only");
        }
    }

    @Test
    void aDuplicateNamesTableIdIndexAndValues() {
        try (StorageBackend store = Accounts.open()) {
            insert(store, row(1, "ann", "east", 5));

            assertThatExceptionOfType(DuplicateKeyException.class)
                    .isThrownBy(() -> insert(store, row(2, "ann", "west", 5)))
                    .withMessageContaining("accounts")
                    .withMessageContaining("owner = ann")
                    .satisfies(e -> {
                        assertThat(e.table()).isEqualTo("accounts");
                        assertThat(e.id()).isEqualTo(2L);
                        assertThat(e.index()).isEqualTo("ux_accounts_owner");
                    });
            assertThatExceptionOfType(DuplicateKeyException.class)
                    .isThrownBy(() -> insert(store, row(1, "bob", "west", 5)))
                    .satisfies(e -> assertThat(e.index()).isNull());
        }
    }

    @Test
    void aBatchWithOneBadRowWritesNone() {
        try (StorageBackend store = Accounts.open()) {
            assertThatThrownBy(() -> insert(store, row(1, "ann", "east", 5), row(2, "ann", "east", 5)))
                    .isInstanceOf(DuplicateKeyException.class);

            assertThat(store.find("accounts", 1L)).isEmpty();
            insert(store, row(1, "ann", "east", 5), row(2, "bob", "east", 5));
            assertThat(store.verify().rows()).isEqualTo(2);
        }
    }

    @Test
    void aUniqueValueIsFreeAgainAfterItsRowIsGoneOrChanged() {
        try (StorageBackend store = Accounts.open()) {
            insert(store, row(1, "ann", "east", 5), row(2, "bob", "east", 5), row(3, null, "east", 5));
            insert(store, row(4, null, "east", 5));
            store.delete("accounts", 1L);
            store.write("accounts", WriteMode.UPDATE, List.of(row(2, "ann", "east", 5)));
            insert(store, row(5, "bob", "east", 5));

            assertThat(store.verify().problems()).isEmpty();
        }
    }

    @Test
    void aMissingTableIsNamedWithThoseThatThereAre() {
        try (StorageBackend store = Accounts.open()) {
            assertThatThrownBy(() -> store.find("acounts", 1L))
                    .isInstanceOf(SchemaException.class)
                    .hasMessageContaining("acounts")
                    .hasMessageContaining("accounts");
        }
    }

    @Test
    void aKeyOfTheWrongTypeIsAnErrorAndNotAMissingRow() {
        try (StorageBackend store = Accounts.open()) {
            assertThatThrownBy(() -> store.find("accounts", 1)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void listenersHearOfCommitsInOrderWhenTheyAreVisible() {
        try (StorageBackend store = Accounts.open()) {
            List<List<RowChange>> heard = new ArrayList<>();
            store.onCommit((origin, changes) -> {
                heard.add(changes);
                RowChange change = changes.get(0);
                assertThat(store.find("accounts", change.id()).orElse(null)).isSameAs(change.after());
            });
            Row inserted = row(1, "ann", "east", 5);
            Row updated = row(1, "ann", "east", 6);
            insert(store, inserted);
            store.write("accounts", WriteMode.UPSERT, List.of(updated));
            store.delete("accounts", 1L);

            assertThat(heard)
                    .containsExactly(
                            List.of(new RowChange("accounts", 1L, null, inserted)),
                            List.of(new RowChange("accounts", 1L, inserted, updated)),
                            List.of(new RowChange("accounts", 1L, updated, null)));
        }
    }

    @Test
    void aTransactionSeesItsOwnWritesAndNobodyElseDoesBeforeItsCommit() {
        try (StorageBackend store = Accounts.open()) {
            insert(store, row(1, "ann", "east", 5), row(2, "bob", "east", 5));
            try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
                transaction.delete("accounts", 1L);
                transaction.write("accounts", WriteMode.INSERT, List.of(row(3, "ann", "west", 7)));

                assertThat(Accounts.ids(transaction, Select.from("accounts"))).containsExactlyInAnyOrder(2L, 3L);
                assertThat(transaction.count(Select.from("accounts"))).isEqualTo(2);
                assertThat(store.find("accounts", 3L)).isEmpty();
                transaction.commit();
            }
            assertThat(store.find("accounts", 1L)).isEmpty();
            assertThat(store.find("accounts", 3L)).isPresent();
            assertThat(store.verify().problems()).isEmpty();
        }
    }
}

package io.taskmover.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Catalog;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.TableSchema;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a process has defined and did not live to note is defined by who tries again. */
@Timeout(60)
class MariadbLeftoversTest {
    private static final TableSchema NOTES = TableSchema.builder("notes")
            .column("id", DataType.TEXT)
            .column("n", DataType.INTEGER)
            .column("price", DataType.DECIMAL)
            .column("mail", DataType.TEXT)
            .primaryKey("id")
            .unique("mail")
            .build();

    private static void defined(StorageBackend store, String definition) {
        try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
            transaction.executeSql(definition, List.of()).close();
            transaction.commit();
        }
    }

    private static void change(StorageBackend store, Consumer<Catalog> change) {
        try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
            change.accept(transaction.catalog());
            transaction.commit();
        }
    }

    @Test
    void eachDefinitionIsMadeOverWhatIsThereOfIt() {
        try (StorageBackend store = StorageBackend.open(StorageConfig.of(MariadbServer.url("mariadb")))) {
            store.createTable(NOTES);
            store.insert("notes", Map.of("id", "a", "n", 1, "price", 2, "mail", "a@x"));

            defined(store, "alter table notes add column added bigint not null");
            change(
                    store,
                    catalog -> catalog.addColumn(
                            "notes", Column.of("added", DataType.TEXT).withDefault("d")));
            defined(store, "alter table notes drop column added");
            change(store, catalog -> catalog.dropColumn("notes", "added"));
            defined(store, "alter table notes rename column price to cost");
            change(store, catalog -> catalog.renameColumn("notes", "price", "cost"));
            defined(store, "create index ix_notes_n on notes (n)");
            change(store, catalog -> catalog.createIndex("notes", Index.of("notes", false, "n")));
            defined(store, "drop index ix_notes_n on notes");
            change(store, catalog -> catalog.dropIndex("notes", "ix_notes_n"));

            assertThat(store.schemaOf("notes"))
                    .isEqualTo(NOTES.toBuilder().renameColumn("price", "cost").build());
            store.insert("notes", Map.of("id", "b", "n", 1, "cost", "2.0", "mail", "b@x"));
            assertThat(store.select("notes", Map.of("cost", 2), List.of(), null))
                    .hasSize(2);
            assertThat(store.verify().problems()).isEmpty();

            defined(store, "drop table notes");
            change(store, catalog -> catalog.drop("notes"));
            store.createTable(NOTES);
        }
    }
}

package io.taskmover.storage.testkit;

import static io.taskmover.storage.schema.DataType.INTEGER;
import static io.taskmover.storage.schema.DataType.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Capabilities.Feature;
import io.taskmover.storage.backend.Catalog;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.schema.Check;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.TableSchema;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Tables: created, listed, described, dropped. */
interface CatalogContract extends Contract {

    private TableSchema simple() {
        return TableSchema.builder(subject().newName())
                .column("id", TEXT)
                .primaryKey("id")
                .build();
    }

    /** Changes the shared store's catalog and commits. */
    private void change(Consumer<Catalog> changes) {
        try (BackendTransaction transaction = subject().shared().begin(TransactionOptions.DEFAULT)) {
            changes.accept(transaction.catalog());
            transaction.commit();
        }
    }

    private Optional<TableSchema> described(String table) {
        try (BackendTransaction transaction = subject().shared().begin(TransactionOptions.READ_ONLY)) {
            return transaction.catalog().table(table);
        }
    }

    private List<String> tables() {
        try (BackendTransaction transaction = subject().shared().begin(TransactionOptions.READ_ONLY)) {
            return transaction.catalog().tables();
        }
    }

    @Test
    default void aTableIsDescribedAsItWasCreated() {
        TableSchema.Builder builder = TableSchema.builder(subject().newName())
                .column(Column.of("key", INTEGER))
                .column(Column.of("version", INTEGER))
                .column(Column.of("name", TEXT)
                        .withNotNull()
                        .withDefault("o'clock \"x\"")
                        .withCheck(new Check.Length(1, 40))
                        .withCheck(new Check.Matches("[^;]*"))
                        .withCheck(new Check.OneOf(List.of("o'clock \"x\"", "b"))))
                .column(Column.of("price", DataType.DECIMAL)
                        .withDefault("1.50")
                        .withCheck(new Check.Range(new BigDecimal("0.0"), null)))
                .primaryKey("key")
                .generatedKey()
                .version("version");
        for (DataType type : DataType.values()) {
            builder.column(Column.of("of " + type, type)
                    .withDefault(TypeSamples.of(type).get(0)));
        }
        TableSchema schema = builder.index("name", "price").unique("price").build();
        change(catalog -> catalog.create(schema));
        assertThat(described(schema.name())).contains(schema);
        assertThat(subject().shared().schemaOf(schema.name())).isEqualTo(schema);
    }

    @Test
    default void tablesAreListedInOrder() {
        TableSchema one = simple();
        TableSchema two = simple();
        change(catalog -> {
            catalog.create(two);
            catalog.create(one);
        });
        assertThat(tables()).contains(one.name(), two.name()).isSorted().doesNotHaveDuplicates();
    }

    @Test
    default void anEmptyStoreHasNoTables() {
        try (OwnStore store = subject().ownStore();
                BackendTransaction transaction = store.backend().begin(TransactionOptions.READ_ONLY)) {
            assertThat(transaction.catalog().tables()).isEmpty();
        }
    }

    @Test
    default void aTableIsCreatedOnce() {
        TestTable table = table(t -> t.column("id", TEXT).primaryKey("id"));
        table.insert("a");
        assertThatThrownBy(() -> table.store().createTable(table.schema()))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("'" + table.name() + "'");
        assertThat(table.ids()).containsExactly("a");
    }

    @Test
    default void anIndexNameIsUsedOnceInAStore() {
        TestTable table = table(
                t -> t.column("id", TEXT).column("n", INTEGER).primaryKey("id").index("n"));
        String taken = table.schema().indexes().get(0).name();
        TableSchema other = simple();
        assertThatThrownBy(() -> change(catalog -> catalog.create(other.toBuilder()
                        .index(new Index(taken, List.of("id"), false))
                        .build())))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining(taken);
        assertThat(described(other.name())).isEmpty();
    }

    @Test
    default void aDroppedTableIsGoneWithItsRowsAndIndexes() {
        TestTable table = table(
                t -> t.column("id", TEXT).column("n", INTEGER).primaryKey("id").unique("n"));
        table.insert("a", 1);
        change(catalog -> catalog.drop(table.name()));
        assertThat(described(table.name())).isEmpty();
        assertThat(tables()).doesNotContain(table.name());
        assertThatThrownBy(table::rows).isInstanceOf(SchemaException.class);
        TestTable again = TestTable.create(table.store(), table.schema());
        assertThat(again.rows()).isEmpty();
        again.insert("b", 1);
        assertThat(again.ids()).containsExactly("b");
    }

    @Test
    default void changesOfTheCatalogAreSeenWithinTheirTransaction() {
        TableSchema schema = simple();
        try (BackendTransaction transaction = subject().shared().begin(TransactionOptions.DEFAULT)) {
            transaction.catalog().create(schema);
            assertThat(transaction.catalog().table(schema.name())).contains(schema);
            assertThat(transaction.catalog().tables()).contains(schema.name());
            TestTable table = new TestTable(subject().shared(), schema);
            table.write(transaction, WriteMode.INSERT, table.row("a"));
            transaction
                    .catalog()
                    .addColumn(schema.name(), Column.of("n", INTEGER).withDefault(7));
            assertThat(transaction.find(schema.name(), "a").orElseThrow().get("n"))
                    .isEqualTo(7L);
            transaction.commit();
        }
        assertThat(subject().shared().find(schema.name(), "a")).isPresent();
    }

    @Test
    default void changesOfTheCatalogRollBackWithTheirTransactionWhereDeclared() {
        TableSchema created = simple();
        TestTable altered = table(
                t -> t.column("id", TEXT).column("n", INTEGER).primaryKey("id").index("n"));
        TestTable dropped = table(t -> t.column("id", TEXT).primaryKey("id"));
        altered.insert("a", 1);
        dropped.insert("a");
        try (BackendTransaction transaction = subject().shared().begin(TransactionOptions.DEFAULT)) {
            Catalog catalog = transaction.catalog();
            catalog.create(created);
            catalog.addColumn(altered.name(), Column.of("more", TEXT));
            catalog.createIndex(altered.name(), Index.of(altered.name(), true, "more"));
            catalog.dropIndex(altered.name(), "ix_" + altered.name() + "_n");
            catalog.dropColumn(altered.name(), "n");
            catalog.drop(dropped.name());
        }
        if (capabilities().has(Feature.TRANSACTIONAL_DDL)) {
            assertThat(described(created.name())).isEmpty();
            assertThat(described(altered.name())).contains(altered.schema());
            assertThat(altered.rows()).containsExactly(altered.row("a", 1));
            assertThat(dropped.ids()).containsExactly("a");
        } else {
            assertThat(described(created.name())).isPresent();
            assertThat(described(altered.name()).orElseThrow().rowType().indexOf("more"))
                    .isNotNegative();
            assertThat(described(dropped.name())).isEmpty();
        }
    }

    @Test
    default void changesOfTheCatalogRollBackToASavepointWhereDeclared() {
        TableSchema kept = simple();
        TableSchema undone = simple();
        try (BackendTransaction transaction = subject().shared().begin(TransactionOptions.DEFAULT)) {
            transaction.catalog().create(kept);
            var savepoint = transaction.savepoint();
            transaction.catalog().create(undone);
            transaction.rollbackTo(savepoint);
            transaction.commit();
        }
        assertThat(described(kept.name())).contains(kept);
        assertThat(described(undone.name()).isPresent())
                .isEqualTo(!capabilities().has(Feature.TRANSACTIONAL_DDL));
    }

    @Test
    default void whatIsMissingIsNamed() {
        String missing = subject().newName();
        TestTable table = table(t -> t.column("id", TEXT).column("n", INTEGER).primaryKey("id"));
        Map<String, Consumer<Catalog>> calls = Map.of(
                "drop", catalog -> catalog.drop(missing),
                "add column", catalog -> catalog.addColumn(missing, Column.of("x", TEXT)),
                "drop column of table", catalog -> catalog.dropColumn(missing, "x"),
                "drop column", catalog -> catalog.dropColumn(table.name(), missing),
                "create index of table", catalog -> catalog.createIndex(missing, Index.of(missing, false, "x")),
                "create index", catalog -> catalog.createIndex(table.name(), Index.of(table.name(), false, missing)),
                "drop index of table", catalog -> catalog.dropIndex(missing, "x"),
                "drop index", catalog -> catalog.dropIndex(table.name(), missing));
        calls.forEach((name, call) -> assertThatThrownBy(() -> change(call))
                .as(name)
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining(missing));
        assertThatThrownBy(() -> subject().shared().schemaOf(missing))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining(missing);
        assertThat(described(missing)).isEmpty();
        assertThat(described(table.name())).contains(table.schema());
    }
}

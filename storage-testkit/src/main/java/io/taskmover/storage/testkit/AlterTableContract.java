package io.taskmover.storage.testkit;

import static io.taskmover.storage.query.Field.field;
import static io.taskmover.storage.schema.DataType.DECIMAL;
import static io.taskmover.storage.schema.DataType.INTEGER;
import static io.taskmover.storage.schema.DataType.JSON;
import static io.taskmover.storage.schema.DataType.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Capabilities.Feature;
import io.taskmover.storage.backend.Catalog;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.ConstraintException;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.schema.Check;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.TableSchema;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Columns and indexes added to tables that have rows, and removed from them. */
interface AlterTableContract extends Contract {

    /** A table {@code (id, n, v, x)}, {@code v} its version, {@code x} indexed; the rows a and b. */
    private TestTable filled() {
        TestTable table = table(t -> t.column("id", TEXT)
                .column("n", INTEGER)
                .column("v", INTEGER)
                .column("x", TEXT)
                .primaryKey("id")
                .version("v")
                .index("x"));
        table.write(WriteMode.INSERT, table.row("a", 1, 0, "x"), table.row("b", 1, 0, null));
        return table;
    }

    /** Changes the catalog, commits, and returns the table with its new schema. */
    private static TestTable alter(TestTable table, Consumer<Catalog> changes) {
        try (BackendTransaction transaction = table.begin()) {
            changes.accept(transaction.catalog());
            transaction.commit();
        }
        return new TestTable(table.store(), table.store().schemaOf(table.name()));
    }

    @Test
    default void anAddedColumnIsTheLastAndHoldsItsDefault() {
        TestTable table = filled();
        Column color = Column.of("color", TEXT).withNotNull().withDefault("red").withCheck(new Check.Length(1, 9));
        TestTable altered = alter(table, catalog -> {
            catalog.addColumn(table.name(), color);
            catalog.addColumn(table.name(), Column.of("data", JSON));
        });
        assertThat(altered.schema())
                .isEqualTo(table.schema().toBuilder()
                        .column(color)
                        .column("data", JSON)
                        .build());
        assertThat(altered.rows())
                .containsExactly(altered.row("a", 1, 1, "x", "red", null), altered.row("b", 1, 1, null, "red", null));
        assertThat(altered.ids(field("color").eq("red"))).containsExactly("a", "b");
        altered.write(WriteMode.UPDATE, altered.partial("id", "a", "v", 1, "color", "blue", "data", List.of(1)));
        assertThat(altered.find("a")).contains(altered.row("a", 1, 2, "x", "blue", List.of(1)));
        assertThatThrownBy(() -> altered.write(WriteMode.INSERT, altered.partial("id", "c", "color", "")))
                .isInstanceOf(ConstraintException.class);
    }

    @Test
    default void whatIsFoundByItsKeyHasTheColumnsThatThereAreNow() {
        TestTable table = filled();
        assertThat(table.find("a")).isPresent();
        Column added = Column.of("added", TEXT).withDefault("x");
        try (BackendTransaction transaction = table.begin()) {
            transaction.catalog().addColumn(table.name(), added);
            transaction.commit();
        }
        // at once: another transaction would look at the tables first
        assertThat(table.store().find(table.name(), "a").orElseThrow().get("added"))
                .isEqualTo("x");
    }

    @Test
    default void aColumnThatRowsCannotFillIsRefused() {
        TestTable table = filled();
        Column required = Column.of("required", TEXT).withNotNull();
        assertThatThrownBy(() -> alter(table, catalog -> catalog.addColumn(table.name(), required)))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("required");
        assertThat(table.store().schemaOf(table.name())).isEqualTo(table.schema());
        table.store().delete(table.name(), "a");
        table.store().delete(table.name(), "b");
        TestTable altered = alter(table, catalog -> catalog.addColumn(table.name(), required));
        assertThatThrownBy(() -> altered.write(WriteMode.INSERT, altered.partial("id", "a")))
                .isInstanceOf(ConstraintException.class);
    }

    @Test
    default void aColumnNameIsUsedOnce() {
        TestTable table = filled();
        assertThatThrownBy(() -> alter(table, catalog -> catalog.addColumn(table.name(), Column.of("n", TEXT))))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("n");
    }

    @Test
    default void aDroppedColumnIsGoneWithItsValues() {
        TestTable table = filled();
        TestTable altered = alter(table, catalog -> catalog.dropColumn(table.name(), "n"));
        assertThat(altered.schema())
                .isEqualTo(table.schema().toBuilder().removeColumn("n").build());
        assertThat(altered.rows()).containsExactly(altered.row("a", 1, "x"), altered.row("b", 1, null));
        TestTable back = alter(altered, catalog -> catalog.addColumn(table.name(), Column.of("n", INTEGER)));
        assertThat(back.rows()).containsExactly(back.row("a", 1, "x", null), back.row("b", 1, null, null));
    }

    @Test
    default void columnsInUseAreNotDropped() {
        TestTable table = filled();
        for (String used : List.of("id", "v", "x")) {
            assertThatThrownBy(() -> alter(table, catalog -> catalog.dropColumn(table.name(), used)))
                    .isInstanceOf(SchemaException.class)
                    .hasMessageContaining("'" + used + "'");
        }
        alter(table, catalog -> {
            catalog.dropIndex(table.name(), "ix_" + table.name() + "_x");
            catalog.dropColumn(table.name(), "x");
        });
        assertThat(table.store().schemaOf(table.name()).rowType().indexOf("x")).isNegative();
    }

    @Test
    default void aRenamedColumnKeepsItsPlaceItsValuesAndItsIndexes() {
        TestTable table = filled();
        TestTable altered = alter(table, catalog -> {
            catalog.renameColumn(table.name(), "n", "number");
            catalog.renameColumn(table.name(), "x", "n");
        });
        assertThat(altered.schema())
                .isEqualTo(table.schema().toBuilder()
                        .renameColumn("n", "number")
                        .renameColumn("x", "n")
                        .build());
        assertThat(altered.rows()).containsExactly(altered.row("a", 1, 1, "x"), altered.row("b", 1, 1, null));
        assertThat(altered.ids(field("n").eq("x"))).containsExactly("a");
        altered.write(WriteMode.UPDATE, altered.partial("id", "b", "v", 1, "n", "y", "number", 5));
        assertThat(altered.find("b")).contains(altered.row("b", 5, 2, "y"));
        assertThat(altered.ids(field("n").eq("y"))).containsExactly("b");
    }

    @Test
    default void theKeyTheVersionAndAUniqueColumnCanBeRenamed() {
        TestTable table = table(t -> t.column("id", TEXT)
                .column("v", INTEGER)
                .column(Column.of("mail", TEXT).withDefault("none"))
                .column("price", DECIMAL)
                .primaryKey("id")
                .version("v")
                .unique("mail"));
        table.write(WriteMode.INSERT, table.row("a", 0, "a@x", "1.50"), table.row("b", 0, "b@x", null));
        TestTable altered = alter(table, catalog -> {
            catalog.renameColumn(table.name(), "id", "key");
            catalog.renameColumn(table.name(), "v", "version");
            catalog.renameColumn(table.name(), "mail", "email");
            catalog.renameColumn(table.name(), "price", "cost");
        });
        assertThat(altered.schema().primaryKey()).containsExactly("key");
        assertThat(altered.schema().versionColumn()).contains("version");
        assertThat(altered.rows())
                .containsExactly(altered.row("a", 1, "a@x", "1.50"), altered.row("b", 1, "b@x", null));
        assertThat(altered.ids(field("cost").eq(new BigDecimal("1.5")))).containsExactly("a");
        assertThatThrownBy(() -> altered.insert("c", 0, "a@x", null)).isInstanceOf(DuplicateKeyException.class);
        assertThatThrownBy(() -> altered.insert("b", 0, "c@x", null)).isInstanceOf(DuplicateKeyException.class);
    }

    @Test
    default void aColumnIsRenamedToANewNameOnly() {
        TestTable table = filled();
        assertThatThrownBy(() -> alter(table, catalog -> catalog.renameColumn(table.name(), "n", "x")))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("'x'");
        assertThatThrownBy(() -> alter(table, catalog -> catalog.renameColumn(table.name(), "gone", "y")))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("'gone'");
        assertThat(table.store().schemaOf(table.name())).isEqualTo(table.schema());
    }

    @Test
    default void aColumnRefusesNullOnceEveryRowHasAValue() {
        TestTable table = filled();
        assertThatThrownBy(() -> alter(table, catalog -> catalog.setNotNull(table.name(), "x")))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("'x'");
        table.write(WriteMode.UPDATE, table.partial("id", "b", "v", 1, "x", "y"));
        TestTable altered = alter(table, catalog -> catalog.setNotNull(table.name(), "x"));
        assertThat(altered.schema().column("x").notNull()).isTrue();
        assertThat(altered.rows()).containsExactly(altered.row("a", 1, 1, "x"), altered.row("b", 1, 2, "y"));
        assertThatThrownBy(() -> altered.insert("c", 1, 0, null)).isInstanceOf(ConstraintException.class);
    }

    @Test
    default void renamedColumnsAreThereAfterReopeningWithTheirRows() {
        try (OwnStore own = subject().ownStore()) {
            TestTable table = own.table(
                    "t",
                    t -> t.column("id", TEXT)
                            .column(Column.of("a", TEXT).withNotNull().withDefault("d"))
                            .column("b", INTEGER)
                            .primaryKey("id")
                            .unique("a"));
            table.write(WriteMode.INSERT, table.row("1", "x", 1), table.row("2", "y", 2));
            try (BackendTransaction transaction = table.begin()) {
                table.write(transaction, WriteMode.INSERT, table.row("3", "z", 3));
                transaction.catalog().renameColumn("t", "a", "c");
                transaction.catalog().addColumn("t", Column.of("a", TEXT).withDefault("new"));
                transaction.commit();
            }
            if (!capabilities().has(Feature.DURABLE)) {
                return;
            }
            StorageBackend again = own.reopen();
            TestTable altered = new TestTable(again, again.schemaOf("t"));
            assertThat(altered.rows())
                    .containsExactly(
                            altered.row("1", "x", 1, "new"),
                            altered.row("2", "y", 2, "new"),
                            altered.row("3", "z", 3, "new"));
            assertThat(again.verify().problems()).isEmpty();
        }
    }

    @Test
    default void aUniqueIndexNeedsUniqueRows() {
        TestTable table = filled();
        Index unique = Index.of(table.name(), true, "n");
        DuplicateKeyException error = catchThrowableOfType(
                DuplicateKeyException.class, () -> alter(table, catalog -> catalog.createIndex(table.name(), unique)));
        assertThat(error.table()).isEqualTo(table.name());
        assertThat(error.index()).isEqualTo(unique.name());
        table.write(WriteMode.UPDATE, table.partial("id", "b", "v", 1, "n", 2));
        TestTable altered = alter(table, catalog -> catalog.createIndex(table.name(), unique));
        assertThat(altered.schema().indexes()).contains(unique);
        assertThatThrownBy(() -> altered.insert("c", 2, 0, null)).isInstanceOf(DuplicateKeyException.class);
        TestTable dropped = alter(altered, catalog -> catalog.dropIndex(table.name(), unique.name()));
        assertThat(dropped.schema()).isEqualTo(table.schema());
        dropped.insert("c", 2, 0, null);
        assertThat(dropped.ids()).containsExactly("a", "b", "c");
    }

    @Test
    default void anIndexNeedsANewNameAndOrderedColumns() {
        TestTable table = filled();
        Index taken = new Index("ix_" + table.name() + "_x", List.of("n"), false);
        assertThatThrownBy(() -> alter(table, catalog -> catalog.createIndex(table.name(), taken)))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining(taken.name());
        TestTable json = table(t -> t.column("id", TEXT).column("data", JSON).primaryKey("id"));
        assertThatThrownBy(() ->
                        alter(json, catalog -> catalog.createIndex(json.name(), Index.of(json.name(), false, "data"))))
                .isInstanceOf(SchemaException.class);
    }

    @Test
    default void rowsOfTheFormerShapeAreStillWritten() {
        TestTable table = filled();
        alter(
                table,
                catalog ->
                        catalog.addColumn(table.name(), Column.of("more", TEXT).withDefault("d")));
        TestTable altered = new TestTable(table.store(), table.store().schemaOf(table.name()));
        assertThat(table.insert("c", 3, 0, null)).isEqualTo(altered.row("c", 3, 1, null, "d"));
    }

    @Test
    default void aTableAlteredInOneTransactionWithItsRowsStaysWhole() {
        TestTable table = filled();
        TableSchema wider = table.schema().toBuilder().column("sum", INTEGER).build();
        try (BackendTransaction transaction = table.begin()) {
            transaction.catalog().addColumn(table.name(), Column.of("sum", INTEGER));
            TestTable inside = new TestTable(table.store(), wider);
            inside.write(transaction, WriteMode.UPDATE, inside.partial("id", "a", "v", 1, "sum", 5));
            transaction.catalog().createIndex(table.name(), Index.of(table.name(), false, "sum"));
            transaction.commit();
        }
        TestTable altered = new TestTable(table.store(), table.store().schemaOf(table.name()));
        assertThat(altered.rows()).containsExactly(altered.row("a", 1, 2, "x", 5), altered.row("b", 1, 1, null, null));
        assertThat(altered.ids(field("sum").eq(5L))).containsExactly("a");
    }
}

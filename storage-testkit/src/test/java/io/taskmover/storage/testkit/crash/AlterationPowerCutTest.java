package io.taskmover.storage.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.file.FileStores;
import io.taskmover.storage.file.FileSystemBackend;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import io.taskmover.storage.testkit.TestTable;
import io.taskmover.storage.testkit.disk.DiskImage;
import io.taskmover.storage.testkit.disk.ModelDisk;
import io.taskmover.storage.testkit.disk.PowerCuts;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of tables that only the rows of the same commit make right: the power goes at every operation of theirs. */
@Timeout(120)
class AlterationPowerCutTest {
    private static final int OUTCOMES = Effort.of(8, 64);

    private static final TableSchema NOTES = TableSchema.builder("notes")
            .column("id", DataType.TEXT)
            .column(Column.of("n", DataType.INTEGER).withNotNull().withDefault(7))
            .primaryKey("id")
            .build();

    private static void assertReplayed(
            String layout, TableSchema schema, Consumer<BackendTransaction> change, TableSchema after) {
        ModelDisk empty = ModelDisk.unrecorded(DiskImage.EMPTY);
        try (FileSystemBackend store = FileStores.open(empty.path("/store"), "sync", layout)) {
            TestTable table = TestTable.create(store, schema);
            table.insert("a", 1);
            table.insert("b", schema.indexes().isEmpty() ? 1 : 2);
        }
        ModelDisk disk = ModelDisk.of(empty.image());
        int committed;
        try (FileSystemBackend store = FileStores.open(disk.path("/store"), "sync", layout)) {
            try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
                change.accept(transaction);
                transaction.commit();
            }
            committed = disk.operations();
        }
        PowerCuts cuts = new PowerCuts(disk.start(), disk.log());
        do {
            for (DiskImage image : cuts.images(OUTCOMES, cuts.operation())) {
                ModelDisk left = ModelDisk.unrecorded(image);
                try (FileSystemBackend store = FileStores.look(left.path("/store"))) {
                    TableSchema found = store.schemaOf("notes");
                    if (cuts.operation() >= committed) {
                        assertThat(found).as("operation %d", cuts.operation()).isEqualTo(after);
                    }
                    TestTable table = new TestTable(store, found);
                    boolean changed = found.equals(after);
                    long second = changed || !schema.indexes().isEmpty() ? 2 : 1;
                    assertThat(table.rows()).containsExactly(table.row("a", 1), table.row("b", second));
                    assertThat(store.verify().problems()).isEmpty();
                }
            }
        } while (cuts.next());
    }

    @ParameterizedTest
    @ValueSource(strings = {"entity", "lines"})
    void aUniqueIndexIsThereWithTheRowsThatMakeItPossible(String layout) {
        Index unique = Index.of("notes", true, "n");
        assertReplayed(
                layout,
                NOTES,
                transaction -> {
                    Row changed = Row.of(NOTES.rowType(), "b", 2L);
                    transaction.write("notes", WriteMode.UPDATE, List.of(changed));
                    transaction.catalog().createIndex("notes", unique);
                },
                NOTES.toBuilder().index(unique).build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"entity", "lines"})
    void aUniqueColumnWithADefaultIsRenamed(String layout) {
        TableSchema schema = NOTES.toBuilder().unique("n").build();
        assertReplayed(
                layout,
                schema,
                transaction -> transaction.catalog().renameColumn("notes", "n", "number"),
                schema.toBuilder().renameColumn("n", "number").build());
    }
}

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
import java.util.Arrays;
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

    /**
     * Changes a table of the rows a and b in one commit, and cuts the power.
     *
     * @param second the number in b before
     * @param after the schema after it
     * @param rows the rows after it
     */
    private static void assertReplayed(
            String layout,
            TableSchema schema,
            long second,
            Consumer<BackendTransaction> change,
            TableSchema after,
            List<Row> rows) {
        ModelDisk empty = ModelDisk.unrecorded(DiskImage.EMPTY);
        try (FileSystemBackend store = FileStores.open(empty.path("/store"), "sync", layout)) {
            TestTable table = TestTable.create(store, schema);
            table.insert("a", 1);
            table.insert("b", second);
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
                    // what is in the files already is looked at when they are written
                    FileStores.drain(store);
                    TableSchema found = store.schemaOf("notes");
                    if (cuts.operation() >= committed) {
                        assertThat(found).as("operation %d", cuts.operation()).isEqualTo(after);
                    }
                    TestTable table = new TestTable(store, found);
                    assertThat(table.rows())
                            .as("operation %d", cuts.operation())
                            .isEqualTo(found.equals(after) ? rows : List.of(table.row("a", 1), table.row("b", second)));
                    assertThat(store.verify().problems()).isEmpty();
                }
            }
        } while (cuts.next());
    }

    private static List<Row> rows(TableSchema schema, Row... rows) {
        return Arrays.stream(rows)
                .map(row -> Row.adopt(schema.rowType(), row.toArray()))
                .toList();
    }

    private static Row note(String id, long n) {
        return Row.of(NOTES.rowType(), id, n);
    }

    @ParameterizedTest
    @ValueSource(strings = {"entity", "lines"})
    void aUniqueIndexIsThereWithTheRowsThatMakeItPossible(String layout) {
        TableSchema after = NOTES.toBuilder().unique("n").build();
        assertReplayed(
                layout,
                NOTES,
                1,
                transaction -> {
                    transaction.write("notes", WriteMode.UPDATE, List.of(note("b", 2)));
                    transaction.catalog().createIndex("notes", Index.of("notes", true, "n"));
                },
                after,
                rows(after, note("a", 1), note("b", 2)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"entity", "lines"})
    void aUniqueColumnWithADefaultIsRenamed(String layout) {
        TableSchema schema = NOTES.toBuilder().unique("n").build();
        TableSchema after = schema.toBuilder().renameColumn("n", "number").build();
        assertReplayed(
                layout,
                schema,
                2,
                transaction -> transaction.catalog().renameColumn("notes", "n", "number"),
                after,
                rows(after, note("a", 1), note("b", 2)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"entity", "lines"})
    void theValueOfANewColumnIsKept(String layout) {
        TableSchema after = NOTES.toBuilder().column("more", DataType.TEXT).build();
        assertReplayed(
                layout,
                NOTES,
                1,
                transaction -> {
                    transaction.catalog().addColumn("notes", Column.of("more", DataType.TEXT));
                    transaction.write("notes", WriteMode.UPDATE, List.of(Row.of(after.rowType(), "b", 1L, "kept")));
                },
                after,
                List.of(Row.of(after.rowType(), "a", 1L, null), Row.of(after.rowType(), "b", 1L, "kept")));
    }
}

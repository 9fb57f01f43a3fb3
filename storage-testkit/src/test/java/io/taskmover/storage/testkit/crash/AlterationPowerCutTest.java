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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of tables together with rows: the power goes at every operation of theirs. */
@Timeout(120)
class AlterationPowerCutTest {
    private static final int OUTCOMES = Effort.of(8, 64);
    /** So many that some are made while others are being written to the files. */
    private static final int VALUES = 12;

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

    /** Of several values, the files have one or the other when the power goes, and the journal all of them. */
    @ParameterizedTest
    @ValueSource(strings = {"entity", "lines"})
    void theLastValueOfANewColumnIsKept(String layout) {
        TableSchema wider = NOTES.toBuilder().column("more", DataType.INTEGER).build();
        ModelDisk empty = ModelDisk.unrecorded(DiskImage.EMPTY);
        try (FileSystemBackend store = FileStores.open(empty.path("/store"), "sync", layout)) {
            TestTable table = TestTable.create(store, NOTES);
            table.insert("a", 1);
            table.insert("b", 1);
        }
        ModelDisk disk = ModelDisk.of(empty.image());
        List<Integer> acknowledged = new ArrayList<>();
        try (FileSystemBackend store = FileStores.open(disk.path("/store"), "sync", layout)) {
            for (long value = 1; value <= VALUES; value++) {
                try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
                    if (value == 1) {
                        transaction.catalog().addColumn("notes", Column.of("more", DataType.INTEGER));
                    }
                    transaction.write(
                            "notes",
                            WriteMode.UPDATE,
                            List.of(Row.of(wider.rowType(), "a", 1L, value), Row.of(wider.rowType(), "b", 1L, value)));
                    transaction.commit();
                }
                acknowledged.add(disk.operations());
            }
        }
        PowerCuts cuts = new PowerCuts(disk.start(), disk.log());
        do {
            long least = acknowledged.stream()
                    .filter(operation -> operation <= cuts.operation())
                    .count();
            for (DiskImage image : cuts.images(OUTCOMES, cuts.operation())) {
                ModelDisk left = ModelDisk.unrecorded(image);
                try (FileSystemBackend store = FileStores.look(left.path("/store"))) {
                    FileStores.drain(store);
                    TableSchema found = store.schemaOf("notes");
                    assertThat(found).isEqualTo(least > 0 ? wider : found);
                    if (found.equals(wider)) {
                        TestTable table = new TestTable(store, wider);
                        assertThat(table.value("a", "more"))
                                .as("operation %d", cuts.operation())
                                .isEqualTo(table.value("b", "more"));
                        assertThat((Long) table.value("a", "more")).isGreaterThanOrEqualTo(Math.max(1, least));
                    }
                    assertThat(store.verify().problems()).isEmpty();
                }
            }
        } while (cuts.next());
    }
}

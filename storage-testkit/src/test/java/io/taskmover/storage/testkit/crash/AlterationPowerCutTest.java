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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of tables together with rows: the power goes at every operation of theirs. */
@Timeout(120)
class AlterationPowerCutTest {
    private static final int OUTCOMES = Effort.of(8, 64);
    /** So many that commits are made while others are being written to the files. */
    private static final int ROWS = 20;

    private static final int VALUES = 5;
    /** In every build the power goes at some operations only while the values of a column change. */
    private static final int EVERY = Effort.of(29, 1);

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
            store.createTable(NOTES);
            store.write("notes", WriteMode.INSERT, rows(NOTES, 0));
        }
        ModelDisk disk = ModelDisk.of(empty.image());
        List<Integer> acknowledged = new ArrayList<>();
        try (FileSystemBackend store = FileStores.open(disk.path("/store"), "sync", layout)) {
            for (long value = 1; value <= VALUES; value++) {
                try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
                    if (value == 1) {
                        transaction.catalog().addColumn("notes", Column.of("more", DataType.INTEGER));
                    }
                    transaction.write("notes", WriteMode.UPDATE, rows(wider, value));
                    transaction.commit();
                }
                acknowledged.add(disk.operations());
                awaitWriting(disk);
            }
        }
        PowerCuts cuts = new PowerCuts(disk.start(), disk.log());
        Set<Long> seen = new HashSet<>();
        do {
            long least = acknowledged.stream()
                    .filter(operation -> operation <= cuts.operation())
                    .count();
            if (cuts.operation() % EVERY != 0) {
                continue;
            }
            for (DiskImage image : cuts.images(OUTCOMES, cuts.operation())) {
                if (seen.add(image.fingerprint())) {
                    check(image, wider, least);
                }
            }
        } while (cuts.next());
    }

    /** Until some files of a commit are written, and others not. */
    private static void awaitWriting(ModelDisk disk) {
        int committed = disk.operations();
        for (int i = 0; i < 1_000 && disk.operations() < committed + ROWS; i++) {
            LockSupport.parkNanos(100_000);
        }
    }

    private static List<Row> rows(TableSchema schema, long value) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            rows.add(
                    schema.columns().size() == 2
                            ? Row.of(schema.rowType(), "r" + i, 1L)
                            : Row.of(schema.rowType(), "r" + i, 1L, value));
        }
        return rows;
    }

    private static void check(DiskImage image, TableSchema wider, long least) {
        ModelDisk left = ModelDisk.unrecorded(image);
        try (FileSystemBackend store = FileStores.look(left.path("/store"))) {
            FileStores.drain(store);
            TableSchema found = store.schemaOf("notes");
            assertThat(found).isEqualTo(least > 0 ? wider : found);
            if (found.equals(wider)) {
                TestTable table = new TestTable(store, wider);
                Object value = table.value("r0", "more");
                assertThat((Long) value).isGreaterThanOrEqualTo(Math.max(1, least));
                assertThat(table.rows())
                        .allSatisfy(row -> assertThat(row.get("more")).isEqualTo(value));
            }
            assertThat(store.verify().problems()).isEmpty();
        }
    }
}

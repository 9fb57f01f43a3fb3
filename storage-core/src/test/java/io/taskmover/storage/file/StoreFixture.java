package io.taskmover.storage.file;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What the tests of the file backend share: one small table, and ways to open and read it. */
final class StoreFixture {
    static final TableSchema NOTES = TableSchema.builder("notes")
            .column("id", DataType.TEXT)
            .column("n", DataType.INTEGER)
            .primaryKey("id")
            .build();

    private StoreFixture() {}

    static FileSystemBackend open(Path root, String... options) {
        return open(new RealDisk(), Materialiser.MAX_BACKLOG_BYTES, root, options);
    }

    static FileSystemBackend open(Disk disk, long maxBacklog, Path root, String... options) {
        FileSystemBackend backend = new FileSystemBackend(disk, maxBacklog);
        StorageConfig.Builder config = StorageConfig.builder("file:" + root);
        for (int i = 0; i < options.length; i += 2) {
            config.option(options[i], options[i + 1]);
        }
        backend.connect(config.build());
        return backend;
    }

    static Row note(String id, long n) {
        return Row.of(NOTES.rowType(), id, n);
    }

    /** Every row of a table, by key. */
    static Map<Object, Row> rows(StorageBackend backend, String table) {
        try (BackendTransaction transaction = backend.begin(TransactionOptions.READ_ONLY)) {
            TableSchema schema = transaction.catalog().table(table).orElseThrow();
            Map<Object, Row> rows = new TreeMap<>(schema::compareKeys);
            try (RowCursor cursor = transaction.select(Select.from(table))) {
                for (Row row = cursor.next(); row != null; row = cursor.next()) {
                    rows.put(schema.keyOf(row), row);
                }
            }
            return rows;
        }
    }

    static void deleteAll(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}

package io.taskmover.storage.migration;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Json;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.SchemaJson;
import io.taskmover.storage.schema.TableSchema;
import java.time.Instant;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The table of the migrations that were run in a store, one row for each. */
final class History {
    /** The name of the table. */
    static final String TABLE = "_migrations";

    private static final TableSchema SCHEMA = TableSchema.builder(TABLE)
            .column("version", DataType.TEXT)
            .column(Column.of("description", DataType.TEXT).withNotNull())
            .column(Column.of("checksum", DataType.TEXT).withNotNull())
            .column(Column.of("state", DataType.TEXT).withNotNull())
            .column(Column.of("step", DataType.INTEGER).withNotNull())
            .column(Column.of("begun", DataType.BOOLEAN).withNotNull())
            .column("position", DataType.JSON)
            .column(Column.of("tables_before", DataType.JSON).withNotNull())
            .column(Column.of("run_by", DataType.TEXT).withNotNull())
            .column(Column.of("started_at", DataType.TIMESTAMP).withNotNull())
            .column(Column.of("duration_ms", DataType.INTEGER).withNotNull())
            .column("error", DataType.TEXT)
            .primaryKey("version")
            .build();

    private History() {}

    /** Makes a table of migrations' own if it is not there; somebody else may be about to make it. */
    static void createTable(StorageBackend backend, TableSchema schema) {
        for (int attempt = 1; ; attempt++) {
            try (BackendTransaction transaction = backend.begin(TransactionOptions.READ_ONLY)) {
                if (transaction.catalog().table(schema.name()).isPresent()) {
                    return;
                }
            }
            try {
                backend.createTable(schema);
                return;
            } catch (StorageException e) {
                // somebody else may have been quicker
                if (attempt == StorageBackend.MAX_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    static void createTable(StorageBackend backend) {
        createTable(backend, SCHEMA);
    }

    /** All entries by version; none if there is no table. */
    static NavigableMap<MigrationVersion, HistoryEntry> read(BackendTransaction transaction) {
        NavigableMap<MigrationVersion, HistoryEntry> entries = new TreeMap<>();
        if (transaction.catalog().table(TABLE).isPresent()) {
            try (RowCursor rows = transaction.select(Select.from(TABLE))) {
                rows.forEachRemaining(row -> {
                    HistoryEntry entry = entry(row);
                    entries.put(entry.version(), entry);
                });
            }
        }
        return entries;
    }

    /** The same in a transaction of its own. */
    static NavigableMap<MigrationVersion, HistoryEntry> read(StorageBackend backend) {
        try (BackendTransaction transaction = backend.begin(TransactionOptions.READ_ONLY)) {
            return read(transaction);
        }
    }

    static Optional<HistoryEntry> find(BackendTransaction transaction, MigrationVersion version) {
        return Optional.ofNullable(read(transaction).get(version));
    }

    static void save(BackendTransaction transaction, HistoryEntry entry) {
        List<Object> before = entry.before().all().stream()
                .map(schema -> Objects.requireNonNull(Json.parse(SchemaJson.line(schema))))
                .toList();
        Row row = Row.of(
                SCHEMA.rowType(),
                entry.version().toString(),
                entry.description(),
                entry.checksum(),
                entry.state().text(),
                (long) entry.step(),
                entry.begun(),
                entry.position() == null ? null : Json.canonical(entry.position()),
                Json.canonical(before),
                entry.by(),
                entry.startedAt(),
                entry.durationMillis(),
                entry.error());
        transaction.write(TABLE, WriteMode.UPSERT, List.of(row));
    }

    static void remove(BackendTransaction transaction, HistoryEntry entry) {
        transaction.delete(TABLE, entry.version().toString());
    }

    private static HistoryEntry entry(Row row) {
        return new HistoryEntry(
                MigrationVersion.of(text(row, "version")),
                text(row, "description"),
                text(row, "checksum"),
                HistoryEntry.State.of(text(row, "state")),
                Math.toIntExact((Long) value(row, "step")),
                (Boolean) value(row, "begun"),
                texts(row.get("position")),
                Schemas.of(((List<?>) value(row, "tables_before"))
                        .stream().map(SchemaJson::of).toList()),
                text(row, "run_by"),
                (Instant) value(row, "started_at"),
                (Long) value(row, "duration_ms"),
                (String) row.get("error"));
    }

    private static Object value(Row row, String column) {
        return Objects.requireNonNull(row.get(column));
    }

    private static String text(Row row, String column) {
        return (String) value(row, column);
    }

    private static @Nullable List<String> texts(@Nullable Object json) {
        return json == null
                ? null
                : ((List<?>) json).stream().map(part -> (String) part).toList();
    }
}

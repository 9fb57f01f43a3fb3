package io.taskmover.storage;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.mapping.Entity;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows without overwriting constants that an enum does not have: for the properties that read as null because of them,
 * null in a row means that nobody has changed it. Used once, in one transaction.
 */
final class KeptConstants {
    private final BackendTransaction transaction;
    private final Entity<?, ?> entity;
    private final TableSchema schema;
    private final Set<String> columns;
    private final List<Row> stored = new ArrayList<>();

    /** Rows that are not written yet, all in one mode. */
    private final List<Row> pending = new ArrayList<>();

    private final Set<Object> pendingKeys = new HashSet<>();
    private WriteMode pendingMode = WriteMode.UPSERT;

    /** @param columns in which such constants were found */
    KeptConstants(BackendTransaction transaction, Entity<?, ?> entity, Set<String> columns) {
        this.transaction = transaction;
        this.entity = entity;
        this.schema = entity.schema();
        this.columns = columns;
    }

    /** Whether a row that is written could overwrite one of them. */
    static boolean isConcerned(WriteMode mode, Row row, Set<String> columns) {
        if (mode == WriteMode.INSERT) {
            return false;
        }
        for (String column : columns) {
            if (row.type().indexOf(column) >= 0 && row.get(column) == null) {
                return true;
            }
        }
        return false;
    }

    /** {@link BackendTransaction#write}. */
    List<Row> write(WriteMode mode, List<Row> rows) {
        for (Row row : rows) {
            Object key = schema.keyOf(row);
            if (key == null || !isConcerned(mode, row, columns)) {
                add(mode, row, key);
                continue;
            }
            if (pendingKeys.contains(key)) {
                flush();
            }
            Optional<Row> found = transaction.find(schema.name(), key);
            Row part = found.map(before -> entity.replacing(row, before)).orElse(row);
            // a part of a row updates what is there; but what may only be inserted is refused as it would be whole
            boolean updates = part != row && !isNew(row);
            add(updates ? WriteMode.UPDATE : mode, updates ? part : row, key);
        }
        flush();
        return stored;
    }

    private boolean isNew(Row row) {
        return schema.versionColumn()
                .map(column -> row.get(column) == null || Long.valueOf(0).equals(row.get(column)))
                .orElse(false);
    }

    private void add(WriteMode mode, Row row, @Nullable Object key) {
        if (mode != pendingMode) {
            flush();
            pendingMode = mode;
        }
        pending.add(row);
        if (key != null) {
            pendingKeys.add(key);
        }
    }

    private void flush() {
        if (!pending.isEmpty()) {
            stored.addAll(transaction.write(schema.name(), pendingMode, List.copyOf(pending)));
            pending.clear();
            pendingKeys.clear();
        }
    }
}

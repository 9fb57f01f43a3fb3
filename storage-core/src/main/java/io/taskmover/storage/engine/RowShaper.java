package io.taskmover.storage.engine;

import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.ConstraintException;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.error.NotFoundException;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.error.Violation;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.CompositeKey;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import io.taskmover.storage.schema.TableSchema;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Turns the rows that a writer gives into the rows that a table stores: columns in place, defaults, generated keys,
 * versions, all rules checked. Stored rows have the table's own {@link RowType} instance. Thread-safe.
 */
final class RowShaper {
    private static final Long FIRST_VERSION = 1L;

    private final TableSchema schema;
    private final RowType type;
    private final int[] keyPositions;
    private final int versionPosition;
    private final AtomicLong lastGeneratedKey;
    /** How the rows of the last type that was not the table's own lie; writers mostly stay with one type. */
    private volatile @Nullable Layout lastLayout;

    private static final class Layout {
        final RowType given;
        /** For each column of the table its position in the given rows, or -1. */
        final int[] positions;
        /** Whether they have all of the table's columns. */
        final boolean whole;

        Layout(RowType given, int[] positions) {
            this.given = given;
            this.positions = positions;
            this.whole = Arrays.stream(positions).allMatch(position -> position >= 0);
        }
    }

    RowShaper(TableSchema schema, AtomicLong lastGeneratedKey) {
        this.schema = schema;
        this.type = schema.rowType();
        this.keyPositions = schema.primaryKey().stream().mapToInt(type::indexOf).toArray();
        this.versionPosition = schema.versionColumn().map(type::indexOf).orElse(-1);
        this.lastGeneratedKey = lastGeneratedKey;
    }

    boolean versioned() {
        return versionPosition >= 0;
    }

    /** The value of the version column; null if there is none, or no row. */
    @Nullable
    Object versionOf(@Nullable Row row) {
        return row == null || versionPosition < 0 ? null : row.get(versionPosition);
    }

    /**
     * The key of a row to be written, a generated one if it has none and may get one.
     *
     * @throws ConstraintException if it has none
     */
    Object keyFor(Row given, WriteMode mode) {
        int[] positions = positions(given.type());
        if (keyPositions.length > 1) {
            return compositeKey(given, positions);
        }
        Object key = value(given, positions, keyPositions[0]);
        if (!schema.generatedKey()) {
            return key == null ? refuseMissingKey(keyPositions[0]) : key;
        }
        if (key == null) {
            return mode == WriteMode.UPDATE ? refuseMissingKey(keyPositions[0]) : nextKey();
        }
        noteKey(key);
        return key;
    }

    /** The key that a row to be written has by itself; null if it has none. */
    @Nullable
    Object givenKey(Row given) {
        int[] positions = positions(given.type());
        for (int position : keyPositions) {
            if (value(given, positions, position) == null) {
                return null;
            }
        }
        return keyPositions.length > 1 ? compositeKey(given, positions) : value(given, positions, keyPositions[0]);
    }

    private Object compositeKey(Row given, int @Nullable [] positions) {
        Object[] parts = new Object[keyPositions.length];
        for (int i = 0; i < parts.length; i++) {
            Object part = value(given, positions, keyPositions[i]);
            parts[i] = part == null ? refuseMissingKey(keyPositions[i]) : part;
        }
        return new CompositeKey(Arrays.asList(parts));
    }

    private Object refuseMissingKey(int position) {
        throw new ConstraintException(
                schema.name(), null, List.of(new Violation(type.column(position).name(), "must not be null")));
    }

    private Long nextKey() {
        long last;
        do {
            last = lastGeneratedKey.get();
            if (last == Long.MAX_VALUE) {
                throw new ConstraintException(
                        schema.name(),
                        null,
                        List.of(new Violation(type.column(keyPositions[0]).name(), "has no number left to generate")));
            }
        } while (!lastGeneratedKey.compareAndSet(last, last + 1));
        return last + 1;
    }

    /** Moves the next generated key above one that is in use. */
    void noteKey(Object key) {
        if (schema.generatedKey() && key instanceof Long used && used > lastGeneratedKey.get()) {
            lastGeneratedKey.accumulateAndGet(used, Math::max);
        }
    }

    /** Whether nothing of what is stored becomes a part of the row that is stored for this one. */
    boolean isWhole(Row given) {
        return given.type() == type || layout(given.type()).whole;
    }

    /**
     * The row to store for a row that is written.
     *
     * @param id its key by {@link #keyFor}
     * @param current what is stored now, null if nothing is
     */
    Row shape(Row given, WriteMode mode, Object id, @Nullable Row current) {
        int[] positions = positions(given.type());
        Row stored;
        if (versionPosition >= 0) {
            Object version = value(given, positions, versionPosition);
            boolean isNew = version == null || version.equals(0L);
            boolean insert = mode == WriteMode.INSERT || (mode == WriteMode.UPSERT && isNew);
            Long next = insert ? firstVersion(id, version, current) : nextVersion(mode, id, version, current);
            stored = build(given, positions, id, insert ? null : current, next);
        } else {
            if (mode == WriteMode.INSERT && current != null) {
                throw duplicateKey(id);
            }
            if (mode == WriteMode.UPDATE && current == null) {
                throw notFound(id);
            }
            stored = build(given, positions, id, current, null);
        }
        schema.validate(stored);
        return stored;
    }

    /**
     * The row to store for one that was stored once: its version is what it was.
     *
     * @param id its key by {@link #keyFor}
     * @throws SchemaException unless it has all columns
     */
    Row loaded(Row given, Object id) {
        if (!isWhole(given)) {
            throw new SchemaException("Row '" + id + "' for table '" + schema.name() + "' has only the columns "
                    + given.type() + " of " + type);
        }
        Row row = build(given, positions(given.type()), id, null, null);
        schema.validate(row);
        return row;
    }

    private Long firstVersion(Object id, @Nullable Object version, @Nullable Row current) {
        if (current != null) {
            throw duplicateKey(id);
        }
        if (version != null && !version.equals(0L)) {
            throw new ConflictException(
                    "Row '" + id + "' of table '" + schema.name() + "' cannot be inserted with version " + version
                            + "; a new row has 0 or none",
                    schema.name(),
                    id,
                    version,
                    null);
        }
        return FIRST_VERSION;
    }

    private Long nextVersion(WriteMode mode, Object id, @Nullable Object version, @Nullable Row current) {
        if (current == null) {
            if (mode == WriteMode.UPDATE) {
                throw notFound(id);
            }
            throw new ConflictException(
                    "Row '" + id + "' of table '" + schema.name() + "' was deleted since version " + version
                            + " of it was read",
                    schema.name(),
                    id,
                    version,
                    null);
        }
        Object stored = current.get(versionPosition);
        if (!Objects.equals(stored, version)) {
            throw new ConflictException(
                    "Row '" + id + "' of table '" + schema.name() + "' has version " + stored
                            + ", but the write is based on version " + version + "; read it again and retry",
                    schema.name(),
                    id,
                    version,
                    stored);
        }
        return versionAfter(stored);
    }

    private static Long versionAfter(@Nullable Object version) {
        return version instanceof Long n ? n + 1 : FIRST_VERSION;
    }

    private Row build(Row given, int @Nullable [] positions, Object id, @Nullable Row current, @Nullable Long version) {
        boolean generated = schema.generatedKey() && (positions == null || current == null);
        if (positions == null && version == null && !generated && given.type() == type) {
            return given;
        }
        @Nullable Object[] values;
        if (positions == null) {
            values = given.toArray();
        } else {
            values = new @Nullable Object[type.size()];
            for (int i = 0; i < values.length; i++) {
                int position = positions[i];
                values[i] = position >= 0
                        ? given.get(position)
                        : current != null ? current.get(i) : type.column(i).defaultValue();
            }
        }
        if (generated) {
            values[keyPositions[0]] = id;
        }
        if (version != null) {
            values[versionPosition] = version;
        }
        return Row.adopt(type, values);
    }

    /** A stored row with some values changed and its version raised. */
    Row changed(Row current, int[] columns, @Nullable Object[] newValues) {
        @Nullable Object[] values = current.toArray();
        for (int i = 0; i < columns.length; i++) {
            values[columns[i]] = newValues[i];
        }
        if (versionPosition >= 0) {
            values[versionPosition] = versionAfter(values[versionPosition]);
        }
        Row row = Row.adopt(type, values);
        schema.validate(row);
        return row;
    }

    /**
     * The row to store for one that someone else wrote where rows are stored. A writer there does not count versions: this
     * does, so that whoever read the former row finds it changed.
     *
     * @param row of equal columns, valid
     * @param before the row that it replaces; null if there is none, or nobody knows it any more
     * @param replaces whether there is one
     */
    Row external(Row row, @Nullable Row before, boolean replaces) {
        if (versionPosition < 0) {
            return adopt(row);
        }
        @Nullable Object[] values = row.toArray();
        Object given = values[versionPosition];
        Object known = before == null ? given : before.get(versionPosition);
        if (!replaces) {
            values[versionPosition] = given == null ? FIRST_VERSION : given;
        } else if (!(given instanceof Long g && known instanceof Long k && g > k)) {
            values[versionPosition] = versionAfter(known);
        }
        return Row.adopt(type, values);
    }

    /** A row of equal columns as one of the table's own {@link RowType}. */
    Row adopt(Row row) {
        return row.type() == type ? row : Row.adopt(type, row.toArray());
    }

    /** The same, of a row that may lack columns that were added to the table later. */
    Row complete(Row row) {
        if (row.type().size() == type.size()) {
            return adopt(row);
        }
        @Nullable Object[] values = new @Nullable Object[type.size()];
        for (int i = 0; i < values.length; i++) {
            int position = row.type().indexOf(type.column(i).name());
            values[i] = position < 0 ? type.column(i).defaultValue() : row.get(position);
        }
        return Row.adopt(type, values);
    }

    DuplicateKeyException duplicateKey(Object id) {
        return new DuplicateKeyException(
                "Table '" + schema.name() + "' has a row with the key '" + id + "' already",
                schema.name(),
                id,
                null,
                null);
    }

    private NotFoundException notFound(Object id) {
        return new NotFoundException(
                "Table '" + schema.name() + "' has no row with the key '" + id + "' to update", schema.name(), id);
    }

    private static @Nullable Object value(Row given, int @Nullable [] positions, int column) {
        if (positions == null) {
            return given.get(column);
        }
        int position = positions[column];
        return position < 0 ? null : given.get(position);
    }

    /** Where the table's columns are in rows of a type; null if they lie as in the table. */
    private int @Nullable [] positions(RowType given) {
        return given == type ? null : layout(given).positions;
    }

    private Layout layout(RowType given) {
        Layout layout = lastLayout;
        if (layout == null || layout.given != given) {
            layout = new Layout(given, layOut(given));
            lastLayout = layout;
        }
        return layout;
    }

    private int[] layOut(RowType given) {
        for (Column column : given.columns()) {
            if (type.indexOf(column.name()) < 0) {
                throw new SchemaException(
                        "Table '" + schema.name() + "' has no column '" + column.name() + "'; its columns are " + type);
            }
        }
        return type.columns().stream()
                .mapToInt(column -> given.indexOf(column.name()))
                .toArray();
    }
}

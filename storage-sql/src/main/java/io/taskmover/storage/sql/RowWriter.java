package io.taskmover.storage.sql;

import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.error.NotFoundException;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows of one table by key: completes what is given, keeps versions and generated keys, and tells the listeners'
 * capture.
 */
final class RowWriter implements AutoCloseable {
    private final Session session;
    private final StoredTable table;
    private final RowStatements statements;
    private final RowRules rules;
    private final GeneratedKeys generatedKeys;
    private final @Nullable ChangeCapture capture;
    private @Nullable RowType givenType;
    private int[] givenPositions = {};
    /** Whether the given columns are all there are, in the table's order. */
    private boolean inOrder;

    RowWriter(
            Session session,
            StoredTable table,
            SqlErrors errors,
            GeneratedKeys generatedKeys,
            @Nullable ChangeCapture capture) {
        this.session = session;
        this.table = table;
        this.statements = new RowStatements(session, table, errors);
        this.rules = new RowRules(table);
        this.generatedKeys = generatedKeys;
        this.capture = capture;
    }

    /** Writes rows that may have some of the columns only; returns them as stored. */
    List<Row> write(WriteMode mode, List<Row> rows) throws SQLException {
        if (rows.size() > 1 && isBatchable(mode)) {
            statements.startBatch();
        }
        List<Row> stored = new ArrayList<>(rows.size());
        generatedKeys.expect(rows.size());
        try {
            try {
                for (Row row : rows) {
                    stored.add(write(mode, row));
                }
            } finally {
                // also after a refusal: an earlier row that waits may have to be refused before
                statements.endBatch();
            }
        } catch (DuplicateKeyException e) {
            throw mode == WriteMode.UPSERT && e.index() == null && table.versionPosition() < 0 ? overtaken(e) : e;
        }
        if (table.schema().generatedKey()) {
            generatedKeys.settle(session, table);
        }
        return stored;
    }

    /** Inserts whole rows as they were stored once: with their keys and their versions. */
    void load(List<Row> rows) throws SQLException {
        if (rows.size() > 1) {
            statements.startBatch();
        }
        try {
            for (Row row : rows) {
                load(row);
            }
        } finally {
            statements.endBatch();
        }
        if (table.schema().generatedKey()) {
            generatedKeys.settle(session, table);
        }
    }

    private void load(Row given) throws SQLException {
        learn(given.type());
        if (!isWhole()) {
            throw new SchemaException("A row for table '" + table.name() + "' has only the columns " + given.type()
                    + " of " + table.rowType());
        }
        @Nullable Object[] values = withDefaults(given);
        Object key = rules.requireKey(position -> values[position]);
        if (table.schema().generatedKey() && key instanceof Long used) {
            generatedKeys.used(table, used);
        }
        statements.insert(rules.checked(values));
    }

    /** A row that was not there to be updated is there to be inserted. */
    private ConflictException overtaken(DuplicateKeyException duplicate) {
        ConflictException conflict = new ConflictException(
                "Row '" + duplicate.id() + "' of table '" + table.name()
                        + "' was inserted by another transaction meanwhile. Run this one again",
                table.name(),
                duplicate.id(),
                null,
                null);
        conflict.initCause(duplicate.getCause());
        return conflict;
    }

    /** Whether most rows, as far as one can tell, are stored without a look at what is there. */
    private boolean isBatchable(WriteMode mode) {
        return switch (mode) {
            case INSERT -> true;
            case UPDATE -> false;
            case UPSERT -> capture == null && upsertsAtOnce();
        };
    }

    private Row write(WriteMode mode, Row given) throws SQLException {
        learn(given.type());
        return switch (mode) {
            case INSERT -> insert(given);
            case UPDATE -> update(given, false);
            case UPSERT -> upsert(given);
        };
    }

    /** Where the columns of the given rows stand in the table's. */
    private void learn(RowType type) {
        if (type == givenType) {
            return;
        }
        int[] positions = new int[type.size()];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = table.rowType().indexOf(type.column(i).name());
            if (positions[i] < 0) {
                throw new SchemaException("Table '" + table.name() + "' has no column '"
                        + type.column(i).name() + "'; its columns are " + table.rowType());
            }
        }
        givenType = type;
        givenPositions = positions;
        inOrder = isWhole();
        for (int i = 0; i < positions.length; i++) {
            inOrder &= positions[i] == i;
        }
    }

    private boolean isWhole() {
        return givenPositions.length == table.rowType().size();
    }

    private Row insert(Row given) throws SQLException {
        @Nullable Object[] values = withDefaults(given);
        int version = table.versionPosition();
        if (version >= 0) {
            if (values[version] != null && !values[version].equals(0L)) {
                requireAbsent(keyOf(values));
                throw rules.conflict(
                        keyOf(values), values[version], null, "is to be inserted, but comes with a version");
            }
            values[version] = 1L;
        }
        int key = table.keyPositions()[0];
        if (table.schema().generatedKey()) {
            if (values[key] == null) {
                if (table.dialect().assignsKeys()) {
                    return insertWithoutKey(values);
                }
                values[key] = generatedKeys.next(session, table);
            } else if (values[key] instanceof Long chosen) {
                generatedKeys.used(table, chosen);
            }
        }
        Row row = rules.checked(values);
        statements.insert(row);
        captured(null, row);
        return row;
    }

    /** Inserts a row that gets its key from the database. */
    private Row insertWithoutKey(@Nullable Object[] values) throws SQLException {
        int key = table.keyPositions()[0];
        // for as long as it is checked, any key will do
        values[key] = 1L;
        rules.checked(values.clone());
        values[key] = null;
        values[key] = statements.insertWithoutKey(Row.adopt(table.rowType(), values.clone()));
        Row row = Row.adopt(table.rowType(), values);
        captured(null, row);
        return row;
    }

    /** Whether one statement stores a row of a table without versions, whatever is there. */
    private boolean upsertsAtOnce() {
        return table.dialect().upsertsByKeyAlone(table);
    }

    /** A key that is there already is told before a version that is wrong: it is the better reason. */
    private void requireAbsent(@Nullable Object key) throws SQLException {
        if (key != null && statements.find(key) != null) {
            throw new DuplicateKeyException(
                    "Table '" + table.name() + "' has a row with the key '" + key + "' already",
                    table.name(),
                    key,
                    null,
                    null);
        }
    }

    private @Nullable Object[] withDefaults(Row given) throws SQLException {
        if (inOrder) {
            return given.toArray();
        }
        @Nullable Object[] values = new @Nullable Object[table.rowType().size()];
        if (!isWhole()) {
            for (int i = 0; i < values.length; i++) {
                values[i] = table.rowType().column(i).defaultValue();
            }
            for (Map.Entry<Integer, String> dynamic : table.dynamicDefaults().entrySet()) {
                values[dynamic.getKey()] = statements.evaluate(dynamic.getValue(), dynamic.getKey());
            }
        }
        for (int i = 0; i < givenPositions.length; i++) {
            values[givenPositions[i]] = given.get(i);
        }
        return values;
    }

    private Row upsert(Row given) throws SQLException {
        int version = table.versionPosition();
        if (version >= 0) {
            Object seen = given(given, version);
            return seen == null || seen.equals(0L) ? insert(given) : update(given, true);
        }
        if (table.schema().generatedKey() && given(given, table.keyPositions()[0]) == null) {
            return insert(given);
        }
        if (isWhole() && capture == null && upsertsAtOnce()) {
            Row row = rules.checked(withDefaults(given));
            if (table.schema().generatedKey()) {
                generatedKeys.used(
                        table, (Long) Objects.requireNonNull(table.schema().keyOf(row)));
            }
            statements.upsert(row);
            return row;
        }
        Row before = statements.find(rules.requireKey(position -> given(given, position)));
        return before == null ? insert(given) : change(before, given);
    }

    private @Nullable Object given(Row given, int position) {
        for (int i = 0; i < givenPositions.length; i++) {
            if (givenPositions[i] == position) {
                return given.get(i);
            }
        }
        return null;
    }

    /** @param missingIsConflict whether that there is no such row is a conflict, as it is for an upsert of version n */
    private Row update(Row given, boolean missingIsConflict) throws SQLException {
        if (isWhole() && capture == null && table.versionPosition() < 0) {
            Row row = rules.checked(withDefaults(given));
            SortedSet<Integer> positions = changedPositions();
            if (!positions.isEmpty() && statements.update(row, positions)) {
                return row;
            }
        }
        Object key = rules.requireKey(position -> given(given, position));
        Row before = statements.find(key);
        if (before != null) {
            return change(before, given);
        }
        if (missingIsConflict) {
            throw rules.conflict(key, given(given, table.versionPosition()), null, "is gone");
        }
        throw new NotFoundException(
                "Row '" + key + "' of table '" + table.name() + "' cannot be updated: there is none",
                table.name(),
                key);
    }

    private Row change(Row before, Row given) throws SQLException {
        @Nullable Object[] values = before.toArray();
        for (int i = 0; i < givenPositions.length; i++) {
            values[givenPositions[i]] = given.get(i);
        }
        int version = table.versionPosition();
        if (version >= 0) {
            Object stored = before.get(version);
            Object seen = given(given, version);
            if (!Objects.equals(stored, seen)) {
                throw rules.conflict(keyOf(values), seen, stored, "was changed by someone else");
            }
            values[version] = (Long) Objects.requireNonNull(stored) + 1;
        }
        return replace(before, values, changedPositions());
    }

    /** The positions that an update sets: those given but for the key, and the version. */
    private SortedSet<Integer> changedPositions() {
        SortedSet<Integer> positions = new TreeSet<>();
        for (int position : givenPositions) {
            positions.add(position);
        }
        for (int position : table.keyPositions()) {
            positions.remove(position);
        }
        return positions;
    }

    /** Stores new values over a row that exists; only those at {@code positions} differ. */
    Row replace(Row before, @Nullable Object[] values, SortedSet<Integer> positions) throws SQLException {
        Row row = rules.checked(values);
        if (!positions.isEmpty()) {
            statements.update(row, positions);
        }
        captured(before, row);
        return row;
    }

    /** Removes a row; returns whether there was one. */
    boolean delete(Object key) throws SQLException {
        Row before = capture == null ? null : statements.find(key);
        if (capture != null && before == null) {
            return false; // also if somebody inserts it just now
        }
        boolean deleted = statements.delete(key);
        if (deleted) {
            captured(before, null);
        }
        return deleted;
    }

    private @Nullable Object keyOf(@Nullable Object[] values) {
        return table.schema().keyOf(Row.adopt(table.rowType(), values.clone()));
    }

    private void captured(@Nullable Row before, @Nullable Row after) {
        if (capture != null) {
            capture.add(table.schema(), before, after);
        }
    }

    @Override
    public void close() throws SQLException {
        statements.close();
    }
}

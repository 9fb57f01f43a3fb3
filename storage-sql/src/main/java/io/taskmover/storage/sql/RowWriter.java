package io.taskmover.storage.sql;

import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.ConstraintException;
import io.taskmover.storage.error.NotFoundException;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.Violation;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows of one table by key. Each of its statements is taken from the session once and given back by
 * {@link #close}, so that a thousand rows prepare as much as one does.
 */
final class RowWriter implements AutoCloseable {
    /** Rows that are handed to the driver at once. */
    private static final int BATCH = 500;

    private final Session session;
    private final StoredTable table;
    private final SqliteErrors errors;
    private final GeneratedKeys generatedKeys;
    private final @Nullable ChangeCapture capture;
    private final Map<String, PreparedStatement> taken = new HashMap<>();
    /** The statement that rows are added to; null if there are none in it. */
    private @Nullable PreparedStatement batch;

    private int pending;
    private boolean batching;
    private @Nullable RowType givenType;
    private int[] givenPositions = {};

    RowWriter(
            Session session,
            StoredTable table,
            SqliteErrors errors,
            GeneratedKeys generatedKeys,
            @Nullable ChangeCapture capture) {
        this.session = session;
        this.table = table;
        this.errors = errors;
        this.generatedKeys = generatedKeys;
        this.capture = capture;
    }

    /** Writes rows that may have some of the columns only; returns them as stored. */
    List<Row> write(WriteMode mode, List<Row> rows) throws SQLException {
        return rows.size() > 1 && isBatchable(mode) ? writeBatch(mode, rows) : writeEach(mode, rows);
    }

    /** Whether none of the rows has to be looked at, or found missing, before the next is written. */
    private boolean isBatchable(WriteMode mode) {
        return switch (mode) {
            case INSERT -> true;
            case UPDATE -> false;
            case UPSERT -> capture == null && table.versionPosition() < 0;
        };
    }

    private List<Row> writeEach(WriteMode mode, List<Row> rows) throws SQLException {
        List<Row> stored = new ArrayList<>(rows.size());
        for (Row row : rows) {
            stored.add(write(mode, row));
        }
        return stored;
    }

    /**
     * Hands rows to the driver many at a time, which takes half as long. The driver does not tell which of them failed,
     * so after a failure all is done again one by one, to fail at the right row with the right words.
     */
    private List<Row> writeBatch(WriteMode mode, List<Row> rows) throws SQLException {
        session.execute("savepoint batch");
        int mark = capture == null ? 0 : capture.mark();
        try {
            batching = true;
            List<Row> stored = writeEach(mode, rows);
            flush();
            batching = false;
            session.execute("release batch");
            return stored;
        } catch (SQLException | StorageException e) {
            if (batch != null) {
                batch.clearBatch();
            }
            batch = null;
            batching = false;
            if (SqliteErrors.endsTransaction(e)) {
                throw e;
            }
            session.execute("rollback to batch");
            session.execute("release batch");
            if (capture != null) {
                capture.rollbackTo(mark);
            }
            return writeEach(mode, rows);
        }
    }

    private void flush() throws SQLException {
        if (batch != null && pending > 0) {
            batch.executeBatch();
        }
        pending = 0;
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
    }

    private boolean isWhole() {
        return givenPositions.length == table.rowType().size();
    }

    private Row insert(Row given) throws SQLException {
        @Nullable Object[] values = withDefaults(given);
        int version = table.versionPosition();
        if (version >= 0) {
            if (values[version] != null && !values[version].equals(0L)) {
                throw conflict(keyOf(values), values[version], null, "is to be inserted, but comes with a version");
            }
            values[version] = 1L;
        }
        int key = table.keyPositions()[0];
        if (table.schema().generatedKey()) {
            if (values[key] == null) {
                values[key] = generatedKeys.next(session, table);
            } else if (values[key] instanceof Long chosen) {
                generatedKeys.used(table, chosen);
            }
        }
        Row row = checked(values);
        store(table.statements().insert(), row);
        captured(null, row);
        return row;
    }

    private @Nullable Object[] withDefaults(Row given) throws SQLException {
        @Nullable Object[] values = new @Nullable Object[table.rowType().size()];
        if (!isWhole()) {
            for (int i = 0; i < values.length; i++) {
                values[i] = table.rowType().column(i).defaultValue();
            }
            for (Map.Entry<Integer, String> dynamic : table.dynamicDefaults().entrySet()) {
                values[dynamic.getKey()] = evaluate(dynamic.getValue(), dynamic.getKey());
            }
        }
        for (int i = 0; i < givenPositions.length; i++) {
            values[givenPositions[i]] = given.get(i);
        }
        return values;
    }

    /** What a default of an existing table's own definition is now. */
    private @Nullable Object evaluate(String expression, int position) throws SQLException {
        PreparedStatement statement = statement("select " + expression);
        try (ResultSet rows = statement.executeQuery()) {
            return table.read(rows, 1, position);
        }
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
        if (isWhole() && capture == null) {
            Row row = checked(withDefaults(given));
            if (table.schema().generatedKey()) {
                generatedKeys.used(
                        table, (Long) Objects.requireNonNull(table.schema().keyOf(row)));
            }
            store(table.statements().upsert(), row);
            return row;
        }
        flush();
        Row before = find(requireKey(given));
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
            Row row = checked(withDefaults(given));
            SortedSet<Integer> positions = changedPositions();
            if (!positions.isEmpty() && execute(table.statements().update(positions), row, positions) > 0) {
                return row;
            }
        }
        Object key = requireKey(given);
        Row before = find(key);
        if (before != null) {
            return change(before, given);
        }
        if (missingIsConflict) {
            throw conflict(key, given(given, table.versionPosition()), null, "is gone");
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
                throw conflict(keyOf(values), seen, stored, "was changed by someone else");
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
        Row row = checked(values);
        if (!positions.isEmpty()) {
            execute(table.statements().update(positions), row, positions);
        }
        captured(before, row);
        return row;
    }

    /** Removes a row; returns whether there was one. */
    boolean delete(Object key) throws SQLException {
        Row before = capture == null ? null : find(key);
        PreparedStatement statement = statement(table.statements().delete());
        bindKey(statement, 1, key);
        try {
            boolean deleted = statement.executeUpdate() > 0;
            if (deleted) {
                captured(before, null);
            }
            return deleted;
        } catch (SQLException e) {
            throw errors.translate(e, table, key);
        }
    }

    @Nullable
    Row find(Object key) throws SQLException {
        PreparedStatement statement = statement(table.statements().find());
        bindKey(statement, 1, key);
        try (ResultSet rows = statement.executeQuery()) {
            return rows.next() ? table.read(rows) : null;
        }
    }

    private void bindKey(PreparedStatement statement, int from, Object key) throws SQLException {
        table.bindKey(statement, from, key);
    }

    /** Inserts or upserts a whole row, now or with the next batch. */
    private void store(String sql, Row row) throws SQLException {
        if (!batching) {
            execute(sql, row, null);
            return;
        }
        PreparedStatement statement = statement(sql);
        if (batch != statement) {
            flush();
            batch = statement;
        }
        int index = 1;
        for (PhysicalColumn column : table.written()) {
            ColumnCodec.bindOrNull(column.codec(), statement, index++, row.get(column.position()));
        }
        statement.addBatch();
        if (++pending == BATCH) {
            flush();
        }
    }

    /** @param positions those that the statement sets before it takes the key; null if it takes all and no key */
    private int execute(String sql, Row row, @Nullable SortedSet<Integer> positions) throws SQLException {
        PreparedStatement statement = statement(sql);
        int index = 1;
        for (PhysicalColumn column : table.written()) {
            if (positions == null || positions.contains(column.position())) {
                ColumnCodec.bindOrNull(column.codec(), statement, index++, row.get(column.position()));
            }
        }
        Object key = Objects.requireNonNull(table.schema().keyOf(row));
        if (positions != null) {
            bindKey(statement, index, key);
        }
        try {
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw errors.translate(e, table, key);
        }
    }

    private PreparedStatement statement(String sql) throws SQLException {
        PreparedStatement statement = taken.get(sql);
        if (statement == null) {
            statement = session.take(sql);
            taken.put(sql, statement);
        }
        return statement;
    }

    /** The values as a row that keeps the table's rules and loses nothing in its columns. */
    private Row checked(@Nullable Object[] values) {
        Row row = Row.adopt(table.rowType(), values);
        table.schema().validate(row);
        if (!table.own()) {
            requireNoLoss(row);
        }
        return row;
    }

    private void requireNoLoss(Row row) {
        List<Violation> violations = new ArrayList<>();
        for (int i = 0; i < table.rowType().size(); i++) {
            Object value = row.get(i);
            String loss = value == null ? null : table.value(i).codec().lossOf(value);
            if (loss != null) {
                violations.add(new Violation(table.rowType().column(i).name(), loss));
            }
        }
        if (!violations.isEmpty()) {
            throw new ConstraintException(table.name(), table.schema().keyOf(row), violations);
        }
    }

    private Object requireKey(Row given) {
        List<Violation> violations = new ArrayList<>();
        List<Object> parts = new ArrayList<>();
        for (int position : table.keyPositions()) {
            Column column = table.rowType().column(position);
            Object part = given(given, position);
            String problem = part == null ? "must not be null" : column.type().problem(part);
            if (problem != null) {
                violations.add(new Violation(column.name(), problem));
            } else {
                parts.add(Objects.requireNonNull(part));
            }
        }
        if (!violations.isEmpty()) {
            throw new ConstraintException(table.name(), null, violations);
        }
        return table.schema().coerceKey(parts.size() == 1 ? parts.get(0) : parts);
    }

    private @Nullable Object keyOf(@Nullable Object[] values) {
        return table.schema().keyOf(Row.adopt(table.rowType(), values.clone()));
    }

    private ConflictException conflict(
            @Nullable Object key, @Nullable Object expected, @Nullable Object actual, String what) {
        return new ConflictException(
                "Row '" + key + "' of table '" + table.name() + "' " + what + ": version " + expected + " was given, "
                        + (actual == null ? "none" : actual) + " is stored. Read it again and retry",
                table.name(),
                key,
                expected,
                actual);
    }

    private void captured(@Nullable Row before, @Nullable Row after) {
        if (capture != null) {
            capture.add(table.schema(), before, after);
        }
    }

    @Override
    public void close() throws SQLException {
        for (Map.Entry<String, PreparedStatement> statement : taken.entrySet()) {
            session.give(statement.getKey(), statement.getValue());
        }
        taken.clear();
    }
}

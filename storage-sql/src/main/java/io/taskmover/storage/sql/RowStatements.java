package io.taskmover.storage.sql;

import io.taskmover.storage.schema.Row;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * The statements that read and write rows of one table by key. Each is taken from the session once and given back by
 * {@link #close}, so that a thousand rows prepare as much as one does.
 *
 * <p>Between {@link #startBatch} and {@link #endBatch} rows are handed to the driver many at a time, which takes half as
 * long. All else that is asked for meanwhile is done after them.
 */
final class RowStatements implements AutoCloseable {
    /** Rows that are handed to the driver at once. */
    private static final int BATCH = 500;

    private final Session session;
    private final StoredTable table;
    private final SqlErrors errors;
    private final Map<String, PreparedStatement> taken = new HashMap<>();

    private boolean batching;
    /** The statement that the pending rows are for. */
    private @Nullable PreparedStatement batch;

    private final List<Row> pending = new ArrayList<>();

    RowStatements(Session session, StoredTable table, SqlErrors errors) {
        this.session = session;
        this.table = table;
        this.errors = errors;
    }

    /** The row that has a key, to be changed. */
    @Nullable
    Row find(Object key) throws SQLException {
        flush();
        if (!table.canHold(key)) {
            return null;
        }
        PreparedStatement statement = statement(table.statements().findToChange());
        table.bindKey(statement, 1, key);
        try (ResultSet rows = statement.executeQuery()) {
            return rows.next() ? table.read(rows) : null;
        }
    }

    /** What a default of an existing table's own definition is now. */
    @Nullable
    Object evaluate(String expression, int position) throws SQLException {
        PreparedStatement statement = statement("select " + expression);
        try (ResultSet rows = statement.executeQuery()) {
            return rows.next() ? table.read(rows, 1, position) : null;
        }
    }

    void insert(Row row) throws SQLException {
        store(table.statements().insert(), row);
    }

    /** Inserts a row whose key is null; returns the key that the database gives it. */
    long insertWithoutKey(Row row) throws SQLException {
        flush();
        PreparedStatement statement = statement(table.statements().insert());
        RowBatch.bind(table, statement, row);
        execute(statement, null);
        return table.dialect().assignedKey(session);
    }

    /** Inserts a whole row or stores it over the one that has its key. */
    void upsert(Row row) throws SQLException {
        store(table.statements().upsert(), row);
    }

    /**
     * Sets some columns of the row that has the key; returns whether there is one.
     *
     * @param positions none of them of the key, at least one
     */
    boolean update(Row row, SortedSet<Integer> positions) throws SQLException {
        flush();
        PreparedStatement statement = statement(table.statements().update(positions));
        int index = 1;
        for (PhysicalColumn column : table.written()) {
            if (positions.contains(column.position())) {
                ColumnCodec.bindOrNull(column.codec(), statement, index++, row.get(column.position()));
            }
        }
        Object key = Objects.requireNonNull(table.schema().keyOf(row));
        table.bindKey(statement, index, key);
        return execute(statement, key) > 0;
    }

    /** Removes a row; returns whether there was one. */
    boolean delete(Object key) throws SQLException {
        flush();
        if (!table.canHold(key)) {
            return false;
        }
        PreparedStatement statement = statement(table.statements().delete());
        table.bindKey(statement, 1, key);
        return execute(statement, key) > 0;
    }

    private int execute(PreparedStatement statement, @Nullable Object key) throws SQLException {
        try {
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw errors.translate(e, table, key);
        }
    }

    private void store(String sql, Row row) throws SQLException {
        PreparedStatement statement = statement(sql);
        if (batching && batch != statement) {
            flush();
            batch = statement;
        }
        RowBatch.bind(table, statement, row);
        if (!batching) {
            execute(statement, table.schema().keyOf(row));
            return;
        }
        statement.addBatch();
        pending.add(row);
        if (pending.size() == BATCH) {
            flush();
        }
    }

    /** From here on what is stored may wait. */
    void startBatch() {
        batching = true;
    }

    /** Stores what waits; from here on nothing does. */
    void endBatch() throws SQLException {
        batching = false;
        flush();
    }

    private void flush() throws SQLException {
        if (batch == null || pending.isEmpty()) {
            return;
        }
        try {
            table.dialect().run(new RowBatch(session, table, errors, batch, pending));
        } finally {
            pending.clear();
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

    @Override
    public void close() throws SQLException {
        for (Map.Entry<String, PreparedStatement> statement : taken.entrySet()) {
            session.give(statement.getKey(), statement.getValue());
        }
        taken.clear();
    }
}

package io.taskmover.storage.sql;

import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.schema.Row;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A write of one row that is one statement, whatever is there: sent by itself it is a transaction, and takes one message
 * where beginning, writing and committing take three.
 */
final class LoneWrite {
    private final StoredTable table;
    private final String sql;
    private final Object key;
    private final @Nullable Row row;

    /** @param row what is stored; null if the row of the key is removed */
    private LoneWrite(StoredTable table, String sql, Object key, @Nullable Row row) {
        this.table = table;
        this.sql = sql;
        this.key = key;
        this.row = row;
    }

    /**
     * That a row is stored; null if that takes more than a statement: to look at what is there, to find out what is not
     * given, or to have a key made.
     */
    static @Nullable LoneWrite storing(StoredTable table, WriteMode mode, Row given) {
        if (mode == WriteMode.UPDATE
                || table.versionPosition() >= 0
                || table.schema().generatedKey()) {
            return null;
        }
        if (mode == WriteMode.UPSERT && !table.dialect().upsertsByKeyAlone(table)) {
            return null;
        }
        @Nullable Object[] values = whole(table, given);
        if (values == null) {
            return null;
        }
        Row row = new RowRules(table).checked(values);
        String sql = mode == WriteMode.INSERT
                ? table.statements().insert()
                : table.statements().upsert();
        return new LoneWrite(table, sql, Objects.requireNonNull(table.schema().keyOf(row)), row);
    }

    /** All values of a row in the table's order; null if the row has others, or not all. */
    private static @Nullable Object @Nullable [] whole(StoredTable table, Row given) {
        if (given.type() == table.rowType()) {
            return given.toArray();
        }
        int size = table.rowType().size();
        if (given.type().size() != size) {
            return null;
        }
        @Nullable Object[] values = new @Nullable Object[size];
        for (int i = 0; i < size; i++) {
            int position = table.rowType().indexOf(given.type().column(i).name());
            if (position < 0) {
                return null;
            }
            values[position] = given.get(i);
        }
        return values;
    }

    /** That the row of a key is removed; null if the table can have none. */
    static @Nullable LoneWrite deleting(StoredTable table, Object id) {
        Object key = table.schema().coerceKey(id);
        return table.canHold(key) ? new LoneWrite(table, table.statements().delete(), key, null) : null;
    }

    String sql() {
        return sql;
    }

    Object key() {
        return key;
    }

    /** The row as it is stored. */
    Row row() {
        return Objects.requireNonNull(row);
    }

    /**
     * Does it; returns whether a row was changed.
     *
     * @param guarded as {@link Dialect#ifCatalogVersion} makes it of {@link #sql}
     */
    boolean run(Session session, String guarded) throws SQLException {
        PreparedStatement statement = session.take(guarded);
        try {
            if (row == null) {
                table.bindKey(statement, 1, key);
            } else {
                RowBatch.bind(table, statement, row);
            }
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        } finally {
            session.give(guarded, statement);
        }
    }
}

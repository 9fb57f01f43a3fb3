package io.taskmover.storage.sql;

import io.taskmover.storage.error.ConstraintException;
import io.taskmover.storage.error.CorruptionException;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.error.LockedException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.StorageIoException;
import io.taskmover.storage.error.StorageTimeoutException;
import io.taskmover.storage.error.Violation;
import io.taskmover.storage.schema.Index;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What SQLite's error codes mean, in this library's exceptions. */
final class SqliteErrors implements SqlErrors {
    private final Path file;

    SqliteErrors(Path file) {
        this.file = file;
    }

    @Override
    public StorageException translate(SQLException e) {
        // the low byte is the kind of error, the others tell it more finely
        return switch (code(e) & 0xff) {
            case 5, 6 ->
                new LockedException(
                        "Another process holds a lock on " + file + " and did not let go in time; try again, or raise"
                                + " the timeout",
                        e);
            case 9 -> new StorageTimeoutException("A statement on " + file + " was interrupted", e);
            case 13 ->
                new StorageIoException(
                        "The disk of " + file + " is full; nothing of this transaction was written", file, true, e);
            case 10 -> new StorageIoException("Reading or writing " + file + " failed: " + message(e), file, false, e);
            case 3, 8, 23 -> new StorageIoException(file + " cannot be written: " + message(e), file, false, e);
            case 14 ->
                new StorageIoException(
                        file + " cannot be opened: " + message(e) + "; check that its directory exists and the"
                                + " permissions of both",
                        file,
                        false,
                        e);
            case 11 ->
                new CorruptionException(
                        file + " is damaged: " + message(e) + "; restore it from a backup", file.toString(), e);
            case 26 ->
                new CorruptionException(
                        file + " is no SQLite database, or is damaged in its first bytes", file.toString(), e);
            default -> new StorageException("SQLite refused a statement on " + file + ": " + message(e), e);
        };
    }

    @Override
    public StorageException translate(SQLException e, StoredTable table, @Nullable Object id) {
        if ((code(e) & 0xff) != SQLiteErrorCode.SQLITE_CONSTRAINT.code) {
            return translate(e);
        }
        String row = "Row " + (id == null ? "" : "'" + id + "' ") + "of table '" + table.name() + "'";
        return switch (SQLiteErrorCode.getErrorCode(code(e))) {
            case SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_ROWID ->
                new DuplicateKeyException(
                        row + " is refused: there is one with this primary key already", table.name(), id, null, e);
            case SQLITE_CONSTRAINT_UNIQUE -> duplicate(e, row, table, id);
            case SQLITE_CONSTRAINT_NOTNULL, SQLITE_CONSTRAINT_CHECK, SQLITE_CONSTRAINT_FOREIGNKEY ->
                refused(
                        new ConstraintException(
                                table.name(), id, List.of(new Violation("", "the database says: " + message(e)))),
                        e);
            default -> refused(new ConstraintException(table.name(), id, List.of(new Violation("", message(e)))), e);
        };
    }

    private static StorageException refused(ConstraintException refusal, SQLException cause) {
        refusal.initCause(cause);
        return refusal;
    }

    private static StorageException duplicate(SQLException e, String row, StoredTable table, @Nullable Object id) {
        for (Index index : table.schema().indexes()) {
            if (index.unique() && message(e).endsWith("UNIQUE constraint failed: " + columns(table, index.columns()))) {
                return new DuplicateKeyException(
                        row + " is refused: unique index '" + index.name() + "' on " + index.columns()
                                + " has another row with the same values",
                        table.name(),
                        id,
                        index.name(),
                        e);
            }
        }
        boolean key = message(e)
                .endsWith("UNIQUE constraint failed: "
                        + columns(table, table.schema().primaryKey()));
        return new DuplicateKeyException(
                row + " is refused: " + (key ? "there is one with this primary key already" : message(e)),
                table.name(),
                id,
                null,
                e);
    }

    /** A unique index's columns as SQLite spells them in its message, which does not name the index. */
    private static String columns(StoredTable table, List<String> columns) {
        return columns.stream()
                .map(column -> {
                    int position = table.position(column);
                    PhysicalColumn compared = table.compared(position);
                    return table.names().table() + "." + (compared == null ? table.value(position) : compared).name();
                })
                .collect(Collectors.joining(", "));
    }

    @Override
    public boolean isOutdated(SQLException e) {
        return (code(e) == SQLiteErrorCode.SQLITE_ERROR.code && message(e).contains("no such"))
                || (code(e) & 0xff) == SQLiteErrorCode.SQLITE_SCHEMA.code;
    }

    @Override
    public StorageException translateCommit(SQLException e) {
        return translate(e);
    }

    /** Busy, full and interrupted are answers; an error of the disk is none. */
    @Override
    public boolean isInDoubt(StorageException failure) {
        return failure instanceof StorageIoException io && !io.diskFull();
    }

    private static int code(SQLException e) {
        return e instanceof SQLiteException sqlite ? sqlite.getResultCode().code : e.getErrorCode();
    }

    /** SQLite's own words: the driver puts the code's name and description around them. */
    private static String message(SQLException e) {
        String message = String.valueOf(e.getMessage());
        int open = message.indexOf('(');
        return message.startsWith("[SQLITE_") && open > 0 && message.endsWith(")")
                ? message.substring(open + 1, message.length() - 1)
                : message;
    }
}

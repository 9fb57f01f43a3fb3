package io.taskmover.storage.sql;

import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.ConnectionException;
import io.taskmover.storage.error.ConstraintException;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.StorageTimeoutException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.error.Violation;
import io.taskmover.storage.schema.Index;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What PostgreSQL's SQLSTATEs mean, in this library's exceptions. */
final class PostgresErrors implements ServerErrors {
    /** Somebody else was first, or two wait for each other. */
    private static final Set<String> CONFLICTS = Set.of("40001", "40P01");
    /** A table or column is not there, or a statement was prepared for another form of it. */
    private static final Set<String> OUTDATED = Set.of("42P01", "42703", "26000");
    /** The server is going down, is not up yet, or has no room for one more. */
    private static final Set<String> UNAVAILABLE = Set.of("57P01", "57P02", "57P03", "53300", "57P05");

    /** An administrator, or the limit of idle time, has ended the connection. */
    private static final Set<String> ENDED = Set.of("57P01", "57P05");

    /** There is no prepared transaction of a name, or another session is at it. */
    private static final Set<String> BRANCH_ELSEWHERE = Set.of("42704", "55000");

    private static final Set<String> PASSWORDS = Set.of("28P01", "28000");

    private final String place;

    PostgresErrors(String place) {
        this.place = place;
    }

    @Override
    public String place() {
        return place;
    }

    @Override
    public StorageException translate(SQLException e) {
        String state = state(e);
        if (CONFLICTS.contains(state)) {
            return conflict("", null, e);
        }
        if (isOutdated(e)) {
            return caused(
                    new ConflictException(
                            "The tables of " + place + " were changed meanwhile: " + message(e)
                                    + ". Begin the transaction again",
                            "",
                            null,
                            null,
                            null),
                    e);
        }
        ConnectionException certificate = ServerErrors.ofCertificate(e, place);
        if (certificate != null) {
            return certificate;
        }
        if (state.startsWith("08") || UNAVAILABLE.contains(state)) {
            return new ConnectionException(
                    "The connection to " + place + " is lost or cannot be made: " + message(e)
                            + ". Try again; if it stays so, see whether the server runs",
                    e);
        }
        if (PASSWORDS.contains(state)) {
            return new StorageException(
                    place + " lets this user not in: " + message(e)
                            + ". Give the password with passwordEnv, the option password or a password file",
                    e);
        }
        return switch (state) {
            case "55P03", "57014" ->
                new StorageTimeoutException(
                        "A statement on " + place + " took longer than its timeout, or waited that long for another"
                                + " transaction: " + message(e),
                        e);
            case "25006" -> new UnsupportedException("This transaction is read-only, says " + place, e);
            default -> new StorageException("PostgreSQL refused a statement on " + place + ": " + message(e), e);
        };
    }

    @Override
    public StorageException translate(SQLException e, StoredTable table, @Nullable Object id) {
        String state = state(e);
        if (CONFLICTS.contains(state)) {
            return conflict(table.name(), id, e);
        }
        if (state.equals("23505")) {
            return duplicate(e, table, id);
        }
        // a rule that the data break, a value that a column does not take, or one too long for an index
        if (state.startsWith("23") || state.startsWith("22") || state.equals("54000")) {
            return caused(
                    new ConstraintException(
                            table.name(), id, List.of(new Violation("", "the database says: " + message(e)))),
                    e);
        }
        return translate(e);
    }

    private ConflictException conflict(String table, @Nullable Object id, SQLException e) {
        String what =
                table.isEmpty() ? "" : " on " + (id == null ? "" : "row '" + id + "' of ") + "table '" + table + "'";
        return caused(
                new ConflictException(
                        "Another transaction" + what + " was first: " + message(e) + ". Run this one again",
                        table,
                        id,
                        null,
                        null),
                e);
    }

    private static StorageException duplicate(SQLException e, StoredTable table, @Nullable Object id) {
        ServerErrorMessage told = told(e);
        String constraint = told == null ? null : told.getConstraint();
        String row = "Row " + (id == null ? "" : "'" + id + "' ") + "of table '" + table.name() + "' is refused: ";
        for (Index index : table.schema().indexes()) {
            if (index.unique() && table.names().index(index.name()).equals(constraint)) {
                return new DuplicateKeyException(
                        row + "unique index '" + index.name() + "' on " + index.columns()
                                + " has another row with the same values",
                        table.name(),
                        id,
                        index.name(),
                        e);
            }
        }
        boolean ofKey = constraint == null || table.own() || constraint.equals(table.name() + "_pkey");
        return new DuplicateKeyException(
                row
                        + (ofKey
                                ? "there is one with this primary key already"
                                : "unique constraint '" + constraint + "' has another row with the same values"),
                table.name(),
                id,
                ofKey ? null : constraint,
                e);
    }

    private static <E extends StorageException> E caused(E failure, SQLException cause) {
        failure.initCause(cause);
        return failure;
    }

    @Override
    public boolean isOutdated(SQLException e) {
        String state = state(e);
        return OUTDATED.contains(state) || (state.equals("0A000") && message(e).contains("cached plan"));
    }

    /** Between a commit and its answer it says nothing any more. */
    @Override
    public boolean isEndedByServer(SQLException e) {
        return ENDED.contains(state(e));
    }

    @Override
    public boolean isBranchElsewhere(SQLException e) {
        return BRANCH_ELSEWHERE.contains(state(e));
    }

    @Override
    public StorageException translateCommit(SQLException e) {
        StorageException failure = translate(e);
        return failure instanceof ConnectionException
                ? ConnectionException.ofUnknownOutcome(
                        "The connection to " + place + " was lost during a commit: " + message(e)
                                + ". Whether it is committed shows in the database",
                        e)
                : failure;
    }

    private static String state(SQLException e) {
        SQLException first = first(e);
        return first.getSQLState() == null ? "" : first.getSQLState();
    }

    /** The server's own error: the driver puts others around that of a batch. */
    private static SQLException first(SQLException e) {
        SQLException next = e instanceof BatchUpdateException ? e.getNextException() : null;
        return next == null ? e : next;
    }

    private static @Nullable ServerErrorMessage told(SQLException e) {
        return first(e) instanceof PSQLException error ? error.getServerErrorMessage() : null;
    }

    /** The server's own words, without values of rows. */
    private static String message(SQLException e) {
        ServerErrorMessage told = told(e);
        String message = told == null ? null : told.getMessage();
        return message == null ? String.valueOf(first(e).getMessage()) : message;
    }
}

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
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the error numbers of MariaDB and MySQL mean, in this library's exceptions. */
final class MariadbErrors implements ServerErrors {
    /** A record was changed since the snapshot (1020), or two wait for each other (1213), in a branch too (1614). */
    private static final Set<Integer> CONFLICTS = Set.of(1020, 1213, 1614);
    /** A table or column is not there or not as it was, or a statement was prepared for another form of it. */
    private static final Set<Integer> OUTDATED = Set.of(1054, 1091, 1146, 1412, 1615);
    /** The server is going down, has no room for one more, or has ended the connection. */
    private static final Set<Integer> UNAVAILABLE =
            Set.of(1040, 1053, 1077, 1079, 1152, 1158, 1159, 1160, 1161, 1927, 4031);
    /** A lock was waited for too long (1205, 1907), or a statement ran too long (1969, 3024). */
    private static final Set<Integer> TIMEOUTS = Set.of(1205, 1317, 1907, 1969, 3024);
    /** This user may not come in, or not into this database. */
    private static final Set<Integer> REFUSED = Set.of(1044, 1045, 1049, 1698);
    /** A rule that the data break, or a value that a column does not take, whose states do not say so. */
    private static final Set<Integer> RULES = Set.of(1048, 1264, 1265, 1292, 1364, 1366, 1406, 3819, 4025);

    /** There is no branch of a name, or another session has it (1397); or it had not written anything (1402). */
    private static final Set<Integer> BRANCH_ELSEWHERE = Set.of(1397, 1402);

    private static final int DUPLICATE = 1062;
    private static final int READ_ONLY = 1792;

    /** The driver puts the connection's number before what the server says. */
    private static final Pattern CONNECTION = Pattern.compile("^\\(conn[=:]\\d+\\) ");

    private final String place;

    MariadbErrors(String place) {
        this.place = place;
    }

    @Override
    public String place() {
        return place;
    }

    @Override
    public StorageException translate(SQLException e) {
        SQLException told = told(e);
        int code = told.getErrorCode();
        if (CONFLICTS.contains(code)) {
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
        if (TIMEOUTS.contains(code)) {
            return new StorageTimeoutException(
                    "A statement on " + place + " took longer than its timeout, or waited that long for another"
                            + " transaction: " + message(e),
                    e);
        }
        if (REFUSED.contains(code)) {
            return new StorageException(
                    place + " lets this user not in: " + message(e)
                            + ". Give the password with passwordEnv or the option password",
                    e);
        }
        ConnectionException certificate = ServerErrors.ofCertificate(e, place);
        if (certificate != null) {
            return certificate;
        }
        String state = told.getSQLState() == null ? "" : told.getSQLState();
        if (state.startsWith("08") || UNAVAILABLE.contains(code) || isCutOff(e)) {
            return new ConnectionException(
                    "The connection to " + place + " is lost or cannot be made: " + message(e)
                            + ". Try again; if it stays so, see whether the server runs",
                    e);
        }
        return code == READ_ONLY
                ? new UnsupportedException("This transaction is read-only, says " + place, e)
                : new StorageException("The database refused a statement on " + place + ": " + message(e), e);
    }

    @Override
    public StorageException translate(SQLException e, StoredTable table, @Nullable Object id) {
        SQLException told = told(e);
        int code = told.getErrorCode();
        if (CONFLICTS.contains(code)) {
            return conflict(table.name(), id, e);
        }
        if (code == DUPLICATE) {
            return duplicate(e, table, id);
        }
        String state = told.getSQLState() == null ? "" : told.getSQLState();
        if (RULES.contains(code) || state.startsWith("23") || state.startsWith("22")) {
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
        String row = "Row " + (id == null ? "" : "'" + id + "' ") + "of table '" + table.name() + "' is refused: ";
        Index index = MariadbIndexes.unique(table, message(e));
        return index == null
                ? new DuplicateKeyException(
                        row + "there is one with this primary key already, or as another unique index of the database"
                                + " has it",
                        table.name(),
                        id,
                        null,
                        e)
                : new DuplicateKeyException(
                        row + "unique index '" + index.name() + "' on " + index.columns()
                                + " has another row with the same values",
                        table.name(),
                        id,
                        index.name(),
                        e);
    }

    private static <E extends StorageException> E caused(E failure, SQLException cause) {
        failure.initCause(cause);
        return failure;
    }

    @Override
    public boolean isOutdated(SQLException e) {
        return OUTDATED.contains(told(e).getErrorCode());
    }

    @Override
    public boolean isBranchElsewhere(SQLException e) {
        return BRANCH_ELSEWHERE.contains(told(e).getErrorCode());
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

    /** Whether the network failed: not every error of the drivers says so by its state. */
    private static boolean isCutOff(SQLException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException) {
                return true;
            }
        }
        return false;
    }

    /** The server's own error: the drivers put others around it. */
    private static SQLException told(SQLException e) {
        SQLException told = e;
        while (told.getErrorCode() == 0 && told.getCause() instanceof SQLException cause) {
            told = cause;
        }
        return told;
    }

    private static String message(SQLException e) {
        return CONNECTION.matcher(String.valueOf(told(e).getMessage())).replaceFirst("");
    }
}

package io.taskmover.storage.cli.load;

/** A failed import could not take back what it had written. */
public final class IncompleteUndoException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    IncompleteUndoException(String table, long rows, Throwable cause) {
        super(
                "up to " + rows + " rows of this import are left in table '" + table
                        + "'; import again with --upsert to" + " complete them",
                cause);
    }
}

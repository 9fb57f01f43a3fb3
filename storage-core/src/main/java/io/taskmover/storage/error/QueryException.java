package io.taskmover.storage.error;

/**
 * A query that cannot be run: text that is not JDQL, a field that the table lacks, operands whose types do not fit, or
 * arithmetic that overflows or divides by zero. For text it says where: line and column count from 1.
 */
public final class QueryException extends StorageException {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final int column;

    /** An error with no place in a text. */
    public QueryException(String message) {
        this(message, 0, 0);
    }

    public QueryException(String message, int line, int column) {
        super(message);
        this.line = line;
        this.column = column;
    }

    /** The line in the query text, from 1; 0 if the query did not come from a text. */
    public int line() {
        return line;
    }

    /** The column in the line in code points, from 1; 0 if the query did not come from a text. */
    public int column() {
        return column;
    }
}

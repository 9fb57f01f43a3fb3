package io.taskmover.storage.cli;

/** What the command tells the shell. The numbers are a promise: none changes its meaning. */
public enum ExitCode {
    OK(0, "all is well"),
    FAILURE(1, "something unexpected; --debug shows where"),
    USAGE(2, "wrong arguments"),
    MALFORMED(3, "an input file is not what its format says"),
    DUPLICATE(4, "an id is there already, or twice in the input"),
    WRONG_TYPE(5, "a value or schema does not fit the table"),
    UNKNOWN_TABLE(6, "no such table"),
    UNKNOWN_FIELD(7, "no such field"),
    BAD_URL(8, "a store's URL has an unknown scheme or option"),
    NO_SUCH_FILE(9, "no such file or store"),
    NO_PERMISSION(10, "a file may not be read or written"),
    LOCKED(11, "another process holds the store"),
    DISK_FULL(12, "no space is left"),
    NO_SUCH_ROW(13, "no row with this id"),
    BAD_QUERY(14, "the query is not JDQL, or fails"),
    CORRUPT(15, "verify or verify-backup found damage, a repair left some, or a store or backup is damaged"),
    DIFFERENT(16, "copy --verify or migrate status --check found a difference"),
    CONFLICT(17, "the target has rows already, or someone else was first"),
    UNREACHABLE(18, "no connection, or no answer in time"),
    IO(19, "a file could not be read or written for another reason"),
    UNSUPPORTED(20, "the store cannot do what was asked"),
    MIGRATION(21, "migrations do not fit the store or each other, or one failed"),
    INTERRUPTED(130, "stopped by Ctrl-C; nothing half-done is kept"),
    BROKEN_PIPE(141, "the reader of the output went away");

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    public int code() {
        return code;
    }

    /** When it is used, for people. */
    public String meaning() {
        return meaning;
    }
}

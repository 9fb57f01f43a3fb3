package io.taskmover.storage.history;

/** What made a version of a row. */
public enum ChangeKind {
    /** The row was written where there was none. */
    INSERT,
    /** The row was written where there was one. */
    UPDATE,
    /** The row was removed. */
    DELETE,
    /**
     * The row was there before versions of it were kept, as it is here. When that began is not known: such a version counts as
     * the row's state since ever, and has the earliest time that there is.
     */
    FOUND,
    /**
     * The row was changed, added or removed without being asked for here: by a person who edited a JSON file, by a statement
     * in SQL, by a program that keeps no versions. The time is that of finding out.
     */
    EXTERNAL
}

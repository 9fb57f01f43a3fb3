package io.taskmover.storage.fileops;

/** What becomes of something that is already where an operation puts a file. */
public enum OnExisting {
    /** It stays, and the operation fails. */
    FAIL,
    /** A file or symbolic link is replaced, and deleted when the transaction commits; a directory is never replaced. */
    REPLACE
}

package io.taskmover.storage.backup;

/** Is told how a backup goes on, by the thread that makes or reads it; what it throws ends that. */
public interface BackupListener {
    /** Listens to nothing. */
    BackupListener NONE = new BackupListener() {};

    /**
     * A table is about to be written into the backup.
     *
     * @param rows how many rows it has
     */
    default void writing(String table, long rows) {}

    /**
     * A table is about to be read out of the backup, to see whether it is what was written.
     *
     * @param rows how many rows it has
     */
    default void verifying(String table, long rows) {}

    /**
     * A table is about to be read out of the backup and loaded into a store.
     *
     * @param rows how many rows it has
     */
    default void restoring(String table, long rows) {}

    /**
     * Some of the table's rows are done.
     *
     * @param rows how many so far
     */
    default void done(String table, long rows) {}
}

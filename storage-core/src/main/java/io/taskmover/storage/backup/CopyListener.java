package io.taskmover.storage.backup;

/** Is told how a copy goes on, by the copying thread. */
public interface CopyListener {
    /** Listens to nothing. */
    CopyListener NONE = new CopyListener() {};

    /**
     * A table is about to be copied.
     *
     * @param rows how many rows it has
     */
    default void copying(String table, long rows) {}

    /**
     * A copied table is about to be read again and compared.
     *
     * @param rows how many rows it has
     */
    default void comparing(String table, long rows) {}

    /**
     * Some of the table's rows are done.
     *
     * @param rows how many so far
     */
    default void done(String table, long rows) {}
}

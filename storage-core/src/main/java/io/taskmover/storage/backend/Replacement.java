package io.taskmover.storage.backend;

import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.List;

/**
 * Another content for a whole store, loaded while the store still holds the former one, which {@link #commit} puts in its
 * place in one step: whoever opens the store, after whatever crash, finds all of the one or all of the other. However
 * much it is, no more than a batch is in memory, but for a store that lives there.
 *
 * <p>What is replaced are the tables that this library made, but for {@link Decisions#TABLE}: what was decided here about
 * other stores stays decided. Tables that others made in the same database are left alone, and must not have a name of
 * those to be loaded.
 *
 * <p>Used by one thread, by who has the store for itself: others may be refused or kept waiting from the beginning on, and
 * transactions that are open at the end fail. Those who listen for commits are told of one without rows: whoever keeps
 * something of rows has to let go of it. What a crash or {@link #close} leaves of a replacement that was not committed is
 * seen by nobody, and is removed at the latest when the next one begins.
 */
public interface Replacement extends AutoCloseable {

    /**
     * Makes the next table.
     *
     * @param lastGeneratedKey up to which number the store is not to generate keys for it any more; 0 for none
     * @throws io.taskmover.storage.error.SchemaException if there is one of its name, or of its indexes' names, already
     */
    void create(TableSchema schema, long lastGeneratedKey);

    /**
     * Adds rows as {@link BackendTransaction#load} does.
     *
     * @param table one that was made
     */
    void load(String table, List<Row> rows);

    /**
     * Puts what was loaded in the place of what the store held. It is durable then.
     *
     * @throws io.taskmover.storage.error.StorageException if that is not possible; the store holds what it held, unless the
     *     disk or the connection failed at that very moment: then it shows when it is opened again
     */
    void commit();

    /** Forgets what was loaded, unless it was committed. */
    @Override
    void close();
}

package io.taskmover.storage.backend;

import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.TableSchema;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The tables of a store as one transaction sees them. Changes are part of the transaction where
 * {@link Capabilities.Feature#TRANSACTIONAL_DDL} says so. Every method that names a missing table, column or index, or creates
 * one that exists, throws {@link io.taskmover.storage.error.SchemaException}.
 */
public interface Catalog {

    /** The names of the tables, sorted by code point; a backend's own bookkeeping is not among them. */
    List<String> tables();

    Optional<TableSchema> table(String name);

    /**
     * Whether this library created the table. One that was there before is used as it is: it is altered only by an
     * explicit call, never by {@code autoCreate}.
     */
    default boolean owns(String table) {
        return true;
    }

    void create(TableSchema schema);

    /** Removes the table and its rows. */
    void drop(String table);

    /**
     * Adds a column at the end; rows that exist get its default.
     *
     * @throws io.taskmover.storage.error.SchemaException also if it is not null, has no default, and there are rows
     */
    void addColumn(String table, Column column);

    /** Removes a column and its values; one that the key, the version or an index uses is refused. */
    void dropColumn(String table, String column);

    /**
     * Gives a column another name; its values, its place among the columns and what uses it, the key, the version and indexes,
     * stay. Where rows are kept by the names of their columns, as in a folder of files, each of them is written again, all in
     * this transaction.
     */
    void renameColumn(String table, String from, String to);

    /**
     * Lets a column refuse null from now on.
     *
     * @throws io.taskmover.storage.error.SchemaException also if a row has null there
     */
    void setNotNull(String table, String column);

    /** @throws io.taskmover.storage.error.DuplicateKeyException if the index is unique and the rows are not */
    void createIndex(String table, Index index);

    void dropIndex(String table, String index);

    /**
     * A catalog in which nothing is changed: a change only tells the statements that it would run, and is seen by those after
     * it. Whether rows would allow it is not looked at. For a transaction that reads, too.
     *
     * @param statements is given each statement in the database's own SQL
     * @throws UnsupportedException unless {@link Capabilities.Feature#SQL}
     */
    default Catalog rehearsal(Consumer<String> statements) {
        throw new UnsupportedException("This store is no relational database: its changes are no statements");
    }

    /**
     * A number at or above every key that the store has generated for rows of a table, as far as they were committed, and
     * below all that it will generate; 0 for none, and for a table whose keys are not generated.
     */
    long lastGeneratedKey(String table);

    /**
     * Generates only keys above this number from now on, as if a row with that key had been there; does nothing in a table
     * whose keys are not generated. A transaction that is rolled back may leave it so.
     */
    void raiseGeneratedKey(String table, long key);
}

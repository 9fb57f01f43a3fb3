package io.taskmover.storage.backend;

import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.query.Assignments;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Row;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One unit of work: reads see its own writes, and {@link #commit} makes all of them visible and durable at once or, if
 * it throws, none. Used by one thread at a time.
 *
 * <p>After a write or a change of the catalog has failed only {@link #rollback}, {@link #rollbackTo} and {@link #close}
 * are legal; everything else throws {@link IllegalStateException}, as it does after the end, cursors included. A missing
 * table, or a row with a column that its table lacks, is a {@link io.taskmover.storage.error.SchemaException}; a query
 * that names an unknown column, or fails on a row (division by zero, overflow), is a
 * {@link io.taskmover.storage.error.QueryException}. A read-only transaction refuses every write and every change of the
 * catalog with {@link UnsupportedException}.
 */
public interface BackendTransaction extends AutoCloseable {

    Catalog catalog();

    /** The row with this primary key, a value of the key column's type or a {@code CompositeKey}. */
    Optional<Row> find(String table, Object id);

    /**
     * The rows that a selection asks for, in its order; in any order if it names none. Streams: rows are not all held
     * in memory unless a sort needs them.
     */
    RowCursor select(Select select);

    /** How many rows satisfy the selection's condition; its order, limit, offset and projection play no part. */
    long count(Select select);

    /**
     * Writes rows one after the other; if one fails none is written.
     *
     * <p>A row may have some of the table's columns only, by its own {@link Row#type}: an insert gives the others their
     * defaults, an update leaves them as they are. The key must be there, except that a generated one may be absent or
     * null on INSERT and UPSERT; any other row without its key is a
     * {@link io.taskmover.storage.error.ConstraintException}. A table with a version column: INSERT needs 0 or null (or
     * no such column) and stores 1; UPDATE needs the stored version n and stores n + 1; any other is a
     * {@link io.taskmover.storage.error.ConflictException}. UPSERT is INSERT for 0 or null and else UPDATE, a missing
     * row being a conflict.
     *
     * @return the rows as stored, all columns of the table, in the order given
     * @throws io.taskmover.storage.error.ConstraintException if a row breaks its table's rules
     * @throws io.taskmover.storage.error.DuplicateKeyException if a key or unique index has it already
     * @throws io.taskmover.storage.error.NotFoundException if a row to UPDATE does not exist
     */
    List<Row> write(String table, WriteMode mode, List<Row> rows);

    /**
     * Inserts rows as they were stored once, their versions with them: for who brings back what was there, in this store or
     * in another. Those who listen for commits need not be told of them.
     *
     * @param rows whole ones, of all of the table's columns
     * @throws io.taskmover.storage.error.ConstraintException if a row breaks its table's rules
     * @throws io.taskmover.storage.error.DuplicateKeyException if a key or unique index has it already
     */
    void load(String table, List<Row> rows);

    /** Changes every row that satisfies the condition; raises versions. Returns how many there were. */
    long update(String table, Condition where, Assignments changes);

    /** Removes every row that satisfies the condition. Returns how many there were. */
    long delete(String table, Condition where);

    /** Removes the row with this primary key. Returns whether there was one. */
    boolean delete(String table, Object id);

    /** How {@link #select} would run. */
    Explanation explain(Select select);

    /**
     * Runs a statement in the database's own SQL, in a relational store. What it does is part of the transaction. But nobody
     * who listens hears of rows that it changes, no version column is raised, and no value is checked: for reading, for
     * tables that are not this library's, and for what there is no other way to do. It sees values in the form in which they
     * are stored, which {@code docs/formats} describes for tables that this library made. A setting of the session that it
     * changes stays with a connection that others get later.
     *
     * @param sql one statement, with a {@code ?} for each parameter; none that begins or ends a transaction
     * @param parameters are bound, never spliced: values of this library's types in the form of tables that it made, any
     *     other as the driver takes it
     * @return the statement's rows, with the names and the nearest types of its columns; of a statement without rows one,
     *     whose column {@code count} says how many it changed
     * @throws UnsupportedException unless {@link Capabilities.Feature#SQL}
     * @throws io.taskmover.storage.error.QueryException if the statement would begin or end a transaction, or two of its
     *     columns have the same name
     */
    default RowCursor executeSql(String sql, List<? extends @Nullable Object> parameters) {
        throw new UnsupportedException(
                "This store is no relational database and knows no SQL; use select, write, update and delete");
    }

    Savepoint savepoint();

    /**
     * Undoes everything since the savepoint, which stays; later ones are gone. Heals a failed transaction.
     *
     * @throws IllegalArgumentException if the savepoint is another transaction's or is gone
     */
    void rollbackTo(Savepoint savepoint);

    /**
     * Forgets a savepoint and later ones, keeping what was done.
     *
     * @throws IllegalArgumentException if the savepoint is another transaction's or is gone
     */
    void release(Savepoint savepoint);

    /**
     * Makes sure that a later {@link #commit} cannot be refused, and that a crash does not decide between that and
     * {@link #rollback}: only those two, and {@link #close}, are legal then. If it is not decided, by a crash or by
     * {@link #close}, it is when the store is opened again, as the decider says.
     *
     * <p>Until then others who want to write the same rows wait, at their write or at their commit, up to their timeout; a
     * backend may let them wait for whole tables. No two transactions are ever prepared with the same row: the later one is
     * told at its write or here, by a {@link io.taskmover.storage.error.ConflictException} or a
     * {@link io.taskmover.storage.error.StorageTimeoutException}, and can be run again.
     *
     * @param transaction what it was begun as a branch of
     * @throws IllegalArgumentException if it was not: {@link TransactionOptions#asBranchOf}
     * @throws UnsupportedException unless {@link Capabilities.Feature#TWO_PHASE}; or if the transaction changes the catalog,
     *     unless that was refused already
     * @throws io.taskmover.storage.error.ConflictException if another transaction got in first, or holds for its own
     *     decision what this one wrote; only a rollback is legal then
     */
    default void prepare(PreparedTransaction transaction) {
        throw new UnsupportedException("This backend cannot prepare a transaction for a two-phase commit");
    }

    /**
     * Makes this the branch that decides: from its commit on, and not before, a transaction over several stores is
     * committed. That commit is durable when it returns, also in a store whose commits need not be. To be called before
     * another branch is prepared: from now on until the end {@link StorageBackend#isDeciding} tells those who find one.
     *
     * @param stores where the branches of the transaction are
     */
    default void decide(PreparedTransaction transaction, List<String> stores) {
        Decisions.commit(this, transaction, stores);
    }

    /**
     * Makes everything visible and durable.
     *
     * @throws io.taskmover.storage.error.ConflictException if another transaction got in first; all is rolled back
     * @throws io.taskmover.storage.error.StorageIoException if the disk fails. Unless it is full, whether the transaction
     *     is committed is known only when the store is opened again. One that was prepared stays so
     */
    void commit();

    /**
     * Whether {@link #commit} threw something and the transaction may be committed nevertheless: the disk failed at that
     * moment. It shows when the store is opened again.
     */
    default boolean isInDoubt() {
        return false;
    }

    /** Undoes everything and ends the transaction. After the end it does nothing. */
    void rollback();

    /** Rolls back unless it was committed; leaves undecided what was prepared. */
    @Override
    void close();
}

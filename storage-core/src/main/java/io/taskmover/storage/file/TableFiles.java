package io.taskmover.storage.file;

import io.taskmover.storage.file.Changes.Change;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The files that hold the rows of one table, in one layout, and what each of them was when it was last written: by
 * that a person's edit is told from damage, and neither is written over unseen.
 *
 * <p>{@link #read} and {@link #isAsWritten} are for any thread at any time; everything else for one thread at a time.
 */
interface TableFiles {
    /** The directory of the table. */
    Path directory();

    /**
     * The JSON of a row, as it was last written.
     *
     * @throws ChangedFileException if the file was changed by someone else, or is gone
     * @throws io.taskmover.storage.error.CorruptionException if the content is not what was written although nobody
     *     changed the file
     */
    byte[] read(Object key) throws IOException;

    /**
     * Passes everything that is not as it was last written to {@code task}, from several threads at once: rows that
     * differ, are new, or are gone. What only was touched may be passed too.
     *
     * @param schema whose keys the rows have
     * @return the results
     */
    <R> List<R> differences(TableSchema schema, FileTasks.Task<Found, R> task) throws IOException;

    /**
     * The same for these files only, which someone may have changed, made or removed. Others may be passed too.
     */
    <R> List<R> differences(TableSchema schema, Set<Path> only, FileTasks.Task<Found, R> task) throws IOException;

    /**
     * Whether a file, which need not be there, is as it was last written, as far as size and time tell: cheap, and for any
     * thread at any time. False may be wrong while {@link #write} runs.
     *
     * @param schema whose keys the rows have
     */
    boolean isAsWritten(TableSchema schema, Path file) throws IOException;

    /**
     * Finds the files whose content is not what was written although size and time say that nobody changed them: damage,
     * and no edit. Reads all files. Before {@link #differences}.
     */
    List<Damaged> damaged() throws IOException;

    /**
     * A damaged file.
     *
     * @param content what it holds now
     * @param lost the rows of it that are not there as they were written
     * @param intact what of it is; empty if nothing is
     */
    @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
    record Damaged(Path file, byte[] content, List<Object> lost, byte[] intact) {}

    /** The keys of the rows that have a place. A view; weakly consistent. */
    Set<Object> keys();

    /**
     * What is wrong with a row's being in this place, as a sentence without the file's name; null if nothing is.
     *
     * @param later whether the row is to be written after this: then it is no matter if it is elsewhere too
     */
    @Nullable
    String misplaced(Object key, Found found, boolean later);

    /** Whether a row was found whose JSON is what was last written: the file was only touched, or copied. */
    boolean isUnchanged(Found found);

    /** Takes what was found for this row's state, as if the store had written it. */
    void accept(Object key, Found found);

    /**
     * Brings rows to a state, durably: content, names and directories. What stands in a place that is to change and is
     * not as it was last written goes to {@code keeper} first. After a failure it can be done again, also with more
     * rows.
     */
    void write(TableSchema schema, Map<Object, Change> rows, Keeper keeper) throws IOException;

    /**
     * Removes the files of all rows, durably.
     *
     * @param gone whether the table is gone: then its directory goes too, unless something else is in it
     */
    void clear(boolean gone, Keeper keeper) throws IOException;

    /**
     * Writes to the manifest where these rows are, after {@link #write}.
     *
     * @return to be run once it counts
     */
    Runnable describe(TableSchema schema, Map<Object, Change> rows, ManifestWriter out) throws IOException;

    /**
     * Writes all that a manifest says to another one, the rows in key order.
     *
     * @return to be run once the new one has taken the former's place
     */
    Runnable describeAll(TableSchema schema, Manifest.Units former, ManifestWriter out) throws IOException;

    /** The same, from the stubs of all rows, in key order, instead of a former manifest. */
    void describeAll(TableSchema schema, List<Row> stubs, ManifestWriter out) throws IOException;

    /**
     * Takes a unit that a manifest has.
     *
     * @param offset where in the manifest it is
     */
    void restore(TableSchema schema, ByteSource unit, long offset, StubVisitor visitor);

    /** Is told of each row in a unit. */
    interface StubVisitor {
        /** @param stub what follows in the unit, read by this: shape and values */
        Object stored(ByteSource stub);

        void removed(Object key);
    }

    /** Keeps what someone else wrote before it is written over. */
    interface Keeper {
        /**
         * Keeps it. Called without locks, perhaps from several threads at once, and may commit to the store.
         *
         * @param found with JSON; it is durable elsewhere on return
         * @param key the row that is to be written there; null if none is
         * @throws IOException also if it is being changed: then what would be written over it has to wait
         */
        void keep(Found found, @Nullable Object key) throws IOException;
    }
}

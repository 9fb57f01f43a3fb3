package io.taskmover.storage.file;

import io.taskmover.storage.backend.CommitOrigin;
import io.taskmover.storage.engine.BranchStep;
import io.taskmover.storage.engine.CommitLog;
import io.taskmover.storage.engine.CommitRecord;
import io.taskmover.storage.error.SchemaException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** Hands each commit to the journal, which makes it durable, and to the materialiser, which makes it files. */
final class FileCommitLog implements CommitLog {
    private final StorePaths paths;
    private final Journal journal;
    private final Materialiser materialiser;

    /** The tables that this store has or had: what their directories hold is its own. Used under the commit lock. */
    private final Set<String> own;

    /** @param tail the tables that commits after the checkpoint are about, which the journal had */
    FileCommitLog(StorePaths paths, Journal journal, Materialiser materialiser, Collection<String> tail) {
        this.paths = paths;
        this.journal = journal;
        this.materialiser = materialiser;
        this.own = new HashSet<>(materialiser.checkpoint().tables().keySet());
        own.addAll(tail);
    }

    @Override
    public Ticket append(CommitRecord record) {
        if (!(record.step() instanceof BranchStep.Decided)) {
            materialiser.requireRoom(); // what is decided is not refused any more, and makes room
        }
        for (CommitRecord.TableChange change : record.tables()) {
            requireOwn(change.table());
        }
        CommitRecord waiting = record.withoutBefore(); // it may wait for long, and what it replaces is counted nowhere
        // both or none: a commit that only the journal had would be there again when the store is opened
        journal.append(record, bytes -> materialiser.append(waiting, bytes));
        return () -> {
            if (record.step() == null) {
                journal.await(record.sequence());
            } else {
                journal.sync(record.sequence()); // other stores rely on it, whatever this one is content with
            }
            // durable already; waiting here slows down who writes faster than files can be made. Those who make the
            // files
            // must not wait for themselves: they commit what someone else wrote there, and listeners to that may commit
            // more
            // a branch that is prepared, or decided, is waited for elsewhere
            if (record.origin() == CommitOrigin.APPLICATION && record.step() == null && !Threads.isOwn()) {
                materialiser.awaitRoom();
            }
        };
    }

    @Override
    public void awaitRoom() {
        if (!Threads.isOwn()) {
            materialiser.awaitRoom();
        }
    }

    /** Refuses a new table whose directory holds JSON files that this store knows nothing of: they would be lost. */
    private void requireOwn(String table) {
        if (own.contains(table)) {
            return;
        }
        Path directory = paths.table(table);
        try {
            if (!new EntityFolder(directory).list().isEmpty()) {
                throw new SchemaException("The table '" + table + "' cannot be created: " + directory
                        + " holds JSON files already, which are not of this store; move them away, and import them");
            }
        } catch (IOException e) {
            throw Failures.io("look into", directory, e);
        }
        own.add(table);
    }

    @Override
    public void close() {
        materialiser.close();
        journal.close();
        materialiser.leave(journal.appended());
    }
}

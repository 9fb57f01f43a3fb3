package io.taskmover.storage.file;

import io.taskmover.storage.engine.CommitLog;
import io.taskmover.storage.engine.CommitRecord;
import java.io.IOException;

/** Hands each commit to the journal, which makes it durable, and to the materialiser, which makes it files. */
final class FileCommitLog implements CommitLog {
    private final Journal journal;
    private final Materialiser materialiser;

    FileCommitLog(Journal journal, Materialiser materialiser) {
        this.journal = journal;
        this.materialiser = materialiser;
    }

    @Override
    public Ticket append(CommitRecord record) {
        materialiser.requireRoom();
        int bytes = journal.append(record);
        materialiser.append(record, bytes);
        return () -> {
            journal.await(record.sequence());
            // durable already; waiting here slows down who writes faster than files can be made
            materialiser.awaitRoom();
        };
    }

    @Override
    public void close() {
        materialiser.close();
        journal.close();
        if (materialiser.checkpoint().sequence() == journal.appended()) {
            try {
                journal.clear();
            } catch (IOException e) {
                Threads.LOG.warn("The journal, which is not needed any more, cannot be removed", e);
            }
        }
    }
}

package io.taskmover.storage.fileops;

import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A transaction whose intents are in the journal, or about to be: carries it out, and ends it in one way or the other. */
final class JournaledTransaction {
    private final RootFolder root;
    private final IntentJournal journal;
    private final Intents intents;
    private final StepCarrier carrier;
    private final StepUndoing undoing;

    /** The marks that its journal file may have; more than one after a failure. */
    private final Set<Mark> marks = new HashSet<>();

    private Mark mark;
    /** How many steps may have happened; all, after a crash. */
    private int reached;

    /** @param mark what the journal has for it; null if it is not there yet */
    JournaledTransaction(RootFolder root, Volume volume, IntentJournal journal, Intents intents, @Nullable Mark mark) {
        this.root = root;
        this.journal = journal;
        this.intents = intents;
        this.carrier = new StepCarrier(root, volume, intents);
        this.undoing = new StepUndoing(root, intents);
        this.mark = mark == null ? Mark.begun(0) : mark;
        this.reached = mark == null ? 0 : intents.steps().size();
        marks.add(this.mark);
    }

    PreparedTransaction name() {
        return intents.transaction();
    }

    Set<Path> paths() {
        return intents.paths();
    }

    Mark mark() {
        return mark;
    }

    /**
     * Writes the intents and carries them out, all durable on return. If it fails, it is to be undone.
     *
     * @param between is called before each step; may throw
     */
    void carryOut(Runnable between) {
        try {
            journal.begin(intents);
        } catch (IOException e) {
            throw Failures.io("write to the journal", journal.directory(), e);
        }
        for (int level = 0; level < intents.levels(); level++) {
            if (level > 0) {
                mark(Mark.begun(level));
            }
            Batch batch = carrier.batch();
            for (int step : intents.level(level)) {
                between.run();
                reached = step + 1;
                try {
                    carrier.carryOut(step, batch);
                } catch (ConflictException e) {
                    reached = step;
                    throw e;
                }
            }
            flush(batch);
        }
    }

    /** It can be committed and rolled back from now on, after a crash too. */
    void prepared() {
        mark(Mark.PREPARED);
    }

    /**
     * It is going to be finished from now on, after a crash too.
     *
     * @throws IllegalStateException if it was not carried out as a whole
     */
    void decide() {
        boolean whole = mark.state() != Mark.State.BEGUN || mark.level() == intents.levels() - 1;
        if (!whole || reached < intents.steps().size() - intents.afterCommit().size()) {
            throw new IllegalStateException(
                    "This transaction was cut off before it was prepared: it can be rolled back only");
        }
        mark(Mark.COMMITTED);
    }

    /** Does what can be done only when it is decided that it stays; can be cut off and done again. */
    void finish() {
        Batch batch = carrier.batch();
        for (Step step : intents.afterCommit()) {
            Path path = root.onDisk(step.to());
            try {
                remove(step, path, batch);
            } catch (IOException e) {
                throw Failures.io(step.describe(), path, e);
            }
        }
        flush(batch);
        end();
    }

    private void remove(Step step, Path path, Batch batch) throws IOException {
        batch.changes(path);
        FileIdentity found = FileIdentity.of(path);
        if (found == null) {
            return;
        }
        boolean ours = found.kind() == step.identity().kind()
                && (step.kind() == Step.Kind.DISCARD || step.identity().isUnchangedAt(path, intents.seenAt()));
        boolean deleted = ours && batch.delete(path);
        if (!deleted && step.kind() == Step.Kind.REMOVE) {
            FileOperations.LOG.warn(
                    "{} stays, although it was moved to another file system: somebody has changed it since it was copied",
                    path);
        }
    }

    /** Undoes it as far as it was carried out; can be cut off and done again. */
    void undo() {
        int last = mark.state() == Mark.State.BEGUN ? mark.level() : intents.levels() - 1;
        if (marks.size() > 1 || mark.state() != Mark.State.BEGUN) {
            mark(Mark.begun(last));
        }
        for (int level = last; level >= 0; level--) {
            undoLevel(level);
            if (level > 0) {
                mark(Mark.begun(level - 1));
            }
        }
        end();
    }

    /** What can be undone is, also if something else of the level cannot. */
    private void undoLevel(int level) {
        List<Integer> steps = new ArrayList<>(intents.level(level));
        steps.removeIf(step -> step >= reached);
        Collections.reverse(steps);
        Batch batch = carrier.batch();
        StorageException failure = null;
        for (int step : steps) {
            try {
                undoing.undo(step, batch);
            } catch (StorageException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        flush(batch);
        if (failure != null) {
            throw failure;
        }
    }

    private void flush(Batch batch) {
        try {
            batch.flush();
        } catch (IOException e) {
            throw Failures.io("make the changes below " + root.path() + " durable", root.path(), e);
        }
    }

    private void mark(Mark now) {
        Set<Mark> former = Set.copyOf(marks);
        marks.add(now);
        try {
            journal.mark(intents.id(), former, now);
        } catch (IOException e) {
            throw Failures.io("write to the journal", journal.directory(), e);
        }
        marks.retainAll(Set.of(now));
        mark = now;
    }

    private void end() {
        try {
            journal.end(intents.id(), marks);
        } catch (IOException e) {
            throw Failures.io("write to the journal", journal.directory(), e);
        }
    }
}

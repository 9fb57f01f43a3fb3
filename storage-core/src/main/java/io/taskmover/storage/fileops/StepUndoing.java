package io.taskmover.storage.fileops;

import io.taskmover.storage.error.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Undoes one transaction's steps, of which nobody may know whether they were carried out: the disk tells. What is at a
 * step's place and is not what the step put there stays. Can be cut off anywhere, and done again.
 */
final class StepUndoing {
    private final RootFolder root;
    private final Intents intents;

    StepUndoing(RootFolder root, Intents intents) {
        this.root = root;
        this.intents = intents;
    }

    /**
     * Undoes a step of which any part may have happened; durable when the batch is flushed.
     *
     * @throws StorageException if somebody has changed something, so that it cannot be undone without a loss
     */
    void undo(int number, Batch batch) {
        Step step = intents.steps().get(number);
        Path to = root.onDisk(step.to());
        try {
            // what is undone already may not be durable yet
            batch.changes(to);
            switch (step.kind()) {
                case MOVE -> undoMove(step, root.onDisk(Objects.requireNonNull(step.from())), to, batch);
                case COPY -> undoCopy(step, root.onDisk(intents.part(number)), to, batch);
                case COPY_LINK -> undoLink(step, to, batch);
                case DIRECTORY -> removeDirectory(step, to, batch);
                case ATTRIBUTES -> {
                    FileCopy.giveOwnerAll(to);
                    batch.changesIn(to);
                }
                case REMOVE, DISCARD -> throw new IllegalArgumentException("this is for after the commit: " + step);
            }
        } catch (IOException e) {
            throw Failures.io("undo: " + step.describe(), to, e);
        }
    }

    private void undoMove(Step step, Path from, Path to, Batch batch) throws IOException {
        batch.changes(from);
        FileIdentity atFrom = FileIdentity.of(from);
        FileIdentity atTo = FileIdentity.of(to);
        if (Batch.isOneEntry(from, to)) {
            batch.move(to, from, step.identity());
        } else if (atTo == null) {
            if (atFrom == null) {
                throw stuck(step, "it is neither at " + from + " nor at " + to + ". Put it to one of them");
            }
        } else if (atFrom == null) {
            if (!step.identity().isAt(to)) {
                throw stuck(step, to + " is something else now. Put it elsewhere, and what was there back to " + from);
            }
            root.requirePlainWay(step.to());
            root.requirePlainWay(Objects.requireNonNull(step.from()));
            batch.move(to, from, step.identity());
        } else if (Batch.isSame(from, to)) {
            batch.dropName(to, from);
        } else if (!step.identity().isAt(from)) {
            throw stuck(step, "there is something else at " + from + ". Put that elsewhere");
        }
    }

    private void undoCopy(Step step, Path part, Path to, Batch batch) throws IOException {
        if (FileIdentity.of(part) != null) {
            // the copy has its name only if it is the same file; else it never got it
            if (Batch.isSame(part, to)) {
                batch.delete(to);
            }
            batch.delete(part);
        } else if (step.identity().hasContentAt(to)) {
            root.requirePlainWay(step.to());
            batch.delete(to);
        } else if (FileIdentity.of(to) != null) {
            throw stuck(step, to + " is not the copy that was put there. Put it elsewhere");
        }
    }

    private static void undoLink(Step step, Path to, Batch batch) throws IOException {
        if (step.identity().isAt(to)) {
            batch.delete(to);
        } else if (FileIdentity.of(to) != null) {
            throw stuck(step, to + " is not the link that was put there. Put it elsewhere");
        }
    }

    private static void removeDirectory(Step step, Path to, Batch batch) throws IOException {
        FileIdentity found = FileIdentity.of(to);
        if (found != null && found.kind() == FileIdentity.Kind.DIRECTORY && !batch.delete(to)) {
            FileOperations.LOG.warn(
                    "{} stays when it is undone to {}: somebody has put something in it", to, step.describe());
        }
    }

    private static StorageException stuck(Step step, String problem) {
        return new StorageException(
                "Cannot undo: " + step.describe() + ", because " + problem
                        + ", and have the transaction rolled back again; until then it is in doubt, and nobody else can work there");
    }
}

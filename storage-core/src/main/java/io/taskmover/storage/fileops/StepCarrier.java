package io.taskmover.storage.fileops;

import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.StorageIoException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** Carries out one transaction's steps, as far as they can be undone. */
final class StepCarrier {
    private final RootFolder root;
    private final Volume volume;
    private final Intents intents;

    StepCarrier(RootFolder root, Volume volume, Intents intents) {
        this.root = root;
        this.volume = volume;
        this.intents = intents;
    }

    Batch batch() {
        return new Batch(volume);
    }

    /**
     * Carries out a step; durable when the batch is flushed.
     *
     * @throws ConflictException if the disk is not as it was; nothing of the step has happened then
     * @throws StorageIoException if any part of it may have happened
     */
    void carryOut(int number, Batch batch) {
        Step step = intents.steps().get(number);
        try {
            root.requirePlainWay(step.to());
            switch (step.kind()) {
                case MOVE -> move(step, batch);
                case COPY -> copy(step, intents.part(number), batch);
                case COPY_LINK -> {
                    requireSource(step);
                    batch.makeLink(
                            onDisk(step.to()),
                            Objects.requireNonNull(step.identity().target()));
                }
                case DIRECTORY -> {
                    batch.changes(onDisk(step.to()));
                    Files.createDirectory(onDisk(step.to()));
                }
                case ATTRIBUTES -> {
                    FileCopy.copyAttributes(from(step), onDisk(step.to()));
                    batch.changesIn(onDisk(step.to()));
                }
                case REMOVE, DISCARD -> throw new IllegalArgumentException("this is for after the commit: " + step);
            }
        } catch (FileAlreadyExistsException e) {
            ConflictException conflict = Failures.conflict(
                    "Cannot " + step.describe() + ": meanwhile somebody has put something there; nothing of the"
                            + " transaction stays. Look at it and decide again",
                    step.to());
            conflict.initCause(e);
            throw conflict;
        } catch (IOException e) {
            throw Failures.io(step.describe(), onDisk(step.to()), e);
        }
    }

    private void move(Step step, Batch batch) throws IOException {
        requireSource(step);
        if (step.identity().sha256() != null && !hasContent(step)) {
            // it was copied, and will be removed: what was written into it since would be gone
            throw changed(step);
        }
        Path to = onDisk(step.to());
        batch.move(from(step), to, step.identity());
        if (!step.identity().isAt(to)) {
            // between the look and the rename; what it is now keeps its name, and the undoing gives it the former back
            throw Failures.refused(to, "is not the file that was to be moved there: somebody has exchanged it");
        }
    }

    private void copy(Step step, Path partName, Batch batch) throws IOException {
        requireSource(step);
        Path part = onDisk(partName);
        boolean placed = false;
        try {
            String sum = FileCopy.copy(from(step), part, step.identity().modifiedTime());
            if (!sum.equals(step.identity().sha256())) {
                throw changed(step);
            }
            if (!sum.equals(Sha256.of(part))) {
                throw Failures.refused(part, "does not hold what was written into it; do not trust this disk");
            }
            batch.move(part, onDisk(step.to()), step.identity());
            placed = true;
        } catch (FileAlreadyExistsException | ConflictException e) {
            batch.delete(part);
            placed = true;
            throw e;
        } finally {
            if (!placed) {
                batch.changes(part); // the undoing deletes it
            }
        }
    }

    private void requireSource(Step step) throws IOException {
        root.requirePlainWay(Objects.requireNonNull(step.from()));
        if (!step.identity().isAt(from(step))) {
            throw changed(step);
        }
    }

    private boolean hasContent(Step step) throws IOException {
        return step.identity().isUnchangedAt(from(step), intents.seenAt())
                || step.identity().hasContentAt(from(step));
    }

    private static StorageException changed(Step step) {
        return Failures.conflict(
                "Cannot " + step.describe() + ": " + step.from()
                        + " is not what it was when the transaction began to be"
                        + " carried out; somebody has changed it since. Look at it and decide again",
                Objects.requireNonNull(step.from()));
    }

    private Path from(Step step) {
        return onDisk(Objects.requireNonNull(step.from()));
    }

    private Path onDisk(Path relative) {
        return root.onDisk(relative);
    }
}

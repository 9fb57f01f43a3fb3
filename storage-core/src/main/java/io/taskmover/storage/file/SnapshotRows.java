package io.taskmover.storage.file;

import io.taskmover.storage.engine.CommitRecord;
import io.taskmover.storage.engine.RowReader;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.CorruptionException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.file.RowParser.Broken;
import io.taskmover.storage.file.RowParser.Parsed;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rows that a reader's snapshot has in the files, while somebody else writes the files.
 *
 * <p>What it gives was checked against what a manifest says of the file, so that it is never a later row. As long as the
 * files lack some of what the snapshot has, the one who writes goes on bringing them there, and may replace a file for
 * the sake of other rows in it: then the new manifest says what that is now. A file that was changed further, by the
 * one who writes or by a person, cannot be used any more; one that a person had broken already when the snapshot was
 * opened is named as damaged. Thread-safe.
 */
final class SnapshotRows implements RowReader {
    /** How long a batch of files may take until the manifest says what they are. */
    private static final long BATCH_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final Disk disk;
    private final StorePaths paths;
    private final Supplier<RowFiles> layout;
    private final ReaderRegistration registration;
    private final List<CommitRecord> tail;
    private final long sequence;
    /** What stood where rows were read from when the snapshot was opened, and is no row: by table and key. */
    private final Map<String, Map<Object, Broken>> broken = new HashMap<>();

    private volatile Checkpoint checkpoint;
    private volatile boolean lost;
    /** The manifest when it was last looked at. Guarded by this. */
    private ManifestStamp seen;

    /** The rows' files as they are after a commit. */
    private record Checkpoint(long sequence, RowFiles rows) {}

    /** @param layout makes what knows of no files yet */
    SnapshotRows(Disk disk, StorePaths paths, Supplier<RowFiles> layout, ReaderOpening.Opened opened) {
        this.disk = disk;
        this.paths = paths;
        this.layout = layout;
        this.registration = opened.registration();
        this.tail = opened.recovered().tail();
        this.sequence = opened.recovered().changes().sequence();
        this.checkpoint = new Checkpoint(opened.recovered().checkpoint().sequence(), opened.files());
        this.seen = opened.manifest();
        opened.recovered().tables().forEach(this::noteBroken);
    }

    private void noteBroken(TableState table) {
        for (Parsed edit : table.edits()) {
            Object key = edit.found().key();
            if (edit instanceof Broken bad && key != null) {
                broken.computeIfAbsent(table.schema().name(), name -> new HashMap<>())
                        .put(key, bad);
            }
        }
    }

    /** Whether a row could not be read, because its file was changed further. */
    boolean isLost() {
        return lost;
    }

    @Override
    public Row read(TableSchema schema, Object id) {
        long start = System.nanoTime();
        while (true) {
            Checkpoint now = checkpoint;
            try {
                return now.rows().read(schema, id);
            } catch (CorruptionException e) {
                boolean revoked = registration.isRevoked();
                if (!revoked && !(e.getCause() instanceof ChangedFileException)) {
                    throw e;
                }
                Broken bad = broken(schema.name(), id);
                if (bad != null) {
                    // what the row was is not known here, also if the one who writes still knows it
                    throw BrokenFiles.failure(bad, e.getCause());
                }
                if (follow(now)) {
                    continue;
                }
                if (revoked || now.sequence() >= sequence || System.nanoTime() - start > BATCH_NANOS) {
                    lost = true;
                    throw conflict(schema.name(), id);
                }
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
    }

    private @Nullable Broken broken(String table, Object id) {
        return broken.getOrDefault(table, Map.of()).get(id);
    }

    /** Takes the manifest that was written meanwhile, if there is one and the snapshot has all that it has. */
    private synchronized boolean follow(Checkpoint former) {
        if (checkpoint != former) {
            return true;
        }
        try {
            ManifestStamp present = ManifestStamp.of(paths);
            if (present.equals(seen)) {
                return false;
            }
            RowFiles rows = layout.get();
            StoreCatalog catalog =
                    new Recovery(disk, paths, rows, Deletions.FEW).checkpoint().catalog();
            if (catalog.sequence() <= former.sequence() || catalog.sequence() > sequence) {
                return false;
            }
            Changes unused = Recovery.unstable(
                    catalog,
                    tail.stream()
                            .filter(commit -> commit.sequence() > catalog.sequence())
                            .toList(),
                    rows);
            checkpoint = new Checkpoint(catalog.sequence(), rows);
            seen = present;
            return true;
        } catch (IOException | StorageException e) {
            return false; // it is being written; the one who waits looks again
        }
    }

    private static ConflictException conflict(String table, Object id) {
        return new ConflictException(
                "The row '" + id + "' of table '" + table
                        + "' was changed after the snapshot that this reader sees, and"
                        + " what it was is not kept any longer; run the transaction again, on a newer snapshot",
                table,
                id,
                null,
                null);
    }
}

package io.taskmover.storage.backup;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Catalog;
import io.taskmover.storage.backend.Decisions;
import io.taskmover.storage.backend.Replacement;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.error.CorruptionException;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.error.StorageIoException;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * A backup of a store in one file, the same for every kind of store: tables, schemas, rows with their versions, and how far
 * keys were generated. The format is in {@code docs/formats/backup.md}.
 *
 * <p>It holds one moment of the store, whoever writes meanwhile; rows stream, and memory holds a batch of them. A backup
 * that is written is read again, all of it, and is on the disk, before the file gets its name: a file of that name is a
 * whole backup, or was damaged later. One that is not what was written is never used.
 *
 * <pre>{@code
 * StoreBackup backup = StoreBackup.at(Path.of("tasks.zip"));
 * backup.write(storage.backend());
 * backup.verify();
 * backup.replace(other);
 * }</pre>
 *
 * <p>Decisions on transactions over several stores belong to the store that made them, and are neither backed up nor
 * replaced. Not thread-safe.
 */
public final class StoreBackup {
    // how long it takes depends on the amount of data, and the store's timeout is for single operations
    private static final TransactionOptions READING = TransactionOptions.READ_ONLY.withTimeout(Duration.ofDays(1));

    private static final int BUFFER_BYTES = 1 << 16;

    private final Path file;
    private BackupListener listener = BackupListener.NONE;
    private Clock clock = Clock.systemUTC();

    private StoreBackup(Path file) {
        this.file = file;
    }

    /** The backup in a file, which need not be there yet. */
    public static StoreBackup at(Path file) {
        return new StoreBackup(file);
    }

    public StoreBackup listener(BackupListener observer) {
        listener = observer;
        return this;
    }

    /** What tells when it was made. */
    public StoreBackup clock(Clock source) {
        clock = source;
        return this;
    }

    /**
     * Backs up a store. The file is there, whole, verified and durable, when this returns, and not at all if it throws.
     *
     * @return what it holds
     * @throws StorageIoException if the file is there already, or cannot be written
     * @throws io.taskmover.storage.error.LockedException if somebody is writing a backup of this name
     * @throws CorruptionException if what was written cannot be read back as it was
     */
    public BackupManifest write(StorageBackend source) {
        try (PublishedFile pending = PublishedFile.create(file)) {
            BackupManifest manifest;
            OutputStream out = new BufferedOutputStream(Channels.newOutputStream(pending.channel()), BUFFER_BYTES);
            try (BackendTransaction reading = source.whole().begin(READING);
                    BackupWriter writer = new BackupWriter(reading, clock.instant(), listener, out)) {
                manifest = writer.write();
            }
            pending.force();
            var unused = verify(pending.written());
            pending.publish();
            return manifest;
        } catch (IOException e) {
            throw failure("written", e);
        }
    }

    /**
     * Reads the whole backup.
     *
     * @return what it holds
     * @throws CorruptionException if it is not what was written, or no backup; it says which part
     * @throws StorageIoException if it cannot be read
     */
    public BackupManifest verify() {
        try {
            return verify(file);
        } catch (IOException e) {
            throw failure("read", e);
        }
    }

    private BackupManifest verify(Path place) throws IOException {
        return new BackupReader(place, file).read(new Verifying());
    }

    /**
     * Brings the backup back into a store without rows, in one step: after a failure or a crash the store has none of it.
     * Tables without rows that the store has are replaced by those of the backup. The store is to be used by nobody else.
     *
     * @return what the backup holds, and the store now
     * @throws SchemaException if the store has rows; {@link #replace} removes them
     * @throws CorruptionException if the backup is damaged; the store is as it was then
     * @throws io.taskmover.storage.error.UnsupportedException if the store cannot replace what it holds in one step
     * @throws StorageIoException if the backup cannot be read
     */
    public BackupManifest restore(StorageBackend target) {
        requireNoRows(target);
        return replace(target);
    }

    /**
     * Brings the backup back in the place of all that a store holds, in one step: after a failure or a crash it has all that
     * it had, or all of the backup. Tables that are not in the backup are gone. The store is to be used by nobody else;
     * repositories of a {@code Storage} that has it open do not look whether their tables still fit: open it anew.
     *
     * @return what the backup holds, and the store now
     * @throws CorruptionException if the backup is damaged; the store is as it was then
     * @throws SchemaException if a table of the backup has the name of one that this library did not make
     * @throws io.taskmover.storage.error.UnsupportedException if the store cannot replace what it holds in one step
     * @throws StorageIoException if the backup cannot be read
     * @see Replacement
     */
    public BackupManifest replace(StorageBackend target) {
        try (Replacement replacement = target.beginReplacement()) {
            BackupManifest manifest = new BackupReader(file, file).read(new Restoring(replacement));
            replacement.commit();
            return manifest;
        } catch (IOException e) {
            throw failure("read", e);
        }
    }

    private static void requireNoRows(StorageBackend target) {
        try (BackendTransaction looking = target.whole().begin(TransactionOptions.READ_ONLY)) {
            Catalog catalog = looking.catalog();
            for (String table : catalog.tables()) {
                if (!table.equals(Decisions.TABLE) && catalog.owns(table)) {
                    long rows = looking.count(Select.from(table));
                    if (rows > 0) {
                        throw new SchemaException("Table '" + table + "' of the store has " + rows
                                + " rows already; restore into an empty store, or replace what this one holds");
                    }
                }
            }
        }
    }

    private StorageIoException failure(String what, IOException e) {
        String text = String.valueOf(e.getMessage());
        boolean full = text.toLowerCase(Locale.ROOT).matches(".*(no space left|not enough space|quota exceeded).*");
        String reason;
        if (e instanceof FileAlreadyExistsException) {
            reason = "there is a file of this name already, and a backup does not replace one; name another";
        } else if (e instanceof NoSuchFileException missing) {
            reason = "there is no " + ("no such directory".equals(missing.getReason()) ? "directory " : "file ")
                    + missing.getFile();
        } else if (e instanceof AccessDeniedException) {
            reason = "permission denied";
        } else if (full) {
            reason = "no space is left; free some and retry";
        } else {
            reason = e instanceof FileSystemException named && named.getReason() != null ? named.getReason() : text;
        }
        return new StorageIoException("The backup " + file + " cannot be " + what + ": " + reason, file, full, e);
    }

    /** Follows a backup that is only read. */
    private final class Verifying implements BackupReader.Visitor {
        private long rows;

        @Override
        public void table(TableSchema schema, BackupManifest.Table table) {
            rows = 0;
            listener.verifying(table.name(), table.rows());
        }

        @Override
        public void rows(TableSchema schema, List<Row> batch) {
            rows += batch.size();
            listener.done(schema.name(), rows);
        }
    }

    /** Loads what is read into a store. */
    private final class Restoring implements BackupReader.Visitor {
        private final Replacement replacement;
        private long rows;

        Restoring(Replacement replacement) {
            this.replacement = replacement;
        }

        @Override
        public void table(TableSchema schema, BackupManifest.Table table) {
            rows = 0;
            listener.restoring(table.name(), table.rows());
            replacement.create(schema, table.lastGeneratedKey());
        }

        @Override
        public void rows(TableSchema schema, List<Row> batch) {
            replacement.load(schema.name(), batch);
            rows += batch.size();
            listener.done(schema.name(), rows);
        }
    }
}

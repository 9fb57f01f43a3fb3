package io.taskmover.storage.file;

import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.file.TableFiles.Keeper;
import java.io.IOException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what someone else wrote where the store is about to write: commits it, which makes it the row's latest value, or
 * copies it to the {@link Quarantine} if it is no valid row. Waits until it has been left alone for a while: half a file
 * that an editor is just writing is not what the person meant.
 */
final class EditKeeper {
    /** How long a file must have been as it is before it is taken for what the person meant. */
    static final long STABLE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Quarantine quarantine;
    private volatile @Nullable Edits edits;

    EditKeeper(Quarantine quarantine) {
        this.quarantine = quarantine;
    }

    /** Has edits committed from now on; until then all go to the quarantine. */
    void commitTo(Edits committing) {
        edits = committing;
    }

    /** Keeps what stands where rows of a table are to be written. */
    Keeper of(String table) {
        return (found, key) -> {
            Found stable = stable(found);
            if (stable != null && !isCommitted(table, stable, key)) {
                quarantine.keep(stable, key);
            }
        };
    }

    /** Keeps what stands where a table was that is gone. */
    Keeper ofNoTable() {
        return quarantine;
    }

    private boolean isCommitted(String table, Found found, @Nullable Object key) throws IOException {
        Edits committing = edits;
        if (committing == null || key == null) {
            return false;
        }
        try {
            return committing.commitOver(table, found, key);
        } catch (StorageException e) {
            // it is not known whether it was committed, and the copy does no harm; the cause meets who commits next
            Threads.LOG.warn("{} cannot be committed: {}", found.place(), e.getMessage());
            return false;
        } catch (IllegalStateException e) {
            // the store is being closed; what was to be written there is in the journal
            throw new IOException(
                    found.place() + " was changed by someone else: that is taken over at the next opening", e);
        }
    }

    /** What stands there once nobody has written to it for a while; null if it is gone. */
    private static @Nullable Found stable(Found found) throws IOException {
        Found now = found;
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            Fingerprint print = now.print();
            long age = print == null
                    ? STABLE_NANOS
                    : TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - print.modified();
            // a time that is yet to come tells nothing
            if (print == null || age < 0 || age >= STABLE_NANOS || System.nanoTime() - deadline > 0) {
                return now;
            }
            LockSupport.parkNanos(STABLE_NANOS - age);
            BasicFileAttributes attributes = Fingerprint.look(now.file());
            if (attributes == null && now.line() == 0) {
                return null;
            }
            if (!print.fits(attributes)) {
                if (now.line() > 0 || attributes == null) {
                    throw new IOException(now.file() + " is being changed by someone else");
                }
                byte[] json = Links.read(now.file());
                now = new Found(now.file(), 0, now.key(), json, Fingerprint.of(attributes, json));
            }
        }
    }
}

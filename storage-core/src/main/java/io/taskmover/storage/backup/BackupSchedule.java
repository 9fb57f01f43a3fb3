package io.taskmover.storage.backup;

import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.error.StorageIoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Backs up a store by itself, as a {@link BackupPlan} says, from a thread of its own, as long as it is open. When the next
 * backup is due depends on the newest one in the directory, so that it does not matter how often the program is started.
 *
 * <p>Surplus backups are removed after a new one is whole, and never the newest; files that no schedule made of this store
 * are left alone, whatever they hold. A backup that fails is tried again after ten minutes, or when the next one would be
 * due if that is earlier. Thread-safe.
 */
public final class BackupSchedule implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BackupSchedule.class);
    private static final Duration PAUSE = Duration.ofMinutes(10);
    /** The clock may be set while one waits for it. */
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final StorageBackend source;
    private final BackupPlan plan;
    private final BackupFolder folder;
    private final Clock clock;
    private final Listener listener;
    private final Thread thread = new Thread(this::run, "storage-backups");
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closing = lock.newCondition();
    private volatile boolean closed;
    private Instant notBefore = Instant.MIN;

    private BackupSchedule(StorageBackend source, String address, BackupPlan plan, Clock clock, Listener listener) {
        this.source = source;
        this.plan = plan;
        this.folder = new BackupFolder(plan.directory(), address);
        this.clock = clock;
        this.listener = listener;
        thread.setDaemon(true);
    }

    /** Is told what becomes of scheduled backups, by their thread. */
    public interface Listener {
        /** Writes failures to the log as errors, and what is done as information. */
        Listener LOGGING = new Listener() {
            @Override
            public void made(Path file, BackupManifest backup) {
                LOG.info("Backed up {} rows to {}", backup.rows(), file);
            }

            @Override
            public void failed(Exception failure) {
                LOG.error("A scheduled backup failed; it is tried again soon", failure);
            }
        };

        /** A backup is there, whole. */
        default void made(Path file, BackupManifest backup) {}

        /** A backup was removed, because newer ones are enough. */
        default void removed(Path file) {}

        /** A backup could not be made, or a surplus one could not be removed. */
        void failed(Exception failure);
    }

    /**
     * Begins to back up a store.
     *
     * @param source open, until this is closed
     * @param address what tells the store apart from others that are backed up into the same directory
     */
    public static BackupSchedule start(
            StorageBackend source, String address, BackupPlan plan, Clock clock, Listener listener) {
        BackupSchedule schedule = new BackupSchedule(source, address, plan, clock, listener);
        schedule.thread.start();
        return schedule;
    }

    /** For tests: one that does nothing by itself. */
    static BackupSchedule idle(StorageBackend source, String address, BackupPlan plan, Clock clock, Listener listener) {
        return new BackupSchedule(source, address, plan, clock, listener);
    }

    private void run() {
        while (!closed) {
            runIfDue();
            pause();
        }
    }

    private void pause() {
        lock.lock();
        try {
            long left = LOOK_NANOS;
            while (!closed && left > 0) {
                left = closing.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            closed = true; // nobody else knows of the thread
        } finally {
            lock.unlock();
        }
    }

    /** Makes a backup if it is time for one. */
    void runIfDue() {
        Instant now = clock.instant();
        try {
            if (!now.isBefore(notBefore) && isDue(now)) {
                notBefore = now.plus(plan.every().compareTo(PAUSE) < 0 ? plan.every() : PAUSE);
                backUp(now);
            }
        } catch (Cancelled e) {
            LOG.info("A scheduled backup was given up, because the store is being closed");
        } catch (RuntimeException e) {
            listener.failed(e);
        } catch (IOException e) {
            listener.failed(new StorageIoException(
                    "The store cannot be backed up to " + plan.directory() + ": " + e, plan.directory(), false, e));
        }
    }

    private boolean isDue(Instant now) throws IOException {
        List<BackupFolder.Made> made = folder.list();
        return made.isEmpty() || !now.isBefore(made.get(0).at().plus(plan.every()));
    }

    private void backUp(Instant now) throws IOException {
        Files.createDirectories(plan.directory());
        folder.removeRests();
        Path file = folder.file(now);
        BackupManifest manifest =
                StoreBackup.at(file).clock(clock).listener(new UntilClosed()).write(source);
        listener.made(file, manifest);
        for (BackupFolder.Made surplus : folder.surplus(plan, now)) {
            Files.deleteIfExists(surplus.file());
            listener.removed(surplus.file());
        }
    }

    /** Ends with the backup under way being given up. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            closing.signalAll();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** That a backup is not wanted any more. */
    private static final class Cancelled extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Gives a backup up when the schedule is closed. */
    private final class UntilClosed implements BackupListener {
        @Override
        public void writing(String table, long rows) {
            requireOpen();
        }

        @Override
        public void verifying(String table, long rows) {
            requireOpen();
        }

        @Override
        public void done(String table, long rows) {
            requireOpen();
        }

        private void requireOpen() {
            if (closed) {
                throw new Cancelled();
            }
        }
    }
}

package io.taskmover.storage.file;

import io.taskmover.storage.engine.BranchStep;
import io.taskmover.storage.engine.CommitRecord;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.StorageIoException;
import io.taskmover.storage.metrics.Meter;
import io.taskmover.storage.metrics.Metric;
import io.taskmover.storage.metrics.StorageMetrics;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Turns commits into JSON files in the background, a batch at a time: waits until the batch is durable in the journal,
 * writes the files, makes them durable, moves the checkpoint in the manifest, and only then trims the journal.
 *
 * <p>What waits is bounded: beyond {@link #MAX_BACKLOG_BYTES} of journal, those who commit wait for it to catch up.
 * While the files cannot be written, for want of space for one, it tries again and again; up to the bound commits go
 * on, since the journal holds them. A failed force poisons the journal.
 *
 * <p>What {@link RegisteredReaders} see stays as it is: later commits wait, up to half of the bound.
 */
final class Materialiser implements AutoCloseable {
    /** How much of the journal may wait to become files. */
    static final long MAX_BACKLOG_BYTES = 64L << 20;

    /** The most journal bytes in one batch. */
    private static final long BATCH_BYTES = 16L << 20;
    /** How long a change waits for others, repeated ones of the same row above all, before it becomes a file. */
    private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    /** How long it waits at most while commits come in. */
    private static final long MAX_LINGER_NANOS = TimeUnit.SECONDS.toNanos(5);
    /**
     * For how many times as long as the last batch took, up to that, the next one gathers. Files and journal are forced by
     * the same disk: meanwhile who commits has it alone, and rows that are written again become files once.
     */
    private static final int REST = 4;

    /** What a commit is taken to weigh that was read from the journal. */
    private static final int REPLAYED_BYTES = 256;

    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    /** How often it looks whether a reader still needs the files as they are. */
    private static final long READERS_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Journal journal;
    private final Checkpointer checkpointer;
    private final RegisteredReaders readers;
    private final long maxBacklog;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Condition progress = lock.newCondition();
    // guarded by lock
    private final Deque<Entry> queue = new ArrayDeque<>();
    /** The branches that are prepared and not decided, and the commits that say so: the journal keeps those. */
    private final Map<String, Long> undecided = new LinkedHashMap<>();

    private StoreCatalog checkpoint;
    private long appended;
    private long backlogBytes;
    private long lastBatchNanos;
    private long batches;
    private long batchesNanos;
    private int hurried;
    private int paused;
    private boolean busy;
    private boolean closing;
    private @Nullable StorageIoException trouble;
    private boolean dead;
    /** How many have called {@link #drain}, and how many of them had called when readers were found in the way. */
    private long drains;

    private long drainsHeldBack;
    private LongConsumer stored = sequence -> {};

    /** @param checkpoint what the files hold */
    Materialiser(
            Journal journal,
            Checkpointer checkpointer,
            RegisteredReaders readers,
            StoreCatalog checkpoint,
            long maxBacklog) {
        this.journal = journal;
        this.checkpointer = checkpointer;
        this.readers = readers;
        this.checkpoint = checkpoint;
        this.appended = checkpoint.sequence();
        this.maxBacklog = maxBacklog;
        this.thread = Threads.own(this::run, "storage-materialiser");
    }

    /**
     * Begins its work.
     *
     * @param told is told up to which commit everything is in the files, each time that it is
     */
    void start(LongConsumer told) {
        stored = told;
        thread.start();
    }

    private record Entry(CommitRecord record, int bytes) {}

    /** @throws StorageException if no more can wait because the files cannot be written */
    void requireRoom() {
        lock.lock();
        try {
            if ((trouble != null || dead) && backlogBytes >= maxBacklog) {
                throw troubled();
            }
            if (!undecided.isEmpty() && backlogBytes >= 2 * maxBacklog) {
                throw new StorageException("The journal is full of what waits for the transaction over several stores "
                        + undecided.keySet().iterator().next()
                        + ", which is not decided; close the store and open it again, which decides it");
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes a commit that the journal has taken; does not wait. */
    void append(CommitRecord record, int bytes) {
        lock.lock();
        try {
            boolean first = queue.isEmpty();
            boolean waiting = isMuch();
            queue.add(new Entry(record, bytes));
            backlogBytes += bytes;
            appended = record.sequence();
            if (record.step() instanceof BranchStep.Prepared prepared) {
                undecided.put(prepared.globalId(), record.sequence());
                progress.signalAll();
            } else if (record.step() != null) {
                undecided.remove(record.step().globalId());
            }
            if (first || waiting != isMuch()) {
                work.signal(); // not for each: waking up costs more than the commit
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits while too much waits already, unless the files cannot be written, or must not because of an undecided branch. */
    void awaitRoom() {
        lock.lock();
        try {
            while (backlogBytes >= maxBacklog && trouble == null && !dead && undecided.isEmpty()) {
                progress.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns when all commits so far are in the files, but those which readers or undecided branches do not let in yet.
     *
     * @throws StorageIoException if they cannot be written; the journal keeps them
     */
    void drain() {
        lock.lock();
        try {
            hurried++;
            work.signal();
            long target = appended;
            long self = ++drains;
            while (checkpoint.sequence() < target && drainsHeldBack < self) {
                if (trouble != null || dead) {
                    throw troubled();
                }
                progress.awaitUninterruptibly();
            }
        } finally {
            hurried--;
            lock.unlock();
        }
    }

    private StorageException troubled() {
        StorageIoException cause = trouble;
        return cause == null
                ? new StorageException("The JSON files cannot be written any more; close the store and open it again")
                : new StorageIoException(String.valueOf(cause.getMessage()), cause.path(), cause.diskFull(), cause);
    }

    /** Lets no file be changed until {@link #resume}; returns when the batch in work has ended. */
    void pause() {
        lock.lock();
        try {
            paused++;
            while (busy && !dead) {
                progress.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    void resume() {
        lock.lock();
        try {
            paused--;
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    /** What it measures since it is there. */
    StorageMetrics metrics() {
        return StorageMetrics.of(List.of(
                Meter.gauge(Metric.JOURNAL_BACKLOG_BYTES, () -> measured(() -> backlogBytes)),
                Meter.gauge(Metric.JOURNAL_BACKLOG_COMMITS, () -> measured(() -> appended - checkpoint.sequence())),
                Meter.timer(Metric.CHECKPOINTS, () -> measured(() -> batches), () -> measured(() -> batchesNanos))));
    }

    private long measured(LongSupplier figure) {
        lock.lock();
        try {
            return figure.getAsLong();
        } finally {
            lock.unlock();
        }
    }

    /** What the files hold. */
    StoreCatalog checkpoint() {
        lock.lock();
        try {
            return checkpoint;
        } finally {
            lock.unlock();
        }
    }

    /** What has been committed since {@link #checkpoint}; exact while it is paused. */
    Changes waiting() {
        lock.lock();
        try {
            Changes changes = new Changes(checkpoint);
            queue.forEach(entry -> changes.add(entry.record()));
            return changes;
        } finally {
            lock.unlock();
        }
    }

    /** Takes commits that the journal had already when the store was opened. Before {@link #start}. */
    void resume(List<CommitRecord> tail) {
        for (CommitRecord record : tail) {
            append(record, REPLAYED_BYTES);
        }
    }

    /** Leaves a store that needs no journal, if everything up to the last commit is in the files. After {@link #close}. */
    void leave(long last) {
        try (checkpointer) {
            if (checkpoint().sequence() == last) {
                checkpointer.markClean(checkpoint());
                journal.clear();
            }
        } catch (IOException e) {
            Threads.LOG.warn("The journal, which is not needed any more, cannot be removed", e);
        }
    }

    /** Writes what waits and ends; what cannot be written stays in the journal. */
    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            work.signal();
        } finally {
            lock.unlock();
        }
        if (thread.getState() != Thread.State.NEW) {
            Threads.join(thread);
        }
    }

    private void run() {
        lock.lock();
        try {
            while (awaitBatch()) {
                long asked = drains;
                long limit = limit();
                if (paused > 0) {
                    continue;
                }
                if (limit < queue.element().record().sequence()) {
                    drainsHeldBack = asked;
                    progress.signalAll();
                    if (closing) {
                        break;
                    }
                    awaitReaders(asked);
                    continue;
                }
                Changes batch = new Changes(checkpoint);
                long bytes = 0;
                while (!queue.isEmpty()
                        && bytes < BATCH_BYTES
                        && queue.element().record().sequence() <= limit) {
                    Entry entry = queue.remove();
                    batch.add(entry.record());
                    bytes += entry.bytes();
                }
                busy = true;
                long start = System.nanoTime();
                if (!materialise(batch, bytes)) {
                    break;
                }
                lastBatchNanos = System.nanoTime() - start;
                batches++;
                batchesNanos += lastBatchNanos;
            }
        } finally {
            dead = true;
            progress.signalAll();
            lock.unlock();
        }
    }

    /** Up to which commit readers and undecided branches let the files be brought. Holds the lock on call and return, and not meanwhile. */
    private long limit() {
        long first = queue.element().record().sequence();
        long last = appended;
        long decided =
                undecided.isEmpty() ? last : undecided.values().iterator().next() - 1;
        lock.unlock();
        try {
            // before readers are looked for: one that comes later then finds everything up to here in the journal
            journal.sync(last);
            return Math.min(decided, readers.limit(first, last, this::isUrgent));
        } catch (StorageException e) {
            return last; // the journal is poisoned: writing the batch fails of the same, and says so
        } catch (IOException e) {
            return held(e);
        } finally {
            lock.lock();
        }
    }

    /** Lets readers have time to go, unless somebody asks for more haste. */
    private void awaitReaders(long asked) {
        long deadline = System.nanoTime() + READERS_NANOS;
        while (!closing && drains == asked && deadline - System.nanoTime() > 0) {
            awaitWork(deadline - System.nanoTime());
        }
    }

    private long held(IOException e) {
        lock.lock();
        try {
            if (trouble == null) {
                trouble = Failures.io("look for readers of the store", path(e), e);
                Threads.LOG.error("Commits stay in the journal for now: {}", trouble.getMessage(), e);
            }
            progress.signalAll();
            return 0;
        } finally {
            lock.unlock();
        }
    }

    /** Whether readers cannot be waited for any longer: before those who commit would have to wait. */
    private boolean isUrgent() {
        lock.lock();
        try {
            return backlogBytes >= maxBacklog / 2;
        } finally {
            lock.unlock();
        }
    }

    /** Whether so much waits that there is no time to rest. Holds the lock. */
    private boolean isMuch() {
        return backlogBytes >= maxBacklog / 8;
    }

    /** Waits for enough to do; false for the end. */
    private boolean awaitBatch() {
        while (queue.isEmpty() || paused > 0) {
            if (closing && queue.isEmpty()) {
                return false;
            }
            awaitWork(Long.MAX_VALUE);
        }
        long rest = Math.min(Math.max(LINGER_NANOS, lastBatchNanos * REST), MAX_LINGER_NANOS);
        long deadline = System.nanoTime() + rest;
        long seen = appended;
        long quiet = System.nanoTime() + LINGER_NANOS;
        while (hurried == 0 && !closing && !isMuch()) {
            long now = System.nanoTime();
            if (quiet - now <= 0) {
                if (seen == appended) {
                    break; // nobody commits: there is nothing to wait for
                }
                seen = appended;
                quiet = now + LINGER_NANOS;
            }
            if (deadline - now <= 0) {
                break;
            }
            awaitWork(Math.min(deadline, quiet) - now);
        }
        return paused == 0 || awaitBatch();
    }

    @SuppressWarnings("WaitNotInLoop") // the loops are the callers'
    private void awaitWork(long nanos) {
        try {
            long unused = work.awaitNanos(Math.max(1, nanos));
        } catch (InterruptedException e) {
            // nobody else has this thread to interrupt; if someone does, it goes on
        }
    }

    /** Writes a batch, again and again if need be; false if it is to be given up. Holds the lock on call and return. */
    private boolean materialise(Changes batch, long bytes) {
        while (true) {
            StorageException problem = null;
            boolean fatal = false;
            lock.unlock();
            try {
                journal.sync(batch.sequence());
                checkpointer.apply(batch);
                journal.trim(batch.sequence());
            } catch (ForceFailedException e) {
                journal.poison(e.path(), e);
                problem = Failures.io("make durable", e.path(), e);
                fatal = true;
            } catch (IOException e) {
                problem = Failures.io("write the JSON file", path(e), e);
            } catch (StorageException e) {
                problem = e;
                fatal = true;
            } catch (RuntimeException e) {
                problem = new StorageException("The JSON files cannot be written: " + e, e);
                fatal = true;
            } finally {
                lock.lock();
            }
            if (problem == null) {
                trouble = null;
                checkpoint = batch.catalog();
                stored.accept(checkpoint.sequence());
                backlogBytes -= bytes;
                busy = false;
                progress.signalAll();
                return true;
            }
            if (trouble == null) {
                Threads.LOG.error("Commits stay in the journal for now: {}", problem.getMessage(), problem);
            }
            trouble = problem instanceof StorageIoException io ? io : null;
            progress.signalAll();
            if (fatal || closing) {
                busy = false;
                return false;
            }
            awaitWork(RETRY_NANOS);
        }
    }

    private static Path path(IOException e) {
        return e instanceof FileSystemException f && f.getFile() != null ? Path.of(f.getFile()) : Path.of(".");
    }
}

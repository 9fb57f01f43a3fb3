package io.taskmover.storage.file;

import io.taskmover.storage.error.StorageIoException;
import io.taskmover.storage.error.StorageTimeoutException;
import io.taskmover.storage.file.JournalReader.Used;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The space of the journal: gives out room in reserved segments, and knows which are not needed any more.
 *
 * <p>When a segment is half full the next is reserved in the background, larger each time up to
 * {@link #SEGMENT_BYTES}, so that who commits waits for a reservation only at the start, for a large transaction, or
 * when the disk does not keep up. While the disk is full, each commit that does not fit any more tries once and is
 * refused.
 *
 * <p>Thread-safe by the journal's lock.
 */
final class JournalSpace {
    /** The size of the first segment: what a store owns that takes a commit now and then. */
    static final int FIRST_BYTES = 64 << 10;
    /** The size at which segments grow no more; the unit of trimming. */
    static final int SEGMENT_BYTES = 8 << 20;

    private static final int GROWTH = 4;
    /** How long a commit waits for a reservation, with the engine's commit lock held. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final JournalFiles files;
    private final ReentrantLock lock;
    private final Condition reserved;
    private final int firstBytes;
    private final Consumer<ForceFailedException> failed;
    // guarded by lock
    private final Deque<Full> full = new ArrayDeque<>();
    private @Nullable JournalSegment filling;
    private @Nullable JournalSegment next;
    private long lastNumber;
    private int step;
    private @Nullable Thread reserver;
    /** Why the last reservation failed; null if it did not. */
    private @Nullable IOException problem;

    /**
     * @param lock the journal's
     * @param former segments with commits that are in the journal already
     * @param firstBytes the size of the first segment, and the least of all
     * @param failed is told, under the lock, of a failed force, after which nothing must be acknowledged
     */
    JournalSpace(
            JournalFiles files,
            ReentrantLock lock,
            Collection<Used> former,
            int firstBytes,
            Consumer<ForceFailedException> failed) {
        this.files = files;
        this.lock = lock;
        this.reserved = lock.newCondition();
        this.firstBytes = firstBytes;
        this.step = firstBytes;
        this.failed = failed;
        for (Used used : former) {
            full.add(new Full(used.path(), used.lastSequence(), null));
            lastNumber = used.number();
        }
    }

    /** A segment that gets no more records. */
    private record Full(
            Path path, long lastSequence, @Nullable JournalSegment segment) {}

    /**
     * A segment with room for a record. May wait, and let go of the lock meanwhile. By one thread at a time.
     *
     * @param appended the sequence of the record before
     * @throws StorageIoException if there is none
     */
    JournalSegment segmentFor(int bytes, long appended) {
        JournalSegment segment = filling;
        while (segment == null || segment.room() < bytes) {
            if (next == null) {
                awaitReservation(bytes);
            }
            if (segment != null) {
                full.add(new Full(segment.path(), appended, segment));
            }
            segment = next;
            filling = segment;
            next = null;
        }
        // not again after it failed: then the next who needs it tries
        if (next == null && reserver == null && problem == null && segment.room() - bytes < segment.capacity() / 2) {
            reserve(firstBytes);
        }
        return segment;
    }

    private void awaitReservation(int bytes) {
        if (reserver == null) {
            reserve(Math.max(firstBytes, JournalFiles.sizeFor(bytes)));
        }
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        boolean interrupted = false;
        try {
            while (reserver != null) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    throw new StorageTimeoutException("The commit did not happen: reserving space for the journal in "
                            + files.directory() + " takes longer than "
                            + TimeUnit.NANOSECONDS.toSeconds(PATIENCE_NANOS) + " s; the disk is overloaded");
                }
                try {
                    long unused = reserved.awaitNanos(left);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        if (next == null) {
            throw refusal();
        }
    }

    private StorageIoException refusal() {
        IOException cause = problem == null ? new IOException("unknown") : problem;
        Path directory = files.directory();
        boolean diskFull = Failures.isDiskFull(cause);
        String message = diskFull
                ? "The disk is full: no space is left to reserve for the journal in " + directory
                        + ". The commit did not happen, and reads go on; free space on the disk of " + directory
                        + ", and commits are taken again"
                : Failures.io("reserve space for the journal in", directory, cause)
                                .getMessage() + ". The commit did not happen";
        return new StorageIoException(message, directory, diskFull, cause);
    }

    /** Begins to make the next segment, of {@code least} bytes or more. */
    private void reserve(int least) {
        long number = ++lastNumber;
        int bytes = Math.max(step, least);
        Thread thread = new Thread(() -> run(number, bytes, least), "storage-journal-space");
        thread.setDaemon(true);
        problem = null;
        thread.start();
        reserver = thread;
    }

    private void run(long number, int bytes, int least) {
        JournalSegment made = null;
        IOException why = null;
        try {
            made = files.reserve(number, bytes, least);
        } catch (IOException e) {
            why = e;
        } catch (RuntimeException | Error e) {
            // want of memory above all: who waits must hear of it
            why = new IOException(e.toString(), e);
        }
        lock.lock();
        try {
            reserver = null;
            next = made;
            problem = why;
            if (made != null && made.capacity() >= step) {
                step = Math.min(SEGMENT_BYTES, step * GROWTH);
            }
            if (why instanceof ForceFailedException force && !Failures.isDiskFull(why)) {
                failed.accept(force);
            }
            reserved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The oldest segment if every commit in it is at most {@code sequence}, and it gets no more of them. Never the only
     * one: a store without a journal is one that was closed, and the manifest does not say so yet.
     */
    @Nullable
    Path oldest(long sequence) {
        lock.lock();
        try {
            Full oldest = full.peek();
            boolean only = full.size() == 1 && filling == null;
            return oldest != null && oldest.lastSequence() <= sequence && !only ? oldest.path() : null;
        } finally {
            lock.unlock();
        }
    }

    /** Notes that the oldest segment has been removed. */
    void removedOldest() {
        lock.lock();
        try {
            Full unused = full.remove();
        } finally {
            lock.unlock();
        }
    }

    /** All segments that are there. */
    List<Path> all() {
        lock.lock();
        try {
            List<Path> all = new ArrayList<>();
            full.forEach(segment -> all.add(segment.path()));
            if (filling != null) {
                all.add(filling.path());
            }
            if (next != null) {
                all.add(next.path());
            }
            return all;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a reservation under way and closes all files. Without the lock. */
    void close() {
        Thread running = reserver();
        if (running != null) {
            Threads.join(running);
        }
        lock.lock();
        try {
            full.forEach(segment -> close(segment.segment()));
            close(filling);
            close(next);
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Thread reserver() {
        lock.lock();
        try {
            return reserver;
        } finally {
            lock.unlock();
        }
    }

    private static void close(@Nullable JournalSegment segment) {
        if (segment != null) {
            segment.close();
        }
    }
}

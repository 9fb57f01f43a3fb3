package io.taskmover.storage.file;

import io.taskmover.storage.engine.CommitRecord;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.StorageIoException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The write-ahead log: commits are appended in order, and one thread writes and forces whatever has been appended
 * since its last round, so that commits which wait at the same time share one force (group commit).
 *
 * <p>A thread of its own, because a caller that is interrupted while it writes would close the channel under everyone.
 *
 * <p>After a failed write or force nothing is accepted or acknowledged any more: what is on the disk is unknown until
 * the store is opened again.
 */
final class Journal implements AutoCloseable {
    /** A segment that has reached this many bytes is followed by a new one; the unit of trimming. */
    static final int SEGMENT_BYTES = 8 << 20;

    private static final int BUFFER_BYTES = 64 << 10;
    private static final int MAX_PENDING_BYTES = 1 << 30;

    private final Disk disk;
    private final StorePaths paths;
    private final Durability durability;
    private final Thread writer;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Condition progress = lock.newCondition();
    // guarded by lock
    private final TreeMap<Long, Path> segments = new TreeMap<>();
    private ByteSink pending = new ByteSink(BUFFER_BYTES);
    private long appended;
    private long written;
    private long durable;
    private long wanted;
    private long nextForce;
    private boolean closing;
    private @Nullable StorageIoException failure;
    // of the writer thread only
    private ByteSink spare = new ByteSink(BUFFER_BYTES);
    private @Nullable FileChannel segment;
    private @Nullable Path segmentPath;
    private long segmentBytes;

    /** A journal that continues after {@code lastSequence}, in a new segment made when it is first needed. */
    Journal(Disk disk, StorePaths paths, Durability durability, long lastSequence) {
        this.disk = disk;
        this.paths = paths;
        this.durability = durability;
        this.appended = lastSequence;
        this.written = lastSequence;
        this.durable = lastSequence;
        this.writer = new Thread(this::run, "storage-journal");
        writer.setDaemon(true);
        writer.start();
    }

    /**
     * Takes a commit; does not wait for the disk.
     *
     * @return the number of bytes that it takes
     */
    int append(CommitRecord record) {
        lock.lock();
        try {
            requireHealthy();
            if (closing) {
                throw new IllegalStateException("The store is closed");
            }
            if (record.sequence() != appended + 1) {
                throw new IllegalStateException("commit " + record.sequence() + " after " + appended);
            }
            if (pending.size() > MAX_PENDING_BYTES) {
                throw new StorageException("Too many bytes wait for the disk; retry later or in smaller transactions");
            }
            int offset = JournalFormat.begin(pending, record.sequence(), durable);
            boolean whole = false;
            try {
                RowCodec.write(pending, record);
                if (pending.size() - offset > JournalFormat.MAX_PAYLOAD_BYTES) {
                    throw new StorageException("A transaction may change at most " + JournalFormat.MAX_PAYLOAD_BYTES
                            + " bytes; split it into smaller ones");
                }
                JournalFormat.end(pending, offset);
                whole = true;
            } finally {
                if (!whole) {
                    pending.truncate(offset, BUFFER_BYTES);
                }
            }
            appended = record.sequence();
            work.signal();
            return pending.size() - offset;
        } finally {
            lock.unlock();
        }
    }

    /** Returns when a commit has got as far as the durability asks for. */
    void await(long sequence) {
        lock.lock();
        try {
            while ((durability.mode() == Durability.Mode.SYNC ? durable : written) < sequence) {
                requireHealthy();
                progress.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Returns when a commit is on the disk, whatever the durability. */
    void sync(long sequence) {
        lock.lock();
        try {
            wanted = Math.max(wanted, sequence);
            work.signal();
            while (durable < sequence) {
                requireHealthy();
                progress.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Removes the segments in which every commit is at most {@code sequence}; the one being written stays. */
    void trim(long sequence) throws IOException {
        while (true) {
            Path oldest;
            lock.lock();
            try {
                Long second = segments.isEmpty() ? null : segments.higherKey(segments.firstKey());
                if (second == null || second > sequence + 1) {
                    return;
                }
                oldest = segments.firstEntry().getValue();
            } finally {
                lock.unlock();
            }
            // noted only when done: a segment that stayed while later ones went would be a gap in the journal
            disk.delete(oldest);
            lock.lock();
            try {
                segments.pollFirstEntry();
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * Removes all segments that were made here. Once the journal is closed, and the JSON files hold every commit. Others
     * are not looked at: a store that is read only has them from a crash, and nothing else holds their commits.
     */
    void clear() throws IOException {
        lock.lock();
        try {
            for (Path path : segments.values()) {
                disk.delete(path);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Lets nothing more be accepted or acknowledged, because of a failed force elsewhere in the store. */
    void poison(Path path, IOException cause) {
        lock.lock();
        try {
            fail(path, cause);
        } finally {
            lock.unlock();
        }
    }

    private void requireHealthy() {
        StorageIoException cause = failure;
        if (cause != null) {
            // a new exception for each caller, with a stack trace of its own
            throw new StorageIoException(String.valueOf(cause.getMessage()), cause.path(), false, cause);
        }
    }

    /** The last commit taken. */
    long appended() {
        lock.lock();
        try {
            return appended;
        } finally {
            lock.unlock();
        }
    }

    /** Makes everything that was appended durable and ends the thread. Failures have been told to those who waited. */
    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            work.signal();
        } finally {
            lock.unlock();
        }
        Threads.join(writer);
    }

    private void run() {
        lock.lock();
        try {
            while (failure == null) {
                if (pending.size() == 0 && !forceDue()) {
                    if (closing) {
                        break;
                    }
                    waitForWork();
                } else {
                    round();
                }
            }
        } finally {
            lock.unlock();
            closeSegment();
        }
    }

    private boolean forceDue() {
        return written > durable
                && (closing
                        || wanted > durable
                        || (durability.mode() == Durability.Mode.BATCHED && System.nanoTime() - nextForce >= 0));
    }

    @SuppressWarnings("WaitNotInLoop") // the loop is run's
    private void waitForWork() {
        try {
            if (written > durable && durability.mode() == Durability.Mode.BATCHED) {
                work.await(Math.max(1, nextForce - System.nanoTime()), TimeUnit.NANOSECONDS);
            } else {
                work.await();
            }
        } catch (InterruptedException e) {
            // nobody else has this thread to interrupt; if someone does, it goes on
        }
    }

    /** Writes what is pending, and forces it if that is due; holds the lock only before and after. */
    private void round() {
        ByteSink batch = pending;
        pending = spare;
        spare = batch;
        long first = written + 1;
        long last = appended;
        boolean force = durability.mode() == Durability.Mode.SYNC || closing || wanted > durable || forceDue();
        lock.unlock();
        IOException problem = null;
        try {
            if (batch.size() > 0) {
                write(batch, first);
            }
            if (force && segment != null) {
                force(segment);
            }
        } catch (IOException e) {
            problem = e;
        } catch (RuntimeException | Error e) {
            // want of memory above all: those who wait must hear of it, and not wait for ever
            problem = new IOException(e.toString(), e);
        } finally {
            batch.truncate(0, BUFFER_BYTES);
            lock.lock();
        }
        if (problem != null) {
            fail(segmentPath == null ? paths.journal() : segmentPath, problem);
            return;
        }
        if (durability.mode() == Durability.Mode.BATCHED && written == durable) {
            nextForce = System.nanoTime() + durability.interval().toNanos();
        }
        written = last;
        if (force) {
            durable = last;
        }
        progress.signalAll();
    }

    private void fail(Path path, IOException cause) {
        if (failure == null) {
            StorageException io = Failures.io("write", path, cause);
            failure = new StorageIoException(
                    io.getMessage() + ". Nothing more is accepted until the store is closed and opened again",
                    path,
                    false,
                    cause);
        }
        work.signal();
        progress.signalAll();
    }

    private void write(ByteSink batch, long firstSequence) throws IOException {
        if (segment == null || segmentBytes >= SEGMENT_BYTES) {
            begin(firstSequence);
        }
        disk.write(Objects.requireNonNull(segment), batch.asBuffer());
        segmentBytes += batch.size();
    }

    /** Starts a segment. It gets its name only when its header, and all of the segment before, are on the disk. */
    private void begin(long firstSequence) throws IOException {
        FileChannel former = segment;
        if (former != null) {
            force(former);
            segment = null;
            former.close();
        }
        disk.createDirectories(paths.journal());
        Path temporary = paths.temporary().resolve("segment");
        disk.delete(temporary);
        FileChannel next = disk.create(temporary);
        try {
            disk.write(next, JournalFormat.header(firstSequence));
            force(next);
            Path path = paths.journal().resolve(JournalFormat.fileName(firstSequence));
            disk.move(temporary, path);
            disk.forceDirectory(paths.journal());
            segmentPath = path;
            segment = next;
            segmentBytes = JournalFormat.HEADER_BYTES;
        } finally {
            if (segment != next) {
                next.close();
            }
        }
        lock.lock();
        try {
            segments.put(firstSequence, Objects.requireNonNull(segmentPath));
        } finally {
            lock.unlock();
        }
    }

    private void force(FileChannel channel) throws IOException {
        disk.force(segmentPath == null ? paths.journal() : segmentPath, channel);
    }

    private void closeSegment() {
        try {
            if (segment != null) {
                segment.close();
            }
        } catch (IOException e) {
            Threads.LOG.warn("Cannot close the journal {}", segmentPath, e);
        }
    }
}

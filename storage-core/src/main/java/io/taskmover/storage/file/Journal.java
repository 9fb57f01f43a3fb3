package io.taskmover.storage.file;

import io.taskmover.storage.engine.CommitRecord;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.StorageIoException;
import io.taskmover.storage.file.JournalReader.Used;
import io.taskmover.storage.metrics.Meter;
import io.taskmover.storage.metrics.Metric;
import io.taskmover.storage.metrics.StorageMetrics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The write-ahead log: commits are appended in order, and one thread writes and forces whatever has been appended
 * since its last round, so that commits which wait at the same time share one force (group commit).
 *
 * <p>A thread of its own, because a caller that is interrupted while it writes would close the channel under everyone.
 *
 * <p>A commit is taken only if there is reserved space for it ({@link JournalSpace}): a full disk refuses commits, and
 * never fails one that was taken. After a failed write or force nothing is accepted or acknowledged any more: what is
 * on the disk is unknown until the store is opened again.
 */
final class Journal implements AutoCloseable {
    /** Records from this size on are written from where they were made, and not copied together with others. */
    private static final int LARGE_BYTES = 256 << 10;

    private static final int BUFFER_BYTES = 64 << 10;
    private static final int MAX_PENDING_BYTES = 1 << 30;
    private static final long MAX_GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final JournalFiles files;
    private final Durability durability;
    private final Thread writer;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Condition progress = lock.newCondition();
    private final JournalSpace space;
    private final long resumedAt;
    private final LongAdder forces = new LongAdder();
    // guarded by lock
    private Deque<Batch> pending = new ArrayDeque<>();
    private long pendingBytes;
    private @Nullable ByteSink spare;
    private long appended;
    private long written;
    private long durable;
    private long wanted;
    private long nextForce;
    private List<Waiter> waiters = new ArrayList<>();
    /** How many commits are likely to share the next force. */
    private long expected = 1;
    /** The writer wants to hear of commits from this sequence on. */
    private long signalFrom;
    /** How long a round takes, on average. */
    private long roundNanos;

    private boolean closing;
    /** How many bytes it has taken. */
    private long appendedBytes;
    // written under lock
    private volatile long acknowledged;
    private volatile @Nullable StorageIoException failure;
    /** Whether the writer thread has ended, so that nothing is acknowledged any more. */
    private volatile boolean ended;
    // of the thread that appends only, of which there is one at a time
    private ByteSink record = new ByteSink(BUFFER_BYTES);
    // of the writer thread only
    private Deque<Batch> taken = new ArrayDeque<>();
    private List<Waiter> awake = new ArrayList<>();
    private @Nullable JournalSegment segment;
    private boolean forced = true;

    /** A journal that continues after {@code lastSequence}, in new segments made when they are needed. */
    Journal(Disk disk, StorePaths paths, Durability durability, long lastSequence) {
        this(new JournalFiles(disk, paths), durability, lastSequence, List.of(), JournalSpace.FIRST_BYTES);
    }

    private Journal(JournalFiles files, Durability durability, long lastSequence, List<Used> former, int firstBytes) {
        this.files = files;
        this.durability = durability;
        this.space = new JournalSpace(files, lock, former, firstBytes, failed -> fail(failed.path(), failed));
        this.resumedAt = lastSequence;
        this.appended = lastSequence;
        this.written = lastSequence;
        this.durable = lastSequence;
        this.acknowledged = lastSequence;
        this.writer = new Thread(this::run, "storage-journal");
        writer.setDaemon(true);
        writer.start();
    }

    /**
     * A journal that continues the one that was read, whose segments stay until they are trimmed. When this returns, its
     * valid records are on the disk, and a torn tail is gone for good.
     *
     * @param firstBytes the size of the first new segment
     */
    static Journal resume(Disk disk, StorePaths paths, Durability durability, JournalReader.End end, int firstBytes)
            throws IOException {
        JournalFiles files = new JournalFiles(disk, paths);
        files.settle(end);
        return new Journal(files, durability, end.lastSequence(), end.segments(), firstBytes);
    }

    /** Who waits for a commit. */
    private record Waiter(Thread thread, long sequence) {}

    /** Records on their way into a segment. */
    private record Batch(JournalSegment segment, ByteSink bytes) {}

    /**
     * Takes a commit; does not wait for it to be on the disk. By one thread at a time.
     *
     * @param taking is called, under the journal's lock, with the number of bytes that the commit takes; if it throws, the
     *     commit is not taken
     * @throws StorageException if it cannot be taken, for want of space above all; a later one may be
     */
    void append(CommitRecord commit, IntConsumer taking) {
        encode(commit);
        lock.lock();
        try {
            requireOpen();
            if (commit.sequence() != appended + 1) {
                throw new IllegalStateException("commit " + commit.sequence() + " after " + appended);
            }
            if (pendingBytes > MAX_PENDING_BYTES) {
                throw new StorageException("Too many bytes wait for the disk; retry later or in smaller transactions");
            }
            int bytes = record.size();
            JournalSegment target = space.segmentFor(bytes, appended);
            requireOpen(); // still: that may have waited
            JournalFormat.place(record, target.number(), target.offset(), commit.sequence(), durable);
            put(target, taking);
            target.take(bytes);
            pendingBytes += bytes;
            appendedBytes += bytes;
            appended = commit.sequence();
            if (appended >= signalFrom) {
                work.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    private void encode(CommitRecord commit) {
        record.truncate(0, LARGE_BYTES);
        JournalFormat.begin(record);
        RowCodec.write(record, commit);
        if (record.size() - JournalFormat.RECORD_HEADER_BYTES > JournalFormat.MAX_PAYLOAD_BYTES) {
            throw new StorageException("A transaction may change at most " + JournalFormat.MAX_PAYLOAD_BYTES
                    + " bytes; split it into smaller ones");
        }
        JournalFormat.end(record);
    }

    /** Leaves the record for the writer. */
    private void put(JournalSegment target, IntConsumer taking) {
        Batch batch = pending.peekLast();
        boolean large = record.size() >= LARGE_BYTES;
        if (large || batch == null || batch.segment() != target || batch.bytes().size() >= LARGE_BYTES) {
            batch = new Batch(target, large ? record : emptySink());
            pending.add(batch);
        }
        int before = large ? 0 : batch.bytes().size();
        int bytes = record.size();
        boolean done = false;
        try {
            if (large) {
                record = new ByteSink(BUFFER_BYTES);
            } else {
                batch.bytes().putAll(record);
            }
            taking.accept(bytes);
            done = true;
        } finally {
            if (!done) {
                batch.bytes().truncate(before, LARGE_BYTES);
            }
        }
    }

    private ByteSink emptySink() {
        ByteSink sink = spare == null ? new ByteSink(BUFFER_BYTES) : spare;
        spare = null;
        return sink;
    }

    /** Returns when a commit has got as far as the durability asks for. */
    void await(long sequence) {
        if (acknowledged >= sequence || !enlist(sequence)) {
            return;
        }
        // by hand and not by a condition: those who share a force would wake up only to queue for the lock
        boolean interrupted = false;
        try {
            while (acknowledged < sequence) {
                requireHealthy();
                if (ended && acknowledged < sequence) {
                    throw dead();
                }
                LockSupport.park(this);
                interrupted |= Thread.interrupted();
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Has the thread woken up when there is news; false if the commit is acknowledged already. */
    private boolean enlist(long sequence) {
        lock.lock();
        try {
            requireHealthy();
            return acknowledged < sequence && waiters.add(new Waiter(Thread.currentThread(), sequence));
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
                if (ended) {
                    throw dead();
                }
                progress.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Removes the segments in which every commit is at most {@code sequence}; the one being filled stays. */
    void trim(long sequence) throws IOException {
        for (Path oldest = space.oldest(sequence); oldest != null; oldest = space.oldest(sequence)) {
            // noted only when done: a segment that stayed while later ones went would be a gap in the journal
            files.disk().delete(oldest);
            space.removedOldest();
        }
    }

    /**
     * Removes all of the journal, for good. Once it is closed, and the files hold every commit. Segments that it did not
     * make or continue are not looked at: a store that is read only has them from a crash, and nothing else holds their
     * commits.
     */
    void clear() throws IOException {
        List<Path> segments = space.all();
        for (Path path : segments) {
            files.disk().delete(path);
        }
        if (!segments.isEmpty()) {
            AtomicFile.forceDirectory(files.disk(), files.directory());
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

    private void requireOpen() {
        requireHealthy();
        if (closing) {
            throw new IllegalStateException("The store is closed");
        }
        if (ended) {
            throw dead();
        }
    }

    private void requireHealthy() {
        StorageIoException cause = failure;
        if (cause != null) {
            // a new exception for each caller, with a stack trace of its own
            throw new StorageIoException(String.valueOf(cause.getMessage()), cause.path(), false, cause);
        }
    }

    private StorageException dead() {
        return new StorageException("The journal " + files.directory()
                + " cannot be written any more, most likely for want of memory; which commits are in it is seen when the"
                + " store is closed and opened again");
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

    /** What it measures since it is open. */
    StorageMetrics metrics() {
        return StorageMetrics.of(List.of(
                Meter.counter(Metric.JOURNAL_COMMITS, () -> measured(() -> appended - resumedAt)),
                Meter.counter(Metric.JOURNAL_BYTES, () -> measured(() -> appendedBytes)),
                Meter.counter(Metric.JOURNAL_FORCES, forces::sum),
                Meter.gauge(Metric.JOURNAL_COMMITS_PER_FORCE, this::commitsPerForce)));
    }

    private long measured(LongSupplier figure) {
        lock.lock();
        try {
            return figure.getAsLong();
        } finally {
            lock.unlock();
        }
    }

    private double commitsPerForce() {
        lock.lock();
        try {
            long done = forces.sum();
            return done == 0 ? 0 : (double) (durable - resumedAt) / done;
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
        space.close();
    }

    private void run() {
        lock.lock();
        try {
            while (failure == null) {
                if (pending.isEmpty() && !forceDue()) {
                    if (closing) {
                        break;
                    }
                    waitForWork();
                } else if (gather()) {
                    round();
                }
            }
        } finally {
            // also of want of memory, of which nothing can be told that takes some: those who wait must not wait for
            // ever
            ended = true;
            progress.signalAll();
            wake(waiters);
            wake(awake);
            lock.unlock();
        }
    }

    /** Makes nothing, not even an iterator. */
    private static void wake(List<Waiter> all) {
        for (int i = 0; i < all.size(); i++) {
            LockSupport.unpark(all.get(i).thread());
        }
    }

    private boolean forceDue() {
        return written > durable
                && (closing
                        || wanted > durable
                        || (durability.mode() == Durability.Mode.BATCHED && System.nanoTime() - nextForce >= 0));
    }

    private void waitForWork() {
        boolean timed = written > durable && durability.mode() == Durability.Mode.BATCHED;
        awaitWork(timed ? nextForce - System.nanoTime() : Long.MAX_VALUE);
    }

    @SuppressWarnings("WaitNotInLoop") // the loops are the callers'
    private void awaitWork(long nanos) {
        try {
            long unused = work.awaitNanos(Math.max(1, nanos));
        } catch (InterruptedException e) {
            // nobody else has this thread to interrupt; if someone does, it goes on
        }
    }

    /**
     * Waits a little for those who were acknowledged last to come again. Else half of the threads that commit one after
     * the other would always just miss the force of the other half, and each force serve only half of them. Not
     * longer than half a round: what that costs if nobody comes is less than what it gains if they do.
     *
     * @return false if the journal has failed meanwhile
     */
    private boolean gather() {
        if (durability.mode() != Durability.Mode.SYNC) {
            return true;
        }
        long deadline = System.nanoTime() + Math.min(roundNanos / 2, MAX_GATHER_NANOS);
        signalFrom = written + expected;
        while (appended < signalFrom && !closing && failure == null) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                break;
            }
            awaitWork(left);
        }
        signalFrom = 0;
        return failure == null;
    }

    /** Writes what is pending, and forces it if that is due; holds the lock only before and after. */
    private void round() {
        Deque<Batch> batches = pending;
        pending = taken;
        taken = batches;
        pendingBytes = 0;
        long first = written;
        long last = appended;
        long start = System.nanoTime();
        boolean force = durability.mode() == Durability.Mode.SYNC || closing || wanted > durable || forceDue();
        lock.unlock();
        IOException problem = null;
        try {
            for (Batch batch : batches) {
                write(batch);
            }
            if (force) {
                force();
            }
        } catch (IOException e) {
            problem = e;
        } catch (RuntimeException | Error e) {
            // want of memory above all: those who wait must hear of it, and not wait for ever
            problem = new IOException(e.toString(), e);
        } finally {
            lock.lock();
        }
        recycle(batches);
        if (failure != null) {
            return; // something else in the store was not made durable: nothing is acknowledged any more
        }
        if (problem != null) {
            fail(segment == null ? files.directory() : segment.path(), problem);
            return;
        }
        if (durability.mode() == Durability.Mode.BATCHED && written == durable) {
            nextForce = System.nanoTime() + durability.interval().toNanos();
        }
        written = last;
        if (force) {
            durable = last;
        }
        roundNanos += (System.nanoTime() - start - roundNanos) / 8;
        expected = appended - first;
        progress.signalAll();
        acknowledge(durability.mode() == Durability.Mode.SYNC ? durable : written);
    }

    /** Lets those go who wait for commits up to this one. Holds the lock on call and return, and not in between. */
    private void acknowledge(long sequence) {
        acknowledged = sequence;
        List<Waiter> all = waiters;
        waiters = awake;
        awake = all;
        all.removeIf(waiter -> waiter.sequence() > sequence && waiters.add(waiter));
        lock.unlock();
        try {
            all.forEach(waiter -> LockSupport.unpark(waiter.thread()));
            all.clear();
        } finally {
            lock.lock();
        }
    }

    /** Keeps one sink: with the one that is being filled meanwhile that is all that small commits need. */
    private void recycle(Deque<Batch> batches) {
        Batch batch = batches.peek();
        if (batch != null) {
            batch.bytes().truncate(0, LARGE_BYTES);
            spare = batch.bytes();
        }
        batches.clear();
    }

    private void fail(Path path, IOException cause) {
        if (failure == null) {
            failure = new StorageIoException(
                    Failures.io("write", path, cause).getMessage()
                            + ". Nothing more is accepted until the store is closed and opened again",
                    path,
                    false,
                    cause);
        }
        work.signal();
        progress.signalAll();
        wake(waiters);
    }

    private void write(Batch batch) throws IOException {
        JournalSegment former = segment;
        if (former != batch.segment()) {
            if (former != null) {
                // no record goes to a segment before all of the one before is on the disk: the reader counts on it
                force();
                former.close();
            }
            segment = batch.segment();
        }
        long start = batch.segment().channel().position();
        boolean whole = false;
        try {
            forced = false;
            files.disk().write(batch.segment().channel(), batch.bytes().asBuffer());
            whole = true;
        } finally {
            if (!whole) {
                erase(batch, start);
            }
        }
    }

    /** Writes zeros over what a failed write left, as far as that can be done: none of it was acknowledged. */
    private void erase(Batch batch, long start) {
        JournalSegment damaged = batch.segment();
        try {
            FileChannel unused = damaged.channel().position(start);
            files.disk()
                    .write(damaged.channel(), ByteBuffer.allocate(batch.bytes().size()));
            files.force(damaged.path(), damaged.channel());
        } catch (IOException e) {
            Threads.LOG.warn("What a failed write left in {} could not be erased", damaged.path(), e);
        }
    }

    private void force() throws IOException {
        if (segment != null && !forced) {
            files.force(segment.path(), segment.channel());
            forced = true;
            forces.increment();
        }
    }
}

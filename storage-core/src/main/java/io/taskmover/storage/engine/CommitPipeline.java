package io.taskmover.storage.engine;

import io.taskmover.storage.backend.CommitListener;
import io.taskmover.storage.backend.CommitOrigin;
import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.engine.CommitRecord.TableChange;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.schema.TableSchema;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings commits, one after the other, from the commit lock over the log to visibility and the listeners.
 *
 * <p>A committer takes the {@link #lock}, checks its changes against the latest state, {@link #take}s a sequence, which
 * hands the commit to the log, installs its versions and says so with {@link #installed}. Without the lock it then
 * {@link #complete}s: waits until the commit is durable, and makes it visible. Nobody sees what is not durable.
 */
final class CommitPipeline {
    private static final Logger LOG = LoggerFactory.getLogger(CommitPipeline.class);
    /**
     * How often to look whether the lock is free before the thread is put to sleep for it. Most commits hold it for a
     * microsecond, and to be woken takes fifty: two threads that commit all the time get twice as much done.
     */
    private static final int SPINS = Runtime.getRuntime().availableProcessors() > 1 ? 1_000 : 0;

    private final CommitLog log;
    private final boolean durable;
    private final Snapshots snapshots;
    private final Reclaimer reclaimer;
    private final @Nullable RowCache cache;
    private final ReentrantLock lock = new ReentrantLock();
    private final ReentrantLock publishing = new ReentrantLock();
    private final Queue<Pending> unannounced = new ConcurrentLinkedQueue<>();
    private final List<CommitListener> listeners = new CopyOnWriteArrayList<>();

    // guarded by the lock
    private Map<String, Table> tables;
    private long lastSequence;
    private long openedAt;

    private CommitLog.@Nullable Ticket ticket;
    private @Nullable Pending newest;
    private final RecentCommits recent = new RecentCommits();
    private final PreparedBranches branches = new PreparedBranches(lock.newCondition());

    private volatile @Nullable Throwable poison;
    private volatile boolean closed;

    /**
     * A commit that is installed and not yet announced.
     *
     * @param silent whether it changes nothing that a listener could want to know
     */
    record Pending(
            long sequence,
            CommitOrigin origin,
            CommitLog.@Nullable Ticket ticket,
            Map<String, Table> tables,
            List<RowChange> changes,
            boolean silent) {}

    /** @param cache of the rows that the log stores; null if all stay in memory */
    CommitPipeline(CommitLog log, Snapshots snapshots, Reclaimer reclaimer, @Nullable RowCache cache) {
        this.log = log;
        this.durable = log != CommitLog.NONE;
        this.snapshots = snapshots;
        this.reclaimer = reclaimer;
        this.cache = cache;
        this.tables = snapshots.current().tables;
        this.lastSequence = snapshots.current().sequence;
    }

    void addListener(CommitListener listener) {
        listeners.add(listener);
    }

    void lock() {
        for (int i = 0; i < SPINS; i++) {
            if (!lock.isLocked() && lock.tryLock()) {
                return;
            }
            Thread.onSpinWait();
        }
        lock.lock();
    }

    void unlock() {
        lock.unlock();
    }

    boolean tryLock() {
        return lock.tryLock();
    }

    /** The tables as the latest commit left them, visible yet or not. Under the lock. */
    Map<String, Table> tables() {
        return tables;
    }

    /** The table as the latest visible commit left it; null if there is none. Without the lock. */
    @Nullable
    Table visibleTable(String name) {
        return snapshots.current().tables.get(name);
    }

    Table table(String name) {
        Table table = tables.get(name);
        if (table == null) {
            throw Table.missing(name, tables.keySet());
        }
        return table;
    }

    /** A table without rows, which is in the catalog once a commit puts it there. */
    Table newTable(TableSchema schema, long lastGeneratedKey) {
        StoredRows stored = cache == null ? null : new StoredRows(schema, cache);
        return Table.empty(schema, new AtomicLong(lastGeneratedKey), stored);
    }

    Reclaimer reclaimer() {
        return reclaimer;
    }

    /** Whether {@link #take} and {@link #installed} want to know what changed; if not, it may stay empty. */
    boolean wantsChanges() {
        return durable || recent.watched() || !listeners.isEmpty();
    }

    /** The commits that serializable transactions are checked against. Under the lock. */
    RecentCommits recent() {
        return recent;
    }

    /** The branches that keep others waiting. Under the lock. */
    PreparedBranches branches() {
        return branches;
    }

    /** The snapshot of a serializable transaction: what is committed after it is kept until {@link #releaseWatched}. */
    Snapshot holdWatched() {
        lock.lock();
        try {
            // before the snapshot is chosen: whatever is gone from here by then is visible in it
            List<Pending> invisible = List.copyOf(unannounced);
            Snapshot snapshot = snapshots.hold();
            recent.watch(snapshot.sequence, invisible);
            return snapshot;
        } finally {
            lock.unlock();
        }
    }

    void releaseWatched(Snapshot snapshot) {
        lock.lock();
        try {
            recent.unwatch(snapshot.sequence);
        } finally {
            lock.unlock();
        }
        release(snapshot);
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("The store is closed");
        }
    }

    void requireWritable() {
        requireOpen();
        Throwable cause = poison;
        if (cause != null) {
            throw new StorageException(
                    "The store takes no more writes, because one could not be made durable: " + cause.getMessage()
                            + ". What was acknowledged is safe; close the store, mend the cause and open it again",
                    cause);
        }
    }

    /** Gives the commit its sequence and hands it to the log. If this throws, it did not happen. Under the lock. */
    long take(
            CommitOrigin origin,
            List<TableChange> tableChanges,
            List<RowChange> rowChanges,
            @Nullable BranchStep step) {
        requireWritable();
        long sequence = lastSequence + 1;
        if (durable) {
            ticket = log.append(new CommitRecord(sequence, origin, tableChanges, rowChanges, step));
        }
        lastSequence = sequence;
        return sequence;
    }

    /**
     * Ends what {@link #take} began. Under the lock.
     *
     * @param silent whether no listener is to hear of it
     * @return for {@link #complete}; null if there is nothing to wait for and nobody to tell
     */
    @Nullable
    Pending installed(
            long sequence, CommitOrigin origin, Map<String, Table> after, List<RowChange> changes, boolean silent) {
        tables = after;
        Pending pending = null;
        if (wantsChanges()) {
            pending = new Pending(sequence, origin, ticket, after, changes, silent);
            unannounced.add(pending);
            newest = pending;
            recent.add(pending);
        }
        if (!durable) {
            snapshots.publish(sequence, after);
        }
        reclaimer.run();
        return pending;
    }

    /** Notes that a commit was taken but could not be installed: memory is not what the log says any more. */
    void poison(Throwable cause) {
        if (poison == null) {
            poison = cause;
        }
    }

    /** Waits until the commit is durable, and makes it and all earlier ones visible. Without the lock. */
    void complete(@Nullable Pending commit) {
        if (commit == null) {
            return;
        }
        if (commit.ticket != null) {
            try {
                commit.ticket.await();
            } catch (Throwable e) {
                poison(e);
                throw e;
            }
        }
        snapshots.publish(commit.sequence, commit.tables);
        if (commit.silent) {
            return; // not after listeners who may be waiting for what this one holds
        }
        publishing.lock();
        try {
            // a listener that commits comes here again: its commit is announced by the loop that it runs in
            if (publishing.getHoldCount() == 1) {
                announce();
            }
        } finally {
            publishing.unlock();
        }
    }

    /**
     * Waits until all that is installed is visible. Who lost against a commit that is not visible yet would begin again
     * without seeing it, and lose again, as often as the disk takes to keep up. Without the lock.
     */
    void settle() {
        Pending last;
        lock.lock();
        try {
            last = newest;
        } finally {
            lock.unlock();
        }
        complete(last);
    }

    private void announce() {
        if (listeners.isEmpty()) {
            announceTo(List.of());
            return;
        }
        PreparedBranches.doesNotWait(Thread.currentThread());
        try {
            announceTo(listeners);
        } finally {
            PreparedBranches.mayWait(Thread.currentThread());
        }
    }

    private void announceTo(List<CommitListener> all) {
        Pending next = unannounced.peek();
        while (next != null && next.sequence <= snapshots.current().sequence) {
            unannounced.remove();
            for (CommitListener listener : next.silent ? List.<CommitListener>of() : all) {
                try {
                    listener.committed(next.origin, next.changes);
                } catch (RuntimeException e) {
                    LOG.error("A commit listener failed on commit {}, which stands", next.sequence, e);
                }
            }
            next = unannounced.peek();
        }
    }

    long lastSequence() {
        lock.lock();
        try {
            return lastSequence;
        } finally {
            lock.unlock();
        }
    }

    /** How many commits there were since the store was opened. */
    long commits() {
        lock.lock();
        try {
            return lastSequence - openedAt;
        } finally {
            lock.unlock();
        }
    }

    /** Frees what no snapshot sees any more, unless a commit is under way, which does so itself. */
    void reclaim() {
        boolean more = true;
        while (more && lock.tryLock()) {
            try {
                more = reclaimer.run();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Lets go of a snapshot and of what only it kept alive. */
    void release(Snapshot snapshot) {
        // a commit that lets its own snapshot go frees what it can at its end
        if (snapshots.release(snapshot) && !lock.isHeldByCurrentThread() && lock.tryLock()) {
            try {
                reclaimer.run();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Replaces the state, while a store is being opened. */
    void restore(long sequence, Map<String, Table> restored) {
        lock.lock();
        try {
            tables = restored;
            lastSequence = sequence;
            openedAt = sequence;
            snapshots.restore(sequence, restored);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for branches whose transaction is being decided.
     *
     * @param patience how long, in milliseconds
     */
    void awaitDecisions(long patience) {
        lock.lock();
        try {
            branches.awaitDecisions(patience);
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the log has room for what is to come. By who holds nothing that others wait for. */
    void awaitRoom() {
        log.awaitRoom();
    }

    /** Waits for the commit that is being installed, refuses later ones and closes the log. */
    void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
        } finally {
            lock.unlock();
        }
        log.close();
    }
}

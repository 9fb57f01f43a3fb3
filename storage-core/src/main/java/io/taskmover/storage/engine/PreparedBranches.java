package io.taskmover.storage.engine;

import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.LockedException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.StorageTimeoutException;
import io.taskmover.storage.schema.Row;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The branches of transactions over several stores that are prepared and not decided. Until they are, nobody else commits
 * to the tables that they wrote or, if they are serializable, read: so their commit cannot fail. That takes as long as the
 * other stores take to prepare and the decider to commit. Guarded by the commit lock.
 */
final class PreparedBranches {
    /** How many branches each thread has prepared and is about to decide, or listeners it is telling, in whatever stores. */
    private static final Map<Thread, Integer> OWNERS = new ConcurrentHashMap<>();

    /** What stands for the list of tables, among their names. */
    static final String CATALOG = "";

    private final Condition decided;
    private boolean closed;
    private final Map<String, Held> branches = new LinkedHashMap<>();

    /** @param decided a condition of the commit lock */
    PreparedBranches(Condition decided) {
        this.decided = decided;
    }

    private static final class Held {
        private final PreparedTransaction transaction;
        private final Set<String> tables;
        private final List<RowChange> rows;
        /** Who is about to decide; null if nobody will before the store is opened again. */
        private @Nullable Thread owner;

        Held(PreparedTransaction transaction, Set<String> tables, List<RowChange> rows, @Nullable Thread owner) {
            this.transaction = transaction;
            this.tables = tables;
            this.rows = rows;
            this.owner = owner;
        }

        boolean isBeingDecided() {
            return owner != null && owner.isAlive();
        }

        @Override
        public String toString() {
            return "transaction " + transaction.globalId() + " over several stores, prepared at "
                    + transaction.preparedAt() + " and "
                    + (isBeingDecided()
                            ? "not decided yet"
                            : "in doubt until this store is opened again: its decider is " + transaction.decider());
        }
    }

    boolean isEmpty() {
        return branches.isEmpty();
    }

    List<PreparedTransaction> list() {
        return branches.values().stream().map(held -> held.transaction).toList();
    }

    private @Nullable Held holderOf(String table) {
        for (Held held : branches.values()) {
            if (held.tables.contains(table)) {
                return held;
            }
        }
        return null;
    }

    /** @throws IllegalStateException if the store is being closed */
    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("The store is being closed");
        }
    }

    /** @throws ConflictException if another branch holds one of the tables: two that wait for each other would do so for ever */
    void requireFree(Collection<String> tables) {
        for (String table : tables) {
            Held held = holderOf(table);
            if (held != null) {
                throw conflict(table, held);
            }
        }
    }

    private static ConflictException conflict(String table, Held held) {
        return new ConflictException(
                nameOf(table) + " is held by " + held + "; run the transaction again", table, null, null, null);
    }

    private static String nameOf(String table) {
        return table.equals(CATALOG) ? "the list of tables" : "table '" + table + "'";
    }

    /**
     * Waits until no branch holds the table. The lock is let go meanwhile: to be called before anything is looked at. Who
     * holds tables, in another store, does not wait: the one waited for may be waiting for those.
     *
     * @throws ConflictException if the thread holds tables of whatever store, or is telling listeners of a commit
     * @throws LockedException if nobody will decide before the store is opened again
     * @throws StorageTimeoutException if that takes too long
     */
    void awaitFree(String table, Supplier<Deadline> patience) {
        Deadline deadline = null;
        for (Held held = holderOf(table); held != null; held = holderOf(table)) {
            if (OWNERS.containsKey(Thread.currentThread())) {
                throw conflict(table, held);
            }
            if (!held.isBeingDecided()) {
                throw new LockedException(nameOf(table) + " cannot be written to: it is held by " + held);
            }
            if (deadline == null) {
                deadline = patience.get();
            }
            if (deadline.passed()) {
                throw new StorageTimeoutException("Waited to write to " + nameOf(table) + ", which is held by " + held);
            }
            await(Math.min(deadline.millisLeft(), TimeUnit.SECONDS.toMillis(1)));
        }
    }

    /**
     * Waits while somebody is about to decide on a branch, and lets nobody prepare one any more. To let the store go before
     * that would let somebody else open it and decide otherwise.
     *
     * @throws StorageTimeoutException if it takes longer than so many milliseconds
     */
    void awaitDecisions(long millis) {
        // a timeout of ages is cut: its end has to be a time
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Math.min(millis, TimeUnit.DAYS.toMillis(365)));
        closed = true;
        for (Held held = undecided(); held != null; held = undecided()) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                closed = false;
                throw new StorageTimeoutException("The store cannot be closed now: it has a branch of " + held
                        + ". Close it when that has ended");
            }
            await(Math.min(left, TimeUnit.SECONDS.toMillis(1)));
        }
    }

    private @Nullable Held undecided() {
        for (Held held : branches.values()) {
            // who has prepared it himself is not deciding just now
            if (held.isBeingDecided() && held.owner != Thread.currentThread()) {
                return held;
            }
        }
        return null;
    }

    /**
     * Checks what a person made of a row against the rows that are prepared: those cannot be refused any more.
     *
     * @throws io.taskmover.storage.error.DuplicateKeyException if one of them has its key in a unique index
     */
    void requireUnique(Table table, Object id, Row row) {
        for (Held held : branches.values()) {
            for (RowChange change : held.rows) {
                Row other = change.after();
                if (other != null
                        && change.table().equals(table.name())
                        && !change.id().equals(id)) {
                    requireOther(table, id, row, change.id(), table.shaper().complete(other));
                }
            }
        }
    }

    private static void requireOther(Table table, Object id, Row row, Object otherId, Row other) {
        for (OrderedIndex index : table.indexes()) {
            if (index.unique() && index.constrains(row) && index.constrains(other) && index.sameKey(row, other)) {
                throw UniqueKeys.duplicate(table, index, id, row, otherId);
            }
        }
    }

    @SuppressWarnings("WaitNotInLoop") // the loops are the callers'
    private void await(long millis) {
        try {
            boolean unused = decided.await(Math.max(1, millis), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageException("Interrupted while waiting for a transaction over several stores", e);
        }
    }

    /**
     * A branch is prepared.
     *
     * @param rows as the branch leaves them
     * @param owner who is about to decide; null if that is not known yet
     */
    void add(PreparedTransaction transaction, Set<String> tables, List<RowChange> rows, @Nullable Thread owner) {
        branches.put(transaction.globalId(), new Held(transaction, tables, rows, owner));
        if (owner != null) {
            doesNotWait(owner);
        }
    }

    /** From now on a thread does not wait for what others hold, until {@link #mayWait}. */
    static void doesNotWait(Thread thread) {
        OWNERS.merge(thread, 1, Integer::sum);
    }

    /** Takes {@link #doesNotWait} back, once. */
    static void mayWait(Thread thread) {
        OWNERS.computeIfPresent(thread, (key, count) -> count == 1 ? null : count - 1);
    }

    /** It has decided. */
    void remove(String globalId) {
        disown(branches.remove(globalId));
        decided.signalAll();
    }

    /** It will not decide: the branch holds its tables until the store is opened again. */
    void leave(String globalId) {
        disown(branches.get(globalId));
        decided.signalAll();
    }

    private static void disown(@Nullable Held held) {
        if (held != null && held.owner != null) {
            mayWait(held.owner);
            held.owner = null;
        }
    }
}

package io.taskmover.storage.engine;

import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.StorageTimeoutException;
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
    /** How many branches each thread has prepared and is about to decide, in whatever stores. */
    private static final Map<Thread, Integer> OWNERS = new ConcurrentHashMap<>();

    private final Condition decided;
    private final Map<String, Held> branches = new LinkedHashMap<>();

    /** @param decided a condition of the commit lock */
    PreparedBranches(Condition decided) {
        this.decided = decided;
    }

    private static final class Held {
        private final PreparedTransaction transaction;
        private final Set<String> tables;
        /** Who is about to decide; null if nobody will before the store is opened again. */
        private @Nullable Thread owner = Thread.currentThread();

        Held(PreparedTransaction transaction, Set<String> tables) {
            this.transaction = transaction;
            this.tables = tables;
        }

        @Override
        public String toString() {
            return "transaction " + transaction.globalId() + " over several stores, prepared at "
                    + transaction.preparedAt() + " and "
                    + (owner == null
                            ? "in doubt until this store is opened again: its decider is " + transaction.decider()
                            : "not decided yet");
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
                "Table '" + table + "' is held by " + held + "; run the transaction again", table, null, null, null);
    }

    /**
     * Waits until no branch holds the table. The lock is let go meanwhile: to be called before anything is looked at. Who
     * holds tables, in another store, does not wait: the one waited for may be waiting for those.
     *
     * @throws ConflictException if the thread holds tables of whatever store
     * @throws StorageTimeoutException if that takes too long
     */
    void awaitFree(String table, Supplier<Deadline> patience) {
        Deadline deadline = null;
        for (Held held = holderOf(table); held != null; held = holderOf(table)) {
            if (OWNERS.containsKey(Thread.currentThread())) {
                throw conflict(table, held);
            }
            if (deadline == null) {
                deadline = patience.get();
            }
            if (deadline.passed()) {
                throw new StorageTimeoutException("Waited to write to table '" + table + "', which is held by " + held);
            }
            await(Math.min(deadline.millisLeft(), TimeUnit.SECONDS.toMillis(1)));
        }
    }

    /** Waits, not longer than so long, while somebody is about to decide on a branch. */
    void awaitDecisions(long millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (branches.values().stream().anyMatch(held -> held.owner != null)) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                return; // what was prepared stays so, and is decided when the store is opened again
            }
            await(left);
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

    /** The calling thread has prepared a branch. */
    void add(PreparedTransaction transaction, Set<String> tables) {
        branches.put(transaction.globalId(), new Held(transaction, tables));
        OWNERS.merge(Thread.currentThread(), 1, Integer::sum);
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
            OWNERS.computeIfPresent(held.owner, (thread, count) -> count == 1 ? null : count - 1);
            held.owner = null;
        }
    }
}

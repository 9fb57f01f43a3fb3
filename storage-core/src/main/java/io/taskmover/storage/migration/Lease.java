package io.taskmover.storage.migration;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.error.LockedException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.query.Assignments;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right of one process to migrate a store, for as long as it shows that it lives.
 *
 * <p>It is a row of a table, with a fencing token that only grows. Whoever holds the lease raises a count in another row, the
 * heartbeat, from a thread of its own. Whoever waits for it looks whether a count has changed, and takes it over when none has
 * for the lease's duration by his own clock: clocks of two machines are never compared. The holder writes the lease's row in
 * each of its transactions, on the condition that the token is its own. So of a transaction and a takeover at the same time
 * one fails, and a process that wakes up after its lease was taken over commits nothing any more; but where definitions commit
 * by themselves, one that it was about to make when it fell asleep.
 */
final class Lease implements AutoCloseable {
    static final TableSchema SCHEMA = TableSchema.builder("_migration_lease")
            .column("id", DataType.TEXT)
            .column(Column.of("token", DataType.INTEGER).withNotNull())
            .column(Column.of("count", DataType.INTEGER).withNotNull())
            .column("owner", DataType.TEXT)
            .primaryKey("id")
            .build();

    private static final Logger LOG = LoggerFactory.getLogger("io.taskmover.storage.migration");

    private static final String LEASE = "lease";
    private static final String HEARTBEAT = "heartbeat";
    /** How many heartbeats fit into the time after which the lease is taken over. */
    private static final int BEATS = 5;

    private final StorageBackend backend;
    private final String owner;
    private final long token;
    private final Thread heart;
    private long fences;
    private volatile boolean released;

    private Lease(StorageBackend backend, String owner, long token, Duration duration) {
        this.backend = backend;
        this.owner = owner;
        this.token = token;
        this.heart = new Thread(() -> beat(duration.toNanos() / BEATS), "storage-migration-heartbeat");
        heart.setDaemon(true);
    }

    /** What can be seen of a holder; as long as it changes he lives. */
    private record Sign(@Nullable String owner, long token, long fences, long beats) {

        static @Nullable Sign read(BackendTransaction transaction) {
            Row lease = transaction.find(SCHEMA.name(), LEASE).orElse(null);
            Row heartbeat = transaction.find(SCHEMA.name(), HEARTBEAT).orElse(null);
            return lease == null || heartbeat == null
                    ? null
                    : new Sign(
                            (String) lease.get("owner"),
                            number(lease, "token"),
                            number(lease, "count"),
                            number(heartbeat, "count"));
        }

        private static long number(Row row, String column) {
            return (Long) Objects.requireNonNull(row.get(column));
        }
    }

    /**
     * Takes the lease, at once if it is free, else when its holder has shown no sign of life for its duration.
     *
     * @param patience how long to wait for a holder who lives
     * @throws LockedException if he does not let go of it in time
     */
    static Lease take(StorageBackend backend, String owner, Duration duration, Duration patience) {
        History.createTable(backend, SCHEMA);
        long start = System.nanoTime();
        Sign last = null;
        long since = start;
        while (true) {
            Sign sign = last;
            try (BackendTransaction transaction = backend.begin(TransactionOptions.DEFAULT)) {
                sign = Sign.read(transaction);
                boolean silent = sign != null && sign.equals(last) && System.nanoTime() - since >= duration.toNanos();
                if (sign == null || sign.owner() == null || silent) {
                    long token = sign == null ? 1 : sign.token() + 1;
                    if (write(transaction, sign, owner, token)) {
                        transaction.commit();
                        Lease lease = new Lease(backend, owner, token, duration);
                        lease.heart.start();
                        return lease;
                    }
                }
            } catch (DuplicateKeyException e) {
                // somebody else was the first to take it
            } catch (StorageException e) {
                if (!e.retryable()) {
                    throw e;
                }
                // somebody else was quicker, or is at it
            }
            if (!Objects.equals(sign, last)) {
                last = sign;
                since = System.nanoTime();
            }
            requirePatience(start, duration.plus(patience), last);
            LockSupport.parkNanos(Math.max(1, duration.toNanos() / BEATS / 2));
        }
    }

    private static boolean write(BackendTransaction transaction, @Nullable Sign seen, String owner, long token) {
        if (seen == null) {
            transaction.write(
                    SCHEMA.name(),
                    WriteMode.INSERT,
                    List.of(
                            Row.of(SCHEMA.rowType(), LEASE, token, 0L, owner),
                            Row.of(SCHEMA.rowType(), HEARTBEAT, token, 0L, owner)));
            return true;
        }
        Map<String, @Nullable Object> taken = new HashMap<>();
        taken.put("token", token);
        taken.put("count", 0L);
        taken.put("owner", owner);
        return set(transaction, LEASE, seen.token(), taken) && set(transaction, HEARTBEAT, seen.token(), taken);
    }

    private static boolean set(
            BackendTransaction transaction, String id, long token, Map<String, @Nullable Object> values) {
        Condition own = Condition.eq(Path.of("id"), id).and(Condition.eq(Path.of("token"), token));
        return transaction.update(SCHEMA.name(), own, Assignments.of(values)) == 1;
    }

    private static void requirePatience(long start, Duration most, @Nullable Sign holder) {
        if (Thread.currentThread().isInterrupted()) {
            throw new LockedException("Interrupted while waiting for another process that migrates the store");
        }
        if (System.nanoTime() - start > most.toNanos()) {
            throw new LockedException("The store is being migrated by "
                    + (holder == null || holder.owner() == null ? "somebody else" : holder.owner())
                    + ", who is still at it after " + most.toSeconds() + " s; wait until that has ended and try again");
        }
    }

    /**
     * Makes a transaction one of the holder's: it is committed only if he still has the lease then.
     *
     * @throws LockedException if he has lost it already
     */
    void fence(BackendTransaction transaction) {
        if (!set(transaction, LEASE, token, Map.of("count", ++fences))) {
            throw new LockedException(
                    "Another process has taken over the migration of the store, since " + owner
                            + " showed no sign of life for too long; nothing is written any more. Try again when that has ended");
        }
    }

    private void beat(long pauseNanos) {
        long beats = 0;
        while (!released) {
            LockSupport.parkNanos(pauseNanos);
            if (released) {
                return;
            }
            try (BackendTransaction transaction = backend.begin(TransactionOptions.DEFAULT)) {
                if (!set(transaction, HEARTBEAT, token, Map.of("count", ++beats))) {
                    return; // it was taken over
                }
                transaction.commit();
            } catch (StorageException | IllegalStateException e) {
                LOG.debug("A heartbeat failed; the next one shows, and so does each transaction of the migration", e);
            }
        }
    }

    /** Lets go of it. If that fails it runs out by itself. */
    @Override
    public void close() {
        released = true;
        LockSupport.unpark(heart);
        boolean interrupted = false;
        while (heart.isAlive()) {
            try {
                heart.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        Map<String, @Nullable Object> free = new HashMap<>();
        free.put("owner", null);
        try (BackendTransaction transaction = backend.begin(TransactionOptions.DEFAULT)) {
            set(transaction, LEASE, token, free);
            transaction.commit();
        } catch (StorageException e) {
            LOG.warn(
                    "The lease to migrate the store could not be given back, and runs out by itself: {}", e.toString());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

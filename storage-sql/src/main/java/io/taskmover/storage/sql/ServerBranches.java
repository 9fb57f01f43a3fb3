package io.taskmover.storage.sql;

import io.taskmover.storage.backend.Decisions;
import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.ConnectionException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.sql.Deciders.Decider;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The branches of transactions over several stores that are prepared in a database, of all its clients. The server keeps
 * them, whatever becomes of those who prepared them. Thread-safe.
 */
final class ServerBranches {
    private static final Logger LOG = LoggerFactory.getLogger(ServerBranches.class);

    /** How long those who open the database wait for somebody who is about to decide, at most. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /** How long to wait before a branch is tried again that another session has: the server tells nobody when it is free. */
    private static final long PAUSE_NANOS = 10_000_000;

    private final SessionPool pool;
    private final Duration timeout;
    private final Duration patience;
    private final Deciders deciders = new Deciders();
    private volatile @Nullable String place;

    ServerBranches(SessionPool pool, StorageConfig config) {
        this.pool = pool;
        this.timeout = config.timeout();
        this.patience = timeout.compareTo(PATIENCE) < 0 ? timeout : PATIENCE;
    }

    /** A branch that is prepared, and who decides on it; null if that cannot be known any more. */
    private record Found(BranchId id, @Nullable Decider decider) {
        PreparedTransaction transaction() {
            return new PreparedTransaction(
                    id.globalId(), decider == null ? "unknown:" + id.decider() : decider.url(), id.preparedAt());
        }
    }

    /**
     * What a branch that begins is to be called. Its decider is kept where those who find the branch can read it.
     *
     * @throws UnsupportedException if nobody decides: others may find the branch who know nothing of this process
     */
    BranchId name(PreparedTransaction transaction) {
        if (transaction.decider().isEmpty()) {
            throw new UnsupportedException(
                    "A transaction over several stores in which "
                            + pool.errors().place()
                            + " is prepared needs a store that keeps the decision; let a durable store take part that can decide");
        }
        Decider decider = new Decider(transaction.decider(), Machine.name());
        String known = place;
        if (known != null && deciders.isKept(decider)) {
            return BranchId.of(transaction, known, decider.key());
        }
        try (SessionPool.Lease lease = pool.lease()) {
            deciders.keep(decider, lease.session());
            return BranchId.of(transaction, place(lease.session()), decider.key());
        } catch (SQLException e) {
            throw pool.errors().translate(e);
        }
    }

    private String place(ServerSession session) throws SQLException {
        String known = place;
        if (known == null) {
            session.beginStatement();
            known = session.place();
            place = known;
        }
        return known;
    }

    /** The transactions whose branches are prepared, of all clients. */
    List<PreparedTransaction> list() {
        return found().stream().map(Found::transaction).toList();
    }

    private List<Found> found() {
        List<Found> found = new ArrayList<>();
        try (SessionPool.Lease lease = pool.lease()) {
            ServerSession session = lease.session();
            String here = place(session);
            session.beginStatement();
            for (BranchId id : session.prepared()) {
                if (id.place().equals(here)) {
                    found.add(new Found(id, Deciders.find(id.decider(), session)));
                }
            }
        } catch (SQLException e) {
            throw pool.errors().translate(e);
        }
        return found;
    }

    /** Ends a branch, by any session. It is done, too, if it was ended by another one. */
    void finish(BranchId id, boolean commit) {
        finish(id, commit, timeout);
    }

    private void finish(BranchId id, boolean commit, Duration limit) {
        long start = System.nanoTime();
        while (true) {
            StorageException failure = tryToFinish(id, commit);
            if (failure == null) {
                return;
            }
            if (System.nanoTime() - start > limit.toNanos()) {
                throw failure;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Returns why it is not done yet, and can be tried again; null if it is. */
    private @Nullable StorageException tryToFinish(BranchId id, boolean commit) {
        try (SessionPool.Lease lease = pool.lease()) {
            ServerSession session = lease.session();
            session.beginStatement();
            try {
                session.finish(id, commit);
                return null;
            } catch (SQLException e) {
                StorageException failure = pool.errors().translate(e);
                if (!isPassing(e)) {
                    throw failure;
                }
                // it may be done, or be with a session that the server has not given up yet
                return failure instanceof ConnectionException
                                || session.prepared().contains(id)
                        ? failure
                        : null;
            }
        } catch (SQLException e) {
            return pool.errors().translate(e);
        }
    }

    /** Whether an attempt to end a branch failed so that another session can have or has ended it. */
    boolean isPassing(SQLException e) {
        return pool.errors().isBranchElsewhere(e) || isLost(e);
    }

    /** Whether nobody knows what became of a statement. */
    boolean isLost(SQLException e) {
        return pool.errors().translate(e) instanceof ConnectionException;
    }

    /**
     * Ends what nobody is about to decide: as somebody says or, if it was begun on this machine, as the decider does.
     * Whatever cannot be ended now stays, and is named in the log: the store is of use to others.
     *
     * @param byHand whether they are committed, by their global ids
     */
    void recover(Map<String, Boolean> byHand) {
        Set<String> silent = new HashSet<>();
        for (Found found : found()) {
            PreparedTransaction transaction = found.transaction();
            Boolean said = byHand.get(transaction.globalId());
            if (said != null) {
                finish(found.id(), said);
                ended(transaction, said, "the URL");
            } else if (!silent.contains(transaction.decider())) {
                try {
                    ask(found, transaction);
                } catch (StorageException e) {
                    // the other ones that it decides on would have to wait for it too
                    silent.add(transaction.decider());
                    LOG.warn(
                            "Transaction {} over several stores stays in doubt in {}, and its rows locked: {}",
                            transaction.globalId(),
                            pool.errors().place(),
                            e.getMessage(),
                            e);
                }
            }
        }
    }

    private void ask(Found found, PreparedTransaction transaction) {
        Decider decider = found.decider();
        if (decider == null || !decider.machine().equals(Machine.name())) {
            LOG.warn(
                    "Transaction {} over several stores is in doubt in {}: it was begun on {}, and ends when the store is"
                            + " opened there, or by 'storage transactions'",
                    transaction.globalId(),
                    pool.errors().place(),
                    decider == null ? "a machine that is not known any more" : decider.machine());
            return;
        }
        Optional<Boolean> outcome = Decisions.outcome(transaction, patience);
        if (outcome.isEmpty()) {
            LOG.info("Transaction {} over several stores is not decided yet, and goes on", transaction.globalId());
            return;
        }
        finish(found.id(), outcome.get(), patience);
        ended(transaction, outcome.get(), decider.url());
    }

    private static void ended(PreparedTransaction transaction, boolean committed, String by) {
        LOG.info(
                "Transaction {} over several stores was in doubt and is {} now, as {} says",
                transaction.globalId(),
                committed ? "committed" : "rolled back",
                by);
    }
}

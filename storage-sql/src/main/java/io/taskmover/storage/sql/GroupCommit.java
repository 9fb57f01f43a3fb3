package io.taskmover.storage.sql;

import io.taskmover.storage.error.StorageException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Commits the small writes of several threads as one transaction, which is forced to the disk once. Each of them fails
 * alone: all but the first have a savepoint; the first needs none, so that who writes alone pays for nothing. Where a
 * savepoint does not help each of them is run again in a transaction of its own.
 *
 * <p>Used once, on the thread that has the turn.
 */
final class GroupCommit {
    /**
     * The first one waits until the last is done: a hundred of them take a few milliseconds, some ten times what it takes
     * to force them. Bytes have no bound of their own: who waits behind a large value waits for it in any case.
     */
    static final int MOST_WRITES = 100;

    private static final String SAVEPOINT = "one";

    private final SqliteSession session;
    private final Begin begin;
    private final SqlErrors errors;
    private final GeneratedKeys keys;
    private final boolean heard;

    private final List<SmallWrite<?>> taken = new ArrayList<>();
    private final List<SmallWrite<?>> committed = new ArrayList<>();

    /** Begins a transaction that may write, and returns the tables of its snapshot. */
    @FunctionalInterface
    interface Begin {
        Tables begin() throws SQLException;
    }

    /** @param heard whether anybody is to be told what the writes change */
    GroupCommit(SqliteSession session, Begin begin, SqlErrors errors, GeneratedKeys keys, boolean heard) {
        this.session = session;
        this.begin = begin;
        this.errors = errors;
        this.keys = keys;
        this.heard = heard;
    }

    /**
     * Ends the transaction that the session has begun. Returns the writes that are committed, in their order; all others
     * that were taken know why they are not.
     *
     * @param seen the tables of the transaction's snapshot
     * @param queue where {@code first} has the turn
     */
    List<SmallWrite<?>> run(SmallWrite<?> first, Tables seen, WriterQueue queue) {
        taken.add(first);
        try {
            if (!commitTogether(first, seen, queue)) {
                for (SmallWrite<?> write : taken) {
                    commitAlone(write);
                }
            }
            return committed;
        } catch (SQLException e) {
            refuseRest(e, () -> errors.translateCommit(e));
            return committed;
        } catch (RuntimeException | Error e) {
            refuseRest(e, () -> new StorageException("A write that was to be committed with this one failed: " + e, e));
            throw e;
        }
    }

    /**
     * Returns false, with nothing left of it, if one of them ended the transaction, as a trigger can, or made its commit
     * fail, as a reference can that is checked at the end.
     */
    private boolean commitTogether(SmallWrite<?> first, Tables seen, WriterQueue queue) throws SQLException {
        if (!run(first, seen)) {
            session.rollback();
            return true;
        }
        for (SmallWrite<?> next = take(queue); next != null; next = take(queue)) {
            session.execute("savepoint " + SAVEPOINT);
            if (!run(next, seen) && !session.rollbackTo(SAVEPOINT)) {
                session.rollback();
                return false;
            }
            session.execute("release savepoint " + SAVEPOINT);
        }
        try {
            session.commit();
        } catch (SQLException e) {
            if (taken.size() == 1 || errors.isInDoubt(errors.translateCommit(e))) {
                throw e;
            }
            session.rollback();
            return false;
        }
        taken.stream().filter(write -> !write.isRefused()).forEach(committed::add);
        return true;
    }

    private @Nullable SmallWrite<?> take(WriterQueue queue) {
        SmallWrite<?> next = taken.size() < MOST_WRITES ? queue.take() : null;
        if (next != null) {
            taken.add(next);
        }
        return next;
    }

    private boolean run(SmallWrite<?> write, Tables seen) {
        return write.run(session, seen, errors, keys, heard);
    }

    /** Also if it was refused: that may have been because of one that is refused now. */
    private void commitAlone(SmallWrite<?> write) throws SQLException {
        try {
            if (run(write, begin.begin())) {
                session.commit();
                committed.add(write);
                return;
            }
        } catch (SQLException e) {
            write.refuse(errors.translateCommit(e));
        }
        session.rollback();
    }

    /** Refuses what is not decided, each with an exception of its own: they are thrown on several threads. */
    private void refuseRest(Throwable reason, Supplier<StorageException> refusal) {
        for (SmallWrite<?> write : taken) {
            if (!write.isRefused() && !committed.contains(write)) {
                write.refuse(refusal.get());
            }
        }
        try {
            session.rollback();
        } catch (SQLException e) {
            reason.addSuppressed(e);
        }
    }
}

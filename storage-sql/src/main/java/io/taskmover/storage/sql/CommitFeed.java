package io.taskmover.storage.sql;

import io.taskmover.storage.backend.CommitListener;
import io.taskmover.storage.backend.CommitOrigin;
import io.taskmover.storage.backend.RowChange;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells listeners of commits that are made at the same time, in the order of the commits: while anybody listens, commits
 * take turns. Nobody who waits for his turn to be told of holds one, or a connection.
 */
final class CommitFeed {
    private static final Logger LOG = LoggerFactory.getLogger(CommitFeed.class);

    private final List<CommitListener> listeners = new CopyOnWriteArrayList<>();
    /** Held while a transaction is committed and put into the queue. */
    private final ReentrantLock commits = new ReentrantLock();
    /** Held while listeners are told; by a listener's thread also when it commits something itself. */
    private final ReentrantLock telling = new ReentrantLock();

    private final Queue<List<RowChange>> queue = new ArrayDeque<>();

    void add(CommitListener listener) {
        listeners.add(listener);
    }

    boolean isHeard() {
        return !listeners.isEmpty();
    }

    /** From here until {@link #committed} or {@link #left} nobody else's commit comes between. */
    void enter() {
        commits.lock();
    }

    void left() {
        commits.unlock();
    }

    /** Puts a commit behind those before it; to be followed by {@link #tell}. */
    void committed(List<RowChange> changes) {
        synchronized (queue) {
            queue.add(changes);
        }
        commits.unlock();
    }

    /** Returns when listeners have been told of all that was put in, unless it is one of them that asks. */
    void tell() {
        if (telling.isHeldByCurrentThread()) {
            return; // who is telling goes on with it
        }
        telling.lock();
        try {
            for (List<RowChange> changes = take(); changes != null; changes = take()) {
                tell(changes);
            }
        } finally {
            telling.unlock();
        }
    }

    private @Nullable List<RowChange> take() {
        synchronized (queue) {
            return queue.poll();
        }
    }

    private void tell(List<RowChange> changes) {
        for (CommitListener listener : listeners) {
            try {
                listener.committed(CommitOrigin.APPLICATION, changes);
            } catch (RuntimeException e) {
                LOG.error("A commit listener failed; the commit stands", e);
            }
        }
    }
}

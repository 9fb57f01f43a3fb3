package io.taskmover.storage.engine;

import io.taskmover.storage.backend.RowChange;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What was committed since the oldest serializable transaction that is under way began; nothing while there is none. Used
 * under the commit lock.
 */
final class RecentCommits {
    private final Deque<CommitPipeline.Pending> commits = new ArrayDeque<>();
    /** The snapshots of those transactions, and how many have each. */
    private final TreeMap<Long, Integer> watchers = new TreeMap<>();

    boolean watched() {
        return !watchers.isEmpty();
    }

    /**
     * A serializable transaction begins.
     *
     * @param seen the sequence of its snapshot
     * @param invisible commits that were installed before; those that are not visible yet must be among them
     */
    void watch(long seen, Collection<CommitPipeline.Pending> invisible) {
        if (watchers.isEmpty()) {
            for (CommitPipeline.Pending commit : invisible) {
                if (commit.sequence() > seen) {
                    commits.add(commit);
                }
            }
        }
        watchers.merge(seen, 1, Integer::sum);
    }

    /** A transaction that saw a snapshot has ended. */
    void unwatch(long seen) {
        watchers.computeIfPresent(seen, (sequence, count) -> count == 1 ? null : count - 1);
        if (watchers.isEmpty()) {
            commits.clear();
        } else {
            long oldest = watchers.firstKey();
            while (!commits.isEmpty() && commits.getFirst().sequence() <= oldest) {
                commits.removeFirst();
            }
        }
    }

    void add(CommitPipeline.Pending commit) {
        if (watched()) {
            commits.add(commit);
        }
    }

    /** A change of a table that a commit after a snapshot made and that satisfies a test; null if there is none. */
    @Nullable
    RowChange find(long seen, String table, Predicate<RowChange> test) {
        // the youngest first: most transactions are short, and most of what is kept is for the long ones
        Iterator<CommitPipeline.Pending> newestFirst = commits.descendingIterator();
        while (newestFirst.hasNext()) {
            CommitPipeline.Pending commit = newestFirst.next();
            if (commit.sequence() <= seen) {
                return null;
            }
            List<RowChange> changes = commit.changes();
            for (RowChange change : changes) {
                if (change.table().equals(table) && test.test(change)) {
                    return change;
                }
            }
        }
        return null;
    }
}

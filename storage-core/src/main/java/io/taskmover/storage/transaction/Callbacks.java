package io.taskmover.storage.transaction;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is to be run before the commit of a transaction, after it, and after its rollback. Not thread-safe. */
final class Callbacks {
    private static final Logger LOG = LoggerFactory.getLogger(Transaction.class);

    private List<Runnable> beforeCommit = List.of();
    private List<Runnable> afterCommit = List.of();
    private List<Runnable> afterRollback = List.of();

    /** How many there were of each at some time. */
    record Mark(int beforeCommit, int afterCommit, int afterRollback) {}

    void beforeCommit(Runnable callback) {
        beforeCommit = with(beforeCommit, callback);
    }

    void afterCommit(Runnable callback) {
        afterCommit = with(afterCommit, callback);
    }

    void afterRollback(Runnable callback) {
        afterRollback = with(afterRollback, callback);
    }

    private static List<Runnable> with(List<Runnable> callbacks, Runnable another) {
        // most transactions have none, and begin and end as often as rows are read
        List<Runnable> all = callbacks.isEmpty() ? new ArrayList<>() : callbacks;
        all.add(another);
        return all;
    }

    /** What one throws comes through. */
    void runBeforeCommit() {
        for (int i = 0; i < beforeCommit.size(); i++) { // one may add another
            beforeCommit.get(i).run();
        }
    }

    /** What one throws is logged. */
    void committed() {
        afterCommit.forEach(Callbacks::runLogged);
    }

    /** What one throws is logged. */
    void rolledBack() {
        afterRollback.forEach(Callbacks::runLogged);
    }

    Mark mark() {
        return new Mark(beforeCommit.size(), afterCommit.size(), afterRollback.size());
    }

    /** What was added since the mark belongs to what is rolled back now. */
    void rolledBackTo(Mark mark) {
        cut(beforeCommit, mark.beforeCommit());
        cut(afterCommit, mark.afterCommit());
        List<Runnable> undone = List.copyOf(afterRollback.subList(mark.afterRollback(), afterRollback.size()));
        cut(afterRollback, mark.afterRollback());
        undone.forEach(Callbacks::runLogged);
    }

    private static void cut(List<?> list, int size) {
        if (size < list.size()) {
            list.subList(size, list.size()).clear();
        }
    }

    private static void runLogged(Runnable callback) {
        try {
            callback.run();
        } catch (RuntimeException e) {
            // the transaction has ended: there is nobody to whom this failure could still matter but the log
            LOG.error("A callback after the end of a transaction failed", e);
        }
    }
}

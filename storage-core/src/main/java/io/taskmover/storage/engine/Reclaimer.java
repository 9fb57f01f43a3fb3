package io.taskmover.storage.engine;

import java.util.ArrayDeque;

/**
 * Frees replaced versions, their index entries and deleted rows as soon as no snapshot sees them. Used under the commit
 * lock. Each commit frees at most a little more than it leaves behind, so that none pays for a long backlog.
 */
final class Reclaimer {
    private static final int BATCH = 64;

    private final Snapshots snapshots;
    private final ArrayDeque<Garbage> queue = new ArrayDeque<>();
    private int added;

    Reclaimer(Snapshots snapshots) {
        this.snapshots = snapshots;
    }

    void add(Garbage garbage) {
        queue.addLast(garbage);
        added++;
    }

    /** Frees some of what can be freed. Returns whether there may be more. */
    boolean run() {
        snapshots.drainReleased(queue);
        long visible = snapshots.current().sequence;
        int budget = BATCH + 2 * added;
        added = 0;
        while (budget-- > 0) {
            Garbage garbage = queue.peekFirst();
            if (garbage == null || garbage.until() > visible) {
                return false;
            }
            queue.removeFirst();
            if (!snapshots.defer(garbage)) {
                latestForm(garbage.table()).reclaim(garbage.slot(), garbage.version());
            }
        }
        return true;
    }

    /** The table with the indexes that it has by now: one made since has entries for the versions that were there. */
    private Table latestForm(Table table) {
        Table latest = snapshots.current().tables.get(table.name());
        return latest != null && latest.rows() == table.rows() ? latest : table;
    }

    /** How many versions wait to be looked at; those that wait for a snapshot not counted. */
    int backlog() {
        return queue.size();
    }
}

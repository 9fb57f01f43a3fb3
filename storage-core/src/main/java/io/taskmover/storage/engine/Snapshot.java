package io.taskmover.storage.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/** The store as one commit left it. What a held snapshot sees is not reclaimed. */
final class Snapshot {
    private static final int RETIRED = -1;
    private static final AtomicIntegerFieldUpdater<Snapshot> HOLDERS =
            AtomicIntegerFieldUpdater.newUpdater(Snapshot.class, "holders");

    final long sequence;
    final Map<String, Table> tables;
    private volatile int holders;
    /** What waits for this snapshot to be released. Guarded by {@link Snapshots}. */
    private @Nullable List<Garbage> waiting;

    Snapshot(long sequence, Map<String, Table> tables) {
        this.sequence = sequence;
        this.tables = tables;
    }

    /** Adds a holder; false if it is too late for that. */
    boolean tryHold() {
        while (true) {
            int count = holders;
            if (count == RETIRED) {
                return false;
            }
            if (HOLDERS.compareAndSet(this, count, count + 1)) {
                return true;
            }
        }
    }

    /** Removes a holder. Returns whether it was the last. */
    boolean letGo() {
        return HOLDERS.decrementAndGet(this) == 0;
    }

    /** Ends this snapshot if nobody holds it: nobody can from now on. */
    boolean retire() {
        return HOLDERS.compareAndSet(this, 0, RETIRED);
    }

    void addWaiting(Garbage garbage) {
        if (waiting == null) {
            waiting = new ArrayList<>();
        }
        waiting.add(garbage);
    }

    List<Garbage> waiting() {
        return waiting == null ? List.of() : waiting;
    }
}

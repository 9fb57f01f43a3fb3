package io.taskmover.storage.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots that are held, and the current one, the only one that new readers get. Holding and releasing the current
 * one takes no lock.
 */
final class Snapshots {
    private volatile Snapshot current;
    /** Snapshots that are no longer current but held, by rising sequence. Guarded by this. */
    private final List<Snapshot> held = new ArrayList<>();
    /** What waited for snapshots that have been released since the last {@link #drainReleased}. Guarded by this. */
    private final List<Garbage> released = new ArrayList<>();
    /** Whether the lists above may have something: spares the lock when, as mostly, they have not. */
    private volatile boolean any;

    Snapshots(Snapshot first) {
        this.current = first;
    }

    /** The snapshot of the latest visible commit, not held. */
    Snapshot current() {
        return current;
    }

    /** The snapshot of the latest visible commit, held until {@link #release}. */
    Snapshot hold() {
        while (true) {
            Snapshot snapshot = current;
            if (snapshot.tryHold()) {
                return snapshot;
            }
        }
    }

    /** Returns whether something may have become garbage by that. */
    boolean release(Snapshot snapshot) {
        if (!snapshot.letGo() || snapshot == current) {
            return false;
        }
        synchronized (this) {
            // fails if a new holder came or publish was quicker
            if (!snapshot.retire()) {
                return false;
            }
            held.remove(snapshot);
            released.addAll(snapshot.waiting());
            any = !held.isEmpty() || !released.isEmpty();
            return !released.isEmpty();
        }
    }

    /** Makes a commit, and every earlier one, visible, unless a later one is. */
    synchronized void publish(long sequence, Map<String, Table> tables) {
        Snapshot former = current;
        if (sequence > former.sequence) {
            replace(former, sequence, tables);
        }
    }

    /** Makes a state visible, while a store is being opened. */
    synchronized void restore(long sequence, Map<String, Table> tables) {
        replace(current, sequence, tables);
    }

    private void replace(Snapshot former, long sequence, Map<String, Table> tables) {
        // first: who reclaims by the new snapshot must come here to learn whether the former one is held
        any = true;
        current = new Snapshot(sequence, tables);
        if (!former.retire()) {
            held.add(former);
        }
        any = !held.isEmpty() || !released.isEmpty();
    }

    /** Leaves garbage with a snapshot that still sees it. False if there is none: the garbage is free. */
    boolean defer(Garbage garbage) {
        if (!any) {
            return false;
        }
        synchronized (this) {
            Snapshot holder = holderBetween(garbage.version().sequence, garbage.until());
            if (holder == null) {
                return false;
            }
            holder.addWaiting(garbage);
            return true;
        }
    }

    private @Nullable Snapshot holderBetween(long from, long until) {
        for (int i = held.size() - 1; i >= 0; i--) {
            Snapshot snapshot = held.get(i);
            if (snapshot.sequence < from) {
                return null;
            }
            if (snapshot.sequence < until) {
                return snapshot;
            }
        }
        return null;
    }

    /** Moves what waited for released snapshots to {@code into}. */
    void drainReleased(Collection<Garbage> into) {
        if (any) {
            synchronized (this) {
                into.addAll(released);
                released.clear();
                any = !held.isEmpty();
            }
        }
    }
}

package io.taskmover.storage.testkit.crash;

import io.taskmover.storage.backend.RowChange;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The states that a store went through, a commit each, and when it promised to keep which. Thread-safe. */
final class History {
    private static final int NEVER = Integer.MAX_VALUE;

    private final int writers;
    private final List<StoreState> states = new ArrayList<>();
    /** By state: after how many operations of the disk it was visible. */
    private final List<Integer> announced = new ArrayList<>();
    /** By state: after how many operations of the disk it was promised to be durable. */
    private final List<Integer> acknowledged = new ArrayList<>();

    /** @param writers how many threads commit at the same time: so many commits may be under way */
    History(StoreState first, int writers) {
        this.writers = writers;
        states.add(first);
        announced.add(0);
        acknowledged.add(0);
    }

    /** A commit that changed rows was announced; {@code durable} unless the store promises nothing yet. */
    synchronized void committed(List<RowChange> changes, int operations, boolean durable) {
        states.add(last().with(changes));
        announced.add(operations);
        acknowledged.add(durable ? operations : NEVER);
    }

    /** The last commit changed the catalog too: this is what it led to. */
    synchronized void correct(StoreState state) {
        states.set(states.size() - 1, state);
    }

    /** All commits so far are durable. */
    synchronized void settled(int operations) {
        acknowledged.replaceAll(at -> Math.min(at, operations));
    }

    synchronized StoreState last() {
        return states.get(states.size() - 1);
    }

    synchronized int commits() {
        return states.size() - 1;
    }

    /**
     * What is wrong with a store found after a power cut that many operations in; null if nothing is: it is as after
     * all acknowledged commits and perhaps, in order, some of those under way, and repeats no generated key.
     */
    synchronized @Nullable String problem(OpenedStore found, int operations) {
        int first = last(acknowledged, operations);
        int last = Math.min(commits(), last(announced, operations) + writers);
        Long key = found.nextKey();
        for (int i = first; key != null && i >= 0; i--) {
            StoreState.Content people = states.get(i).tables().get("people");
            if (people != null && people.rows().containsKey(key)) {
                return "It generates the key " + key + " again, which a row had after commit " + i;
            }
        }
        for (int i = first; i <= last; i++) {
            if (states.get(i).equals(found.state())) {
                return null;
            }
        }
        int other = states.indexOf(found.state());
        return "It has to be as after commit " + first + " or a later one up to " + last
                + (other >= 0 ? ", but is as after commit " + other : ", but is like no commit left it")
                + "; expected / found:\n" + states.get(first).difference(found.state());
    }

    /** The state of this history that equals one, which there is. */
    synchronized StoreState known(StoreState state) {
        return states.get(states.indexOf(state));
    }

    private static int last(List<Integer> times, int operations) {
        int last = times.size() - 1;
        while (times.get(last) > operations) {
            last--;
        }
        return last;
    }
}
